"""Build `build/airflow/venv`, Airflow's own environment, from its hashed lock.

Airflow does not share `.venv`: its Spark provider brings `pyspark-client`, whose files overwrite
those of pyspark. Nothing happens when the environment is already as the lock says. `--lock`
resolves the lock again instead.
"""

from __future__ import annotations

import hashlib
import sys
import venv

from install import (
    REQUIREMENTS,
    ROOT,
    CannotSetUpError,
    check_python,
    find_uv,
    resolve,
    run,
    say,
)

VENV = ROOT / "build" / "airflow" / "venv"
LOCK = REQUIREMENTS / "airflow.txt"
STAMP = VENV / "set-up-done"


def main(arguments: list[str]) -> int:
    """Install, or lock, and return the exit status."""
    try:
        check_python(sys.version_info[:2])
        if "--lock" in arguments:
            resolve(REQUIREMENTS / "airflow.in", LOCK.name)
        elif not is_done():
            install()
    except CannotSetUpError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 2
    return 0


def is_done() -> bool:
    """Return whether the environment is what the lock asks for."""
    return STAMP.is_file() and STAMP.read_text() == wanted_state()


def wanted_state() -> str:
    """Return a digest of what decides the environment."""
    return hashlib.sha256(f"{sys.version} {VENV}".encode() + LOCK.read_bytes()).hexdigest()


def install() -> None:
    """Create the environment again, with every file checked against its hash."""
    say("Airflow, in its own environment of 0.5 GB")
    venv.EnvBuilder(clear=VENV.exists(), symlinks=True).create(VENV)
    locked = ["--require-hashes", "--requirement", LOCK]
    run([find_uv(), "pip", "install", "--quiet", "--python", VENV / "bin" / "python", *locked])
    STAMP.write_text(wanted_state())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
