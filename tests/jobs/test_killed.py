"""Ingestions that are killed, or started twice: the rows are those of one that nothing disturbed.

``make faults`` kills thirty times; here it is a few.
"""

from insight_lib.lake.tables import open_lake
from tests.events.faults.killing import repeated, same, start, tables, undisturbed, write_corpus

LONGEST_S = 300
# Long enough to be killed in the middle of.
COPIES = 10


def test_after_kill_9_of_driver_or_worker_the_next_ingestion_makes_the_tables_right(
    workers, tmp_path
):
    attempts = list(repeated(tmp_path, workers, count=2, seed=1, copies=COPIES))
    assert len(attempts) == 4
    assert all(right for _, right in attempts), attempts


def test_two_ingestions_at_once_are_as_good_as_one(tmp_path):
    root = tmp_path / "logs"
    write_corpus(root, COPIES)
    both = [start(root, tmp_path / "both") for _ in range(2)]
    statuses = sorted(process.wait(LONGEST_S) for process in both)
    assert statuses in ([0, 0], [0, 2])
    undisturbed(root, tmp_path / "one")
    assert same(tables(open_lake(tmp_path / "both")), tables(open_lake(tmp_path / "one")))
