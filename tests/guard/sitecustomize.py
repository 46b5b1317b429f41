"""Refuse a JVM, a training and a browser in this process and in each Python that it starts.

Python imports a module of this name when it starts, if the module's folder is on PYTHONPATH.
"""

import os
import sys
from pathlib import Path
from typing import Any

PROGRAMS = {
    "java": "spark",
    "spark-submit": "spark",
    "spark-class": "spark",
    "playwright": "browser",
    "node": "browser",
    "chromium": "browser",
}
MODULES = {"keras": "training", "playwright": "browser"}


class UnmarkedError(BaseException):
    """A test does what its markers do not name; nothing between here and pytest may catch it."""

    def __init__(self, what: str, marker: str) -> None:
        super().__init__(
            f"a test without the marker {marker!r} starts {what}: "
            f"give it @pytest.mark.{marker}, or a fixture that tests/markers.py marks"
        )


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise if this audit event starts what only marked tests may start."""
    if event == "import" and arguments[0] in MODULES:
        raise UnmarkedError(arguments[0], MODULES[arguments[0]])
    if event == "subprocess.Popen":
        program, words = arguments[:2]
        words = [words] if isinstance(words, str | bytes | os.PathLike) else list(words)
        asks_version = "-version" in words[1:]
        for name in {Path(os.fsdecode(each)).name for each in (program or words[0], words[0])}:
            if name in PROGRAMS and not asks_version:
                raise UnmarkedError(name, PROGRAMS[name])


sys.addaudithook(refuse)
