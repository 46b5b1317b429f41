"""Every row of every file counts once, whatever becomes of files and batches."""

import os
import shutil

import pytest

from insight_lib.errors import InputError
from insight_lib.events.runs import RUNS
from insight_lib.lake.batches import pending_plan
from insight_lib.lake.derive import derive
from insight_lib.predictions import plan as planning
from insight_lib.predictions import task as reading
from insight_lib.predictions import write as writing
from insight_lib.predictions.ingest import ingest_predictions, remembered_patterns
from insight_lib.predictions.mapping import Columns
from insight_lib.predictions.pattern import pattern_of
from tests.in_process import InProcess

WHERE = "logs/a/predictions"


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def root(tmp_path):
    (tmp_path / WHERE).mkdir(parents=True)
    return tmp_path / "logs"


@pytest.fixture
def write(tmp_path):
    def write(name, *scores, columns="label,score"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([columns, *(f"1,{score}" for score in scores), ""]))
        return path

    return write


@pytest.fixture
def ingest(lake, root):
    def ingest(*patterns, roots=(root,), columns=None):
        return ingest_predictions(lake, InProcess(), roots, [*map(pattern_of, patterns)], columns)

    return ingest


@pytest.fixture
def rows(lake):
    """What is in table predictions: run, step, split and score."""

    def rows():
        names = ("run_id", "step", "split", "score")
        found = lake.read("predictions", names).to_pylist()
        return sorted(tuple(row[name] for name in names) for row in found)

    return rows


@pytest.fixture
def scores(rows):
    return lambda: sorted(row[-1] for row in rows())


@pytest.fixture
def ledger(lake):
    def ledger():
        rows = lake.read("prediction_files").to_pylist()
        return {row["file_id"]: row["status"] for row in rows}

    return ledger


def test_a_file_is_read_once_and_known_ones_are_not_opened(ingest, write, scores, monkeypatch):
    write(f"{WHERE}/x.csv", 1, 2)
    assert ingest().rows == 2
    monkeypatch.setattr(planning, "digest", lambda place: pytest.fail(f"{place} was opened"))
    assert ingest().files_read == 0
    assert scores() == [1, 2]


def test_a_file_that_grew_or_was_replaced_counts_as_it_is_now(ingest, write, scores, ledger):
    write(f"{WHERE}/x.csv", 1)
    ingest()
    write(f"{WHERE}/x.csv", 1, 2)
    assert ingest().rows == 2
    write(f"{WHERE}/x.csv", 3, 4)
    ingest()
    assert scores() == [3, 4]
    name = f"{WHERE}/x.csv"
    assert ledger() == {name: "replaced", f"{name}@2": "replaced", f"{name}@3": "complete"}


def test_a_file_of_the_same_size_is_told_by_every_byte(ingest, write, scores):
    middle = [f"{n:08}" for n in range(2_000)]
    write(f"{WHERE}/x.csv", *middle)
    ingest()
    middle[1_000] = "55555555"
    write(f"{WHERE}/x.csv", *middle)
    assert ingest().files_read == 1
    assert 55555555 in scores()
    assert len(scores()) == 2_000


def test_a_file_that_was_only_touched_is_not_read_again(ingest, write, lake):
    path = write(f"{WHERE}/x.csv", 1)
    ingest()
    os.utime(path, ns=(5, 5))
    summary = ingest()
    assert (summary.files_read, len(summary.batches)) == (0, 1)
    assert lake.read("prediction_files", ["batch"])["batch"].to_pylist() == [0]
    assert ingest().batches == ()


def test_a_file_that_is_still_being_written_waits(ingest, write, scores, ledger, monkeypatch):
    path = write(f"{WHERE}/x.csv", 1)
    write(f"{WHERE}/y.csv", 7)
    read = reading.read_predictions

    def grows(place, *others):
        yield from read(place, *others)
        if place == str(path):
            with path.open("a") as file:
                file.write("1,2\n")

    monkeypatch.setattr(reading, "read_predictions", grows)
    summary = ingest()
    assert (summary.rows, summary.unreadable) == (1, (str(path),))
    assert (scores(), list(ledger())) == ([7], [f"{WHERE}/y.csv"])
    monkeypatch.undo()
    assert ingest().unreadable == ()
    assert scores() == [1, 2, 7]


def test_what_was_replaced_counts_until_what_took_its_place_can_be_read(
    ingest, write, scores, ledger, monkeypatch
):
    path = write(f"{WHERE}/x.csv", 1)
    ingest()
    write(f"{WHERE}/x.csv", 2, 3)
    monkeypatch.setattr(
        reading, "_check_unchanged", lambda planned: path.unlink() or _gone(planned)
    )
    assert ingest().unreadable == (str(path),)
    assert scores() == [1]
    assert ledger() == {f"{WHERE}/x.csv": "complete"}


