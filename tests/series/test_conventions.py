"""Tags that known writers write, and what each is: ``conventions.tsv``."""

import csv
from pathlib import Path

import pytest

from insight_lib.series.conventions import CONVENTIONS, convention_of
from insight_lib.series.names.naming import role_of_name

with (Path(__file__).parent / "conventions.tsv").open(newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter="\t"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['writer']}: {row['tag']}")
def test_a_writers_tag_is_what_its_documentation_says(row):
    about = role_of_name(".", row["tag"])
    assert {
        "writer": convention_of(row["tag"]).writer,
        "tag": row["tag"],
        "role": about.role,
        "phase": about.phase,
        "unit": about.unit or "-",
        "direction": about.direction or "-",
        "cadence": about.cadence or "-",
        "scale": f"{about.scale:g}",
        "moving": "moving" if about.moving else "-",
    } == row


def test_every_line_decides_on_a_tag_of_the_table():
    decided = {id(convention_of(row["tag"])) for row in ROWS}
    assert [line.pattern for line in CONVENTIONS if id(line) not in decided] == []


def test_no_tag_follows_a_convention_by_chance():
    for tag in ("loss", "val_loss", "train/accuracy", "reward", "step", "my/metric", ""):
        assert convention_of(tag) is None, tag


def test_a_whole_name_goes_before_a_glob():
    assert convention_of("time/fps").pattern == "time/fps"
    assert convention_of("time/iterations").pattern == "time/*"
