"""Ingestions that are killed, or started twice: the rows are those of one that nothing disturbed.

``make faults`` kills thirty times; here it is a few.
"""

import pytest

from insight_lib.lake.tables import open_lake
from tests.events.faults.killing import LONGEST_S, repeated, same, start, tables

# Long enough to be killed in the middle of.
COPIES = 10


@pytest.fixture(scope="module")
def killed(workers, tmp_path_factory):
    """What became of each attempt, with the log root and its undisturbed ingestion."""
    folder = tmp_path_factory.mktemp("killed")
    attempts = list(repeated(folder, workers, count=2, seed=1, copies=COPIES))
    return attempts, folder / "logs", tables(open_lake(folder / "undisturbed"))


def test_after_kill_9_of_driver_or_worker_the_next_ingestion_makes_the_tables_right(killed):
    attempts, _, _ = killed
    assert len(attempts) == 4
    assert all(right for _, right in attempts), attempts


def test_two_ingestions_at_once_are_as_good_as_one(killed, tmp_path):
    _, root, undisturbed = killed
    both = [start(root, tmp_path / "both") for _ in range(2)]
    statuses = sorted(process.wait(LONGEST_S) for process in both)
    assert statuses in ([0, 0], [0, 2])
    assert same(tables(open_lake(tmp_path / "both")), undisturbed)
