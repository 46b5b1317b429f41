"""Where prediction files are found and how they are read, as the lake remembers it."""

import shutil

import pytest

from insight_lib.errors import InputError
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.run_stage import run_stage
from insight_lib.predictions.formats.column_mapping import Columns
from insight_lib.predictions.ingest import read_task as reading
from insight_lib.predictions.ingest.stage import ingest_predictions, remembered_patterns
from tests.in_process import InProcess
from tests.predictions.conftest import WHERE


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
        assert set(run_stage(lake, InProcess(), RUNS)) == {"a", run}
        rows = lake.read("runs", ["run_id", "state", "log_root"]).to_pylist()
        stated = {"state": "scored", "log_root": f"{tmp_path}/scores/{pattern}"}
        assert rows == [{"run_id": run} | stated]


def test_a_run_that_two_log_roots_have_is_refused(ingest, write, tmp_path):
    for root in ("one", "two"):
        write(f"{root}/a/predictions/x.csv", 1)
    write("scores/a/x.csv", 2)
    roots = (tmp_path / "one", tmp_path / "two")
    ingest(roots=roots)
    with pytest.raises(InputError, match="may be one/a or two/a; include the log root in the path"):
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
