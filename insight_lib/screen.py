"""Text as wide as the reader's screen.

The width is that of the terminal, or what the environment variable COLUMNS says. Where the output
is no terminal and COLUMNS is not set, as in a pipe or a file, nothing is wrapped at all, so that
grep finds every name and a row of a table is a line.
"""

import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from itertools import chain

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

LEAST_WIDTH = 20
"""Below, not even names and values stand next to each other."""
LONGEST_WHOLE_WORD = 16
"""Words up to here stand whole in a column, most runs' names among them; longer ones are folded."""


def screen_width() -> int | None:
    """Return how many characters fit on a line; None where nothing limits them."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return max(int(said), LEAST_WIDTH)
    return max(shutil.get_terminal_size().columns, LEAST_WIDTH) if sys.stdout.isatty() else None


def print_text(text: str, *, indent: int = 0) -> None:
    """Print a sentence, broken between words; from its second line on indented.

    A word that is longer than a line, such as a path, stays whole.
    """
    width = screen_width()
    if width is not None:
        text = textwrap.fill(
            text,
            width,
            subsequent_indent=" " * min(indent, width // 2),
            break_long_words=False,
            break_on_hyphens=False,
        )
    print(text, flush=True)


def table_text(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]
) -> str:
    """Return a table that fits the screen and shows every column and every letter.

    Where the columns would become too narrow to read, each row is written down the page instead, a
    line for each column, as psql's expanded display does.

    Args:
        title: Above the table; empty for none.
        columns: Their names.
        rows: A text for each column; it may have several lines.
        right: Which columns are justified to the right.
    """
    width = screen_width()
    natural = [_longest(map(str.splitlines, column)) for column in _columns(columns, rows)]
    least = [
        min(_longest(map(str.split, column)), LONGEST_WHOLE_WORD)
        for column in _columns(columns, rows)
    ]
    # Between two columns stand a line and two blanks, at each edge a line.
    room = sum(natural) if width is None else width - 3 * len(columns) + 1
    if sum(least) <= room:
        table = _table(title, columns, _widths(least, natural, room), right)
        for row in rows:
            table.add_row(*map(Text, row))
    else:
        table = _down(title, columns, rows, width or 0)
    screen = Console(width=width or sum(natural) + 3 * len(columns))
    # Whole or not at all; and rich would end the process itself where the reader has gone.
    with screen.capture() as rendered:
        screen.print(table)
    return rendered.get()


def _down(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Table:
    room = width - 5
    values = [value for row in rows for value in row]
    natural = [_longest(map(str.splitlines, column)) for column in (columns, values)]
    least = [min(length, room // 2) for length in natural]
    table = _table(title, ("", ""), _widths(least, natural, room), (False, False))
    table.show_header = False
    for row in rows or [[""] * len(columns)]:
        for name, value in zip(columns, row, strict=True):
            table.add_row(Text(name), Text(value))
        table.add_section()
    return table


def _table(
    title: str, columns: Sequence[str], widths: Sequence[int], right: Sequence[bool]
) -> Table:
    table = Table(title=Text(title) if title else None, title_justify="left", pad_edge=False)
    for name, width, to_right in zip(columns, widths, right, strict=True):
        table.add_column(
            Text(name),
            width=max(width, 1),
            justify="right" if to_right else "left",
            overflow="fold",
        )
    return table


def _columns(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    return list(zip(columns, *rows, strict=True))


def _longest(parts: "map[list[str]]") -> int:
    return max(map(cell_len, chain.from_iterable(parts)), default=0)


def _widths(least: Sequence[int], natural: Sequence[int], room: int) -> list[int]:
    """Return the columns' widths in a room that takes the least ones: the widest give way first."""
    most = min(max(natural, default=0), room)
    while True:
        widths = [max(low, min(wide, most)) for low, wide in zip(least, natural, strict=True)]
        if sum(widths) <= room or most <= 0:
            return widths
        most -= 1
