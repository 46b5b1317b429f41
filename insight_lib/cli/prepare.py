"""What set-up does once packages are installed: Java, Delta JARs, compiled kernels, bytecode."""

import importlib
import sys

from insight_lib.cli.main import COMMANDS
from insight_lib.compile_kernels import compile_all
from insight_lib.errors import SetupError
from insight_lib.lake.jars import fetch_jars
from insight_lib.lake.java import embed, machine_java_home


def prepare() -> None:
    """Make the installation ready to run offline and without a first-call delay.

    Raises:
        SetupError: Java or the JARs cannot be had.
    """
    if machine_java_home() is None:
        embed()
    fetch_jars()
    compile_all()
    # So that Python keeps the bytecode of all that they import; set-up installs every extra.
    for command in COMMANDS:
        importlib.import_module(f"insight_lib.cli.{command}")


if __name__ == "__main__":
    try:
        prepare()
    except SetupError as error:
        print(f"set-up: {error}", file=sys.stderr)
        sys.exit(2)
