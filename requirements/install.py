"""Build `.venv` from the hashed locks; nothing happens when it is already as the locks say.

Needs only Python and its standard library. `--lock` resolves the locks again instead. Whatever
stands in the way ends in one line that says how to fix it, and exit status 2.
"""

from __future__ import annotations  # so that an older Python gets as far as its own refusal

import hashlib
import os
import runpy
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
# Measured: 3.6 GB of packages, most of it TensorFlow and Spark, which are links into the 4.9 GB of
# uv's cache where both lie on one disk; 35 s of processor time with a full cache, 70 s with none.
COST = "takes 1 to 3 minutes on two cores, and 5 GB of disk, most of it in uv's cache"
NEEDED_BYTES = 8 * 10**9

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
UV_HOME = VENV / "share" / "uv"
STAMP = VENV / "set-up-done"
LIBRARY = ROOT / "insight_lib"
# They decide which Java and which JARs are fetched.
FETCHERS = (LIBRARY / "lake" / "jars.py", LIBRARY / "lake" / "java.py")
LOCKS = {"dev.txt": ["--extra", "all", "--group", "dev"], "java.txt": ["--group", "java"]}

NETWORK_SIGNS = (
    "error sending request",
    "failed to fetch",
    "dns error",
    "connection",
    "timed out",
    "no matching distribution",
    "could not fetch url",
    "name resolution",
)


class CannotSetUpError(Exception):
    """Set-up cannot go on; the message ends with the remedy."""


def main(arguments: list[str]) -> int:
    """Install, or lock, and return the exit status."""
    try:
        check_python(sys.version_info[:2])
        if "--lock" in arguments:
            lock()
        elif not is_done():
            say(COST)
            check_disk(shutil.disk_usage(ROOT).free)
            install()
    except CannotSetUpError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 2
    return 0


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that the locked packages do not support."""
    if not OLDEST <= version <= NEWEST:
        raise CannotSetUpError(
            f"Python {dotted(OLDEST)} to {dotted(NEWEST)} is needed, this is {dotted(version)}; "
            "name one: make PYTHON=/path/to/python3"
        )


def check_disk(free_bytes: int) -> None:
    """Refuse a disk that the packages will not fit on."""
    if free_bytes < NEEDED_BYTES:
        raise CannotSetUpError(
            f"{NEEDED_BYTES / 1e9:.0f} GB of disk space are needed at {ROOT}, "
            f"{free_bytes / 1e9:.1f} GB are free; make room and run it again"
        )


def is_done() -> bool:
    """Return whether `.venv` is what the locks, the project's metadata and this script ask for."""
    return STAMP.is_file() and STAMP.read_text() == wanted_state() and VENV_PYTHON.exists()


def wanted_state() -> str:
    """Return a digest of everything that decides what set-up makes."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    locks = [path for path in sorted(REQUIREMENTS.glob("*")) if is_of_venv(path)]
    for path in [*locks, ROOT / "pyproject.toml", *FETCHERS, *kernel_sources()]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_of_venv(path: Path) -> bool:
    """Return whether `.venv` depends on a file: Airflow's environment is another one."""
    return path.is_file() and "airflow" not in path.name


def kernel_sources() -> list[Path]:
    """Return the sources of compiled kernels; the library says how they are found."""
    finder = runpy.run_path(str(LIBRARY / "kernel_sources.py"))
    found: list[Path] = finder["kernel_sources"](ROOT)
    return found


def install() -> None:
    """Install the packages, the project itself, a Java where none is, the JARs, the kernels."""
    STAMP.unlink(missing_ok=True)
    say("packages")
    make_venv()
    uv = find_uv()
    sync(uv, "dev.txt")
    run([uv, "pip", "install", "--python", VENV_PYTHON, *OFFLINE_BUILD, "--editable", ROOT])
    if not has_java():
        say("a Java, since the machine has no 17 or 21")
        sync(uv, "java.txt")
    say("Delta JARs and compiled kernels")
    # What every command imports is compiled once, here, also where later starts may keep nothing.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    run([VENV_PYTHON, "-m", "insight_lib.cli.prepare"], explain=False)
    STAMP.write_text(wanted_state())


