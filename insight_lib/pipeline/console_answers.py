"""The commands that a page shows, and what they print: ``$ insight ...`` in blocks ``console``."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SHOWN_LAKE = "/data/lake"
"""The lake of which pages speak."""

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str) -> Iterator[tuple[list[str], str]]:
    """Yield the arguments of each block of one command about a lake, and the answer below it."""
    for block in _BLOCK.findall(page):
        command, answer = _parted(block)
        if command is not None and SHOWN_LAKE in command:
            yield command, answer


def answered(page: str, lake: Path) -> str:
    """Return the page with the answers that a lake gives now, in the place of those it shows."""

    def block(found: re.Match[str]) -> str:
        command, answer = _parted(found[1])
        if command is None or SHOWN_LAKE not in command:
            return found[0]
        shown = found[1].removesuffix(answer)
        return f"```console\n{shown}{_run(command, lake)}```"

    return _BLOCK.sub(block, page)


def _parted(block: str) -> tuple[list[str] | None, str]:
    """Return the arguments of a block's command and what follows; None where it has several."""
    lines = block.splitlines(keepends=True)
    if sum(line.startswith("$ ") for line in lines) != 1:
        return None, ""
    for count in range(1, len(lines) + 1):
        typed = "".join(lines[:count]).removeprefix("$ insight ")
        try:
            return shlex.split(typed), "".join(lines[count:])
        except ValueError:  # a quotation goes on in the next line
            continue
    raise ValueError(f"a quotation of this command does not end: {block}")


def _run(command: list[str], lake: Path) -> str:
    arguments = [str(lake) if word == SHOWN_LAKE else word for word in command]
    program = [sys.executable, "-m", "insight_lib.cli.main", *arguments]
    return subprocess.run(program, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
