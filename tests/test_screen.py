"""Tables as wide as the screen: nothing is lost in narrow ones, nothing is wrapped in pipes."""

import json
import os
import pty
import re
import struct
import subprocess
import sys
from fcntl import ioctl
from termios import TIOCSWINSZ

import pyarrow as pa
import pytest
from rich.cells import cell_len

from insight_lib.cli.main import main
from insight_lib.cli.output import print_rows, print_table
from insight_lib.screen import print_text

LONG_ID = "logs/resnet50/lr-0.1/seed-17/2024-01-01T00:00:00/attempt-3/of-the-nightly-sweep"
COLUMNS = ("run_id", "severity", "what was found", "last_event_at", "count(*)", "writer", "layer")
FOUND = "the loss is not a number since step 17 " * 5
ODD = "dense[1] :smile: [bold]"
ROWS = [
    (LONG_ID, "error", FOUND, "2024-01-01 00:00:00", 7, "日本語" * 9, None),
    ("logs/b", "warning", "x", "2024-01-02 00:00:00", 123456789, "keras", ODD),
]
CELL = re.compile("[│┃]")


def letters(text):
    """What is written, without lines and blanks, which folding moves."""
    return sorted(re.sub(r"[\s─-╿]", "", text))


@pytest.fixture
def printed(capsys, monkeypatch):
    def printed(columns, *given):
        if columns is None:
            monkeypatch.delenv("COLUMNS", raising=False)
        else:
            monkeypatch.setenv("COLUMNS", str(columns))
        print_table("", *given)
        return capsys.readouterr().out

    return printed


@pytest.mark.parametrize("width", [20, 33, 80, 100, 140, 400])
def test_no_line_is_wider_than_columns_says_and_no_letter_is_lost(printed, width):
    lines = printed(width, COLUMNS, ROWS).splitlines()
    assert max(map(cell_len, lines)) <= width
    across = letters(printed(None, COLUMNS, ROWS))
    names = letters("".join(COLUMNS))
    found = letters("".join(lines))
    # Down the page the names stand once a row.
    assert found in (across, sorted(across + names * (len(ROWS) - 1)))


def test_at_80_columns_every_column_is_named_and_an_id_reads_on_in_its_column(printed):
    out = printed(80, COLUMNS, ROWS)
    assert all(name in out for name in COLUMNS)
    cells = [CELL.split(line)[1:-1] for line in out.splitlines() if line.startswith("│")]
    start = next(n for n, (name, _) in enumerate(cells) if name.strip() == "run_id")
    end = next(n for n, (name, _) in enumerate(cells) if name.strip() == "severity")
    assert "".join(value.strip() for _, value in cells[start:end]) == LONG_ID


def test_columns_that_can_be_read_stand_side_by_side(printed):
    out = printed(80, COLUMNS[:3], [row[:3] for row in ROWS])
    header = next(line for line in out.splitlines() if "run_id" in line)
    assert all(name in header for name in COLUMNS[:3])
    cells = [CELL.split(line)[1].strip() for line in out.splitlines() if line.startswith("│")]
    assert "".join(cells) == LONG_ID + "logs/b"


def test_a_table_of_more_columns_than_fit_keeps_them_all_even_without_a_row(printed):
    names = [f"column_{number}" for number in range(60)]
    for rows in ([], [range(60)]):
        out = printed(80, names, rows)
        assert max(map(len, out.splitlines())) <= 80
        assert re.findall(r"column_\d+", out) == names


@pytest.mark.parametrize("said", [None, "", "0", "wide"])
def test_in_a_pipe_a_row_is_one_line_however_long(printed, said):
    out = printed(said, COLUMNS, ROWS)
    assert sum(line.startswith("│") for line in out.splitlines()) == len(ROWS)
    assert LONG_ID in out
    assert FOUND.strip() in out
    assert ODD in out


def test_a_sentence_is_broken_between_words_and_a_path_never(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    print_text("ingest   1.0 s  a-b " + "of many words " * 5 + LONG_ID, indent=16)
    lines = capsys.readouterr().out.splitlines()
    assert LONG_ID in [line.strip() for line in lines]
    assert all(len(line) <= 40 for line in lines if LONG_ID not in line)
    assert all(line.startswith(" " * 16) for line in lines[1:])


def test_json_is_the_same_at_any_width(capsys, monkeypatch):
    rows = pa.table({"run_id": [LONG_ID]})
    print_rows(rows, "json")
    wide = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "20")
    print_rows(rows, "json")
    assert capsys.readouterr().out == wide
    assert json.loads(wide) == [{"run_id": LONG_ID}]


def test_every_table_of_a_lake_fits_80_columns(night, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    run = "runs/run-0000"
    for arguments in (
        ["diagnose", str(night.zoo / "runs"), "--fail-on", "never"],
        ["runs", "--lake", str(night.lake.root)],
        ["runs", "diff", "--lake", str(night.lake.root), run, "runs/run-0001", "runs/run-0002"],
        ["sql", "--lake", str(night.lake.root), "FROM evaluations LIMIT 3"],
        ["risk", "show", "--lake", str(night.lake.root)],
    ):
        assert main(arguments) == 0
        out = capsys.readouterr().out
        assert max(map(cell_len, out.splitlines())) <= 80, arguments


def test_a_terminal_is_as_wide_as_it_says():
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    program = f"""
from insight_lib.cli.output import print_table
print_table("", {COLUMNS!r}, {ROWS!r})
"""
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    subprocess.run([sys.executable, "-c", program], stdout=theirs, check=True, env=environment)
    os.close(theirs)
    screen = os.read(ours, 1 << 16).decode()
    os.close(ours)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", screen)
    assert max(map(cell_len, plain.splitlines())) == 60