OFFLINE_BUILD = ["--quiet", "--no-deps", "--no-build-isolation"]


def make_venv() -> None:
    """Create `.venv` again unless it already holds this Python."""
    made_by = VENV / "made-by"
    if made_by.is_file() and made_by.read_text() == sys.version:
        return
    venv.EnvBuilder(clear=VENV.exists(), symlinks=True).create(VENV)
    made_by.write_text(sys.version)


def find_uv() -> str:
    """Return the path of uv: the machine's, or one installed into a private place in `.venv`."""
    found = shutil.which("uv") or shutil.which("uv", path=str(UV_HOME / "bin"))
    if found:
        return found
    with_pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*with_pip, "--version"], capture_output=True, check=False).returncode:
        pip_home = VENV / "share" / "pip"
        venv.EnvBuilder(with_pip=True, symlinks=True).create(pip_home)
        with_pip = [pip_home / "bin" / "python", "-m", "pip"]
    locked = ["--require-hashes", "--requirement", REQUIREMENTS / "uv.txt"]
    run([*with_pip, "install", "--quiet", "--target", UV_HOME, *locked])
    return str(UV_HOME / "bin" / "uv")


def sync(uv: str, lock_name: str) -> None:
    """Install what a lock names, every file checked against its hash."""
    verb = "sync" if lock_name == "dev.txt" else "install"
    given = [REQUIREMENTS / lock_name] if verb == "sync" else ["-r", REQUIREMENTS / lock_name]
    run([uv, "pip", verb, "--quiet", "--python", VENV_PYTHON, "--require-hashes", *given])


def has_java() -> bool:
    """Return whether the machine has a Java that Spark supports."""
    question = "from insight_lib.lake.java import machine_java_home as j; raise SystemExit(not j())"
    return subprocess.run([VENV_PYTHON, "-c", question], cwd=ROOT, check=False).returncode == 0


def lock() -> None:
    """Resolve every lock of `.venv` again from pyproject.toml."""
    for name, chosen in LOCKS.items():
        resolve(ROOT / "pyproject.toml", name, chosen)
    resolve(REQUIREMENTS / "uv.in", "uv.txt")


def resolve(source: Path, lock_name: str, chosen: Sequence[str] = ()) -> None:
    """Write a lock with the newest versions that a source allows."""
    how = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate"]
    how += ["--no-header", "--quiet", "--upgrade", *chosen]
    target = ["--output-file", REQUIREMENTS / lock_name]
    run([find_uv(), "pip", "compile", *how, *target, source])


def run(command: list[str | Path], *, explain: bool = True) -> None:
    """Run a command; where it fails, say in one line what stands in the way."""
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    if done.returncode == 0:
        return
    printed = done.stderr.strip()
    if not explain:
        raise CannotSetUpError(printed.replace("set-up: ", ""))
    lowered = printed.lower()
    if "no space left" in lowered:
        raise CannotSetUpError("the disk is full; make room and run it again")
    if any(sign in lowered for sign in NETWORK_SIGNS):
        raise CannotSetUpError(
            "the package index cannot be reached; check the network and the proxy settings "
            f"(HTTPS_PROXY, SSL_CERT_FILE) and run it again ({last_line(printed)})"
        )
    raise CannotSetUpError(f"`{' '.join(map(str, command[:4]))} ...` failed: {last_line(printed)}")


def last_line(text: str) -> str:
    """Return the last line of a tool's message, cut to a line's length."""
    return (text.splitlines() or ["no message"])[-1].strip()[:200]


def dotted(version: tuple[int, ...]) -> str:
    """Write (3, 11) as 3.11."""
    return ".".join(map(str, version))


def say(what: str) -> None:
    """Print what is being set up."""
    print(f"set-up: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
