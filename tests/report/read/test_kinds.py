"""Reasons without the values that they name."""

import pytest

from insight_lib.report.read.kinds import kind_of


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("label is 3, not 0 or 1", "label is not 0 or 1"),
        ('split is "a, not b", not a name', "split is not a name"),
        ("label is null, not 0 or 1", "label is not 0 or 1"),
        ("3 points only, 5 are needed", "… points only, … are needed"),
        ("the file ends inside this record", "the file ends inside this record"),
        ('no column "score" in it', "no column … in it"),
        ("layer dense_2 is empty", "layer dense_2 is empty"),
    ],
)
def test_a_kind_names_no_value(reason, kind):
    assert kind_of(reason) == kind
