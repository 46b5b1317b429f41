"""Every row counts once, wherever a batch of prediction files was interrupted."""

import pytest

from insight_lib.lake.batch_log import pending_plan
from insight_lib.predictions.ingest import write as writing
from tests.in_process import InProcess
from tests.predictions.conftest import WHERE


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("commits", range(5))
def test_an_interrupted_batch_is_repeated_and_nothing_counts_twice(
    lake, ingest, write, scores, ledger, monkeypatch, commits
):
    """The process ends before its first commit, and after each; then one file vanishes."""
    write(f"{WHERE}/x.csv", 1, "bad")
    write(f"{WHERE}/y.csv", 5)
    ingest()
    write(f"{WHERE}/x.csv", 2, 3, "bad")
    path = write(f"{WHERE}/z.csv", 4)
    written = type(lake)._commit
    done = []

    def commit(self, name, *others):
        if len(done) == commits:
            raise KilledError
        written(self, name, *others)
        done.append(name)

    monkeypatch.setattr(type(lake), "_commit", commit)
    if commits < 4:
        with pytest.raises(KilledError):
            ingest()
    else:
        ingest()
    monkeypatch.undo()
    path.unlink()
    repeated = ingest()
    assert (repeated.repeated_batch is not None) == (commits < 4)
    assert scores() == [2, 3, 4, 5]
    assert len(lake.read("quarantine").to_pylist()) == 2
    assert ledger() == {
        f"{WHERE}/x.csv": "replaced",
        f"{WHERE}/x.csv@2": "corrupt",
        f"{WHERE}/y.csv": "complete",
        f"{WHERE}/z.csv": "complete",
    }
    assert pending_plan(lake, "predictions") is None
    for name in ("predictions", "quarantine", "refused_labels", "prediction_files"):
        live = {file.path for file in lake.files(name)}
        newest = {file.name for file in (lake.root / name).glob("batch-00000001-*")}
        assert newest <= live


def test_a_batch_interrupted_while_reading_is_read_again(lake, ingest, write, scores, monkeypatch):
    write(f"{WHERE}/x.csv", 1)
    path = write(f"{WHERE}/y.csv", 2)
    monkeypatch.setattr(InProcess, "run", lambda *_: (_ for _ in ()).throw(KilledError))
    with pytest.raises(KilledError):
        ingest()
    monkeypatch.undo()
    path.unlink()
    summary = ingest()
    assert (summary.repeated_batch, summary.rows, summary.unreadable) == (0, 1, (str(path),))
    assert scores() == [1]
    assert pending_plan(lake, "predictions") is None


def test_a_file_found_to_be_damaged_after_some_data_files_were_written_leaves_no_rows(
    lake, ingest, write, scores, monkeypatch
):
    monkeypatch.setattr(writing, "FLUSH_BYTES", 1)
    path = write(f"{WHERE}/x.csv", *range(300_000))
    with path.open("ab") as file:
        file.write(b'1,"' + b"x" * (10 << 20))
    write(f"{WHERE}/y.csv", 7)
    summary = ingest()
    assert scores() == [7]
    [held] = lake.read("quarantine").to_pylist()
    assert (held["length"], held["file_id"]) == (0, f"{WHERE}/x.csv")
    assert "cannot be read as CSV" in held["reason"]
    assert (summary.rows, summary.quarantined) == (1, 1)
    on_disk = {path.name for path in (lake.root / "predictions").glob("*.parquet")}
    assert on_disk == {file.path for file in lake.files("predictions")}
