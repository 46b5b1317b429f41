"""Damaged files: nothing that the damage did not touch is lost, and what is lost is written down.

``make faults`` prints what each fault cost.
"""

import pytest

from insight_lib.events.format.read import read_span
from tests.events.faults.__main__ import BYTE_FAULTS
from tests.events.faults.records import every_kind


@pytest.mark.parametrize("fault", BYTE_FAULTS)
def test_damage_costs_only_what_it_touched(fault, tmp_path):
    outcome = BYTE_FAULTS[fault](tmp_path / "tfevents", 1)
    assert outcome.holds, outcome


def rows(pieces):
    names = ("scalars", "histograms", "artifacts", "quarantine")
    return [[row for piece in pieces for row in getattr(piece, name).to_pylist()] for name in names]


def test_a_file_cut_anywhere_is_read_to_its_last_whole_record_and_then_to_its_end(tmp_path):
    records = every_kind()
    data = b"".join(records)
    path = tmp_path / "tfevents"
    path.write_bytes(data)
    whole = rows(list(read_span(path, 0, len(data), {})))
    ends = {0}
    for record in records:
        ends.add(max(ends) + len(record))
    for cut in range(len(data) + 1):
        path.write_bytes(data[:cut])
        head = list(read_span(path, 0, cut, {}))
        read_to = head[-1].read_to if head else 0
        assert read_to == max(end for end in ends if end <= cut)
        path.write_bytes(data)
        tail = read_span(path, read_to, len(data), head[-1].plugins if head else {})
        assert str(rows([*head, *tail])) == str(whole)
