"""The two Delta JARs, fetched once by Spark's own resolution and kept next to pyspark's own.

Next to pyspark they are on every class path: a session's, a `spark-submit` job's, an executor's.
Resolving ``delta-spark`` brings some thirty JARs; all but two are pyspark's own in other versions
and must not be doubled.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from insight_lib.dealer.extras import install_command
from insight_lib.errors import SetupError
from insight_lib.lake.java import java_home

SCALA_AND_SPARK = "4.1_2.13"
WANTED = ("delta-spark_" + SCALA_AND_SPARK, "delta-storage")


def jar_names() -> list[str]:
    """Return the file names of the JARs that fit the installed delta-spark."""
    version = importlib.metadata.version("delta-spark")
    return [f"{artifact}-{version}.jar" for artifact in WANTED]


def pyspark_home() -> Path:
    """Return the folder of the installed pyspark.

    Raises:
        SetupError: pyspark is not installed.
    """
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise SetupError(f"pyspark is not installed; run `{install_command('spark')}`")
    return Path(spec.origin).parent


def missing_jars() -> list[str]:
    """Return which of the JARs are not next to pyspark's own yet."""
    folder = pyspark_home() / "jars"
    return [name for name in jar_names() if not (folder / name).is_file()]


def fetch_jars() -> None:
    """Fetch what is missing; nothing is fetched, and no JVM started, when all are there.

    Raises:
        SetupError: The JARs cannot be resolved, or pyspark's folder cannot be written.
    """
    missing = missing_jars()
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix="deepinsight-jars-") as scratch:
        resolved = _resolve(Path(scratch))
        for name in missing:
            _keep(resolved / f"io.delta_{name}", pyspark_home() / "jars" / name)


def _resolve(scratch: Path) -> Path:
    version = importlib.metadata.version("delta-spark")
    program = scratch / "resolve_only.py"
    program.write_text("")
    environment = os.environ | {
        "JAVA_HOME": str(java_home()),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }
    done = subprocess.run(  # noqa: S603
        [
            str(pyspark_home() / "bin" / "spark-submit"),
            "--packages",
            f"io.delta:{WANTED[0]}:{version}",
            "--conf",
            f"spark.jars.ivy={scratch}",
            str(program),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        cause = next((line for line in done.stderr.splitlines() if "Exception" in line), "")
        raise SetupError(
            f"the Delta JARs cannot be fetched from Maven Central ({cause.strip()[:200]}); "
            "check the network and the proxy settings, then run `make setup` again"
        )
    return scratch / "jars"


def _keep(fetched: Path, kept: Path) -> None:
    partial = kept.with_suffix(".partial")
    try:
        shutil.copyfile(fetched, partial)
        partial.replace(kept)
    except OSError as error:
        raise SetupError(f"{kept} cannot be written ({error}); make its folder writable") from error
