"""Every row of every file counts once, whatever becomes of the files."""

import os
import shutil

import pytest

from insight_lib.errors import InputError
from insight_lib.lake.tables import open_lake
from insight_lib.predictions.ingest import plan as planning
from insight_lib.predictions.ingest import read_task as reading
from tests.predictions.conftest import WHERE


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


def test_a_changed_file_of_the_same_size_is_detected_by_any_byte(ingest, write, scores):
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


def test_a_copy_is_a_separate_file(ingest, write, rows, tmp_path):
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


def test_a_lake_from_before_refused_rows_were_counted_reads_files_with_such_rows_once_more(
    lake, ingest, write, scores
):
    write(f"{WHERE}/x.csv", 1, 2, "bad")
    write(f"{WHERE}/y.csv", 3)
    ingest()
    before = lake.read("refused_labels").to_pylist()
    assert [(row["label"], row["rows"]) for row in before] == [("1", 1)]
    shutil.rmtree(lake.root / "refused_labels")
    open_lake(lake.root, create=True)
    assert ingest().files_read == 1
    assert scores() == [1, 2, 3]
    again = [row | {"file_id": f"{WHERE}/x.csv@2"} for row in before]
    assert lake.read("refused_labels").to_pylist() == again
    assert ingest().files_read == 0
