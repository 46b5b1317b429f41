"""Patterns that say where predictions are and what their paths mean."""

from pathlib import Path

import pytest

from insight_lib.errors import InputError
from insight_lib.predictions.pattern import Pattern, known_patterns, pattern_of


def says(below, path):
    found = Pattern(Path("/data"), below).match(path)
    return None if found is None else tuple(found)


@pytest.mark.parametrize(
    ("below", "path", "found"),
    [
        ("{run}/{split}-{step}.parquet", "a/val-5.parquet", ("a", 5, "val")),
        ("{run}/{split}-{step}.parquet", "exp/a/my-val-07.parquet", ("exp/a", 7, "my-val")),
        ("{run}/{split}-{step}.parquet", "a/val-x.parquet", None),
        ("{run}/{split}-{step}.parquet", "val-5.parquet", None),
        ("{run}/{split}-{step}.parquet", "a/val-5.parquet.bak", None),
        ("{run}/*.csv", "exp/a/x.csv", ("exp/a", None, None)),
        ("{run}/*.csv", "exp/a/.x.csv", None),
        ("{run}/*.csv", ".trash/a/x.csv", None),
        ("{run}/*.csv", "a/.trash/x.csv", None),
        ("{run}/{split}/*.csv", "exp/a/val/x.csv", ("exp/a", None, "val")),
        ("{run}.csv", "exp/a.csv", ("exp/a", None, None)),
        ("scores-{run}.csv", "scores-a.csv", ("a", None, None)),
        ("{run}/epoch_{step}/part-?.csv", "a/epoch_3/part-1.csv", ("a", 3, None)),
        ("{run}/part-[0-9].csv", "a/part-3.csv", ("a", None, None)),
        ("{run}/part-[0-9].csv", "a/part-x.csv", None),
        ("{run}/part-[!0-9].csv", "a/part-x.csv", ("a", None, None)),
        ("**/scores/{run}/p.csv", "scores/a/p.csv", ("a", None, None)),
        ("x*/{run}/p.csv", "x1/a/b/p.csv", ("a/b", None, None)),
        ("{run}/{run}.csv", "a/a.csv", ("a", None, None)),
        ("{run}/{run}.csv", "a/b.csv", None),
        ("{run}/a[{]b[}].csv", "r/a{b}.csv", ("r", None, None)),
        ("{run}/a+b(c).csv", "r/a+b(c).csv", ("r", None, None)),
        ("{run}/{step}.csv", "a/1234567890123456789012.csv", None),
    ],
)
def test_a_path_fits_as_in_a_glob_and_says_its_run_step_and_split(below, path, found):
    assert says(below, path) == found


@pytest.mark.parametrize(
    ("below", "path", "named"),
    [
        ("{run}/**/p.csv", "a/b/p.csv", r"\{run\} of --predictions may be 'a' or 'a/b'"),
        ("{run}-{split}.csv", "a-b-c.csv", "may be 'a' or 'a-b'"),
        ("{run}*.csv", "abc.csv", "may be 'a' or 'abc'"),
        ("{run}/{split}{step}.csv", "r/v12.csv", "may be 'v' or 'v1'"),
    ],
)
def test_a_path_that_fits_in_two_ways_is_refused_with_both(below, path, named):
    with pytest.raises(InputError, match=named) as error:
        says(below, path)
    assert "put a fixed text" in str(error.value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("*.csv", "does not say where the run's name is; put {run} there"),
        ("{run}/{epoch}.csv", "{epoch}, which is none of {run}, {split}, {step}"),
        ("{run}/{.csv", "has {, which is none of"),
        ("absent/{run}.csv", "does not exist"),
        ("file.txt/{run}.csv", "is not a folder"),
        ("s3://me:secret@bucket/{run}.csv", "with a password"),
    ],
)
def test_a_pattern_that_is_none_is_refused_with_the_remedy(tmp_path, monkeypatch, given, named):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").touch()
    with pytest.raises(InputError) as error:
        pattern_of(given)
    assert named in str(error.value)


def test_a_pattern_is_kept_whole_and_its_folder_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scores").mkdir()
    pattern = pattern_of("scores/{run}/*.csv")
    assert pattern == Pattern(tmp_path / "scores", "{run}/*.csv")
    assert pattern_of(pattern.text) == pattern
    assert pattern_of("{run}.csv").root == tmp_path
    texts = [pattern.text, str(tmp_path), "/absent/{run}.csv", pattern.text]
    assert known_patterns(texts) == (pattern,)