def _gone(planned):
    raise FileNotFoundError(planned.path)


def test_a_file_that_was_deleted_keeps_its_rows(ingest, write, scores):
    path = write(f"{WHERE}/x.csv", 1)
    ingest()
    shutil.rmtree(path.parent)
    assert ingest().files_read == 0
    assert scores() == [1]


@pytest.mark.parametrize(
    ("old", "new"), [(f"{WHERE}/x.csv", f"{WHERE}/z.csv"), ("logs/a", "logs/b"), ("logs", "moved")]
)
def test_what_was_moved_is_not_read_again_and_keeps_its_run(
    ingest, write, rows, lake, tmp_path, old, new
):
    write(f"{WHERE}/x.csv", 1)
    write(f"{WHERE}/y.csv", 2)
    ingest()
    before = rows()
    (tmp_path / old).rename(tmp_path / new)
    root = tmp_path / ("moved" if new == "moved" else "logs")
    assert ingest(roots=(root,)).files_read == 0
    assert rows() == before
    paths = lake.read("prediction_files", ["path"])["path"].to_pylist()
    assert all((tmp_path / path).exists() for path in paths)
    assert ingest(roots=(root,)).batches == ()


def test_a_copy_is_a_file_of_its_own(ingest, write, rows, tmp_path):
    write(f"{WHERE}/x.csv", 1)
    ingest()
    shutil.copytree(tmp_path / "logs" / "a", tmp_path / "others" / "a")
    ingest(roots=(tmp_path / "others",))
    assert [row[0] for row in rows()] == ["logs/a", "others/a"]


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_further_link_to_a_file_changes_nothing_before_or_after_it_is_read(
    ingest, write, scores, tmp_path, link
):
    path = write(f"{WHERE}/x.csv", 1)
    for name in ("logs/b/predictions/x.csv", "others/c/predictions/x.csv"):
        (tmp_path / name).parent.mkdir(parents=True)
        link(path, tmp_path / name)
    both = (tmp_path / "logs", tmp_path / "others")
    assert ingest(roots=both).files_read == 1
    link(path, tmp_path / "others/c/predictions/y.csv")
    assert ingest(roots=both).files_read == 0
    assert scores() == [1]


def test_two_folders_of_one_name_are_refused_where_their_files_would_mix(ingest, write, tmp_path):
    write(f"{WHERE}/x.csv", 1)
    write(f"other/{WHERE}/x.csv", 2)
    roots = (tmp_path / "logs", tmp_path / "other" / "logs")
    with pytest.raises(InputError, match=r"would be called logs/a/predictions/x\.csv"):
        ingest(roots=roots)
    ingest()
    with pytest.raises(InputError, match=r"would be called logs/a/predictions/x\.csv"):
        ingest(roots=roots[1:])


@pytest.mark.parametrize("commits", range(4))
def test_a_batch_that_was_cut_off_is_repeated_and_nothing_counts_twice(
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
    if commits < 3:
        with pytest.raises(KilledError):
            ingest()
    else:
        ingest()
    monkeypatch.undo()
    path.unlink()
    repeated = ingest()
    assert (repeated.repeated_batch is not None) == (commits < 3)
    assert scores() == [2, 3, 4, 5]
    assert len(lake.read("quarantine").to_pylist()) == 2
    assert ledger() == {
        f"{WHERE}/x.csv": "replaced",
        f"{WHERE}/x.csv@2": "corrupt",
        f"{WHERE}/y.csv": "complete",
        f"{WHERE}/z.csv": "complete",
    }
    assert pending_plan(lake, "predictions") is None
    for name in ("predictions", "quarantine", "prediction_files"):
        live = {file.path for file in lake.files(name)}
        newest = {file.name for file in (lake.root / name).glob("batch-00000001-*")}
        assert newest <= live


def test_a_batch_that_was_cut_off_while_reading_is_read_again(
    lake, ingest, write, scores, monkeypatch
):
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


def test_other_columns_are_remembered_and_a_change_of_them_reads_the_files_again(
    ingest, write, rows
):
    write(f"{WHERE}/x.csv", 1, columns="clicked,p")
    assert ingest().quarantined == 1
    assert ingest(columns=Columns(label="clicked", score="p")).quarantined == 0
    assert [row[-1] for row in rows()] == [1]
    assert ingest().files_read == 0
    write(f"{WHERE}/y.csv", 2, columns="clicked,p")
    assert ingest().quarantined == 0
    assert [row[-1] for row in rows()] == [1, 2]


def test_a_pattern_says_run_step_and_split_and_is_remembered(ingest, write, rows, lake, tmp_path):
    write("scores/a/b/val-5.csv", 1)
    write("scores/c/test-7.csv", 2)
    write("scores/c/notes.txt", 3)
    pattern = f"{tmp_path}/scores/{{run}}/{{split}}-{{step}}.*"
    assert ingest(pattern, roots=()).files_read == 2
    assert rows() == [("a/b", 5, "val", 1), ("c", 7, "test", 2)]
    assert [each.text for each in remembered_patterns(lake)] == [pattern]
    write("scores/c/test-8.csv", 4)
    again = ingest_predictions(lake, InProcess(), [], remembered_patterns(lake))
    assert again.rows == 1
    assert rows()[-1] == ("c", 8, "test", 4)
    shutil.rmtree(tmp_path / "scores")
    assert remembered_patterns(lake) == ()


def test_a_file_that_root_and_pattern_find_is_the_patterns_and_counts_once(
    ingest, write, rows, tmp_path
):
    write(f"{WHERE}/val-5.csv", 1)
    pattern = f"{tmp_path}/logs/{{run}}/predictions/{{split}}-{{step}}.csv"
    assert ingest().files_read == 1
    assert rows() == [("logs/a", 0, "validation", 1)]
    assert ingest(pattern).files_read == 1
    assert rows() == [("logs/a", 5, "val", 1)]
    assert ingest().files_read == ingest(pattern).files_read == 0
    write(f"{WHERE}/val-5.csv", 2)
    assert ingest().files_read == 1
    assert rows() == [("logs/a", 5, "val", 2)]


def test_a_file_renamed_to_another_step_is_of_that_step(ingest, write, rows, tmp_path):
    path = write("scores/a/val-5.csv", 1)
    pattern = f"{tmp_path}/scores/{{run}}/{{split}}-{{step}}.csv"
    ingest(pattern, roots=())
    path.rename(path.with_name("val-6.csv"))
    ingest(pattern, roots=())
    assert rows() == [("a", 6, "val", 1)]


def test_the_run_in_a_path_is_one_of_a_log_root_where_there_is_one(ingest, write, rows, tmp_path):
    write("logs/exp/one/predictions/x.csv", 1)
    write("scores/exp/one/x.csv", 2)
    write("scores/logs/exp/one/y.csv", 3)
    write("scores/new/x.csv", 4)
    ingest()
    ingest(f"{tmp_path}/scores/{{run}}/*.csv", roots=())
    runs = {row[-1]: row[0] for row in rows()}
    assert runs == {1: "logs/exp/one", 2: "logs/exp/one", 3: "logs/exp/one", 4: "logs/new"}


def test_a_run_is_no_more_where_another_pattern_gave_its_only_file_to_another(
    ingest, write, lake, tmp_path
):
    write("scores/a/one/x.csv", 1)
    for pattern, run in (("{run}/one/x.csv", "a"), ("a/{run}/x.csv", "one")):
        ingest(f"{tmp_path}/scores/{pattern}", roots=())
        assert set(derive(lake, InProcess(), RUNS)) == {"a", run}
        rows = lake.read("runs", ["run_id", "state", "log_root"]).to_pylist()
        stated = {"state": "scored", "log_root": f"{tmp_path}/scores/{pattern}"}
        assert rows == [{"run_id": run} | stated]


def test_a_run_that_two_log_roots_have_is_refused(ingest, write, tmp_path):
    for root in ("one", "two"):
        write(f"{root}/a/predictions/x.csv", 1)
    write("scores/a/x.csv", 2)
    roots = (tmp_path / "one", tmp_path / "two")
    ingest(roots=roots)
    with pytest.raises(InputError, match="may be one/a or two/a; let the path name the log root"):
        ingest(f"{tmp_path}/scores/{{run}}/x.csv", roots=roots)


def test_a_file_that_cannot_be_looked_at_is_named_and_tried_again(
    ingest, write, scores, monkeypatch
):
    path = write(f"{WHERE}/x.csv", 1)
    write(f"{WHERE}/y.csv", 2)
    monkeypatch.setattr(reading, "digest", lambda place: _refuse(place, path))
    assert ingest().unreadable == (str(path),)
    assert scores() == [2]
    monkeypatch.undo()
    ingest()
    assert scores() == [1, 2]


def _refuse(place, closed):
    if place == str(closed):
        raise PermissionError(place)
    return "of another file"
