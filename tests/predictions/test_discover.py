"""Finding prediction files below a log root."""

import pytest

from insight_lib.errors import InputError
from insight_lib.predictions.discover import Place
from insight_lib.predictions.formats.column_mapping import Columns
from insight_lib.predictions.run_names import RunNames


def _touch(root, *paths):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def _found(root):
    place = Place(root, Columns())
    found = place.found(place.listing().files, RunNames([], []))
    first = len(f"{root.name}/")
    return [(each.file.below, each.run_id[first:] or ".") for each in found]


def test_files_directly_in_a_folder_predictions_belong_to_its_parent(tmp_path):
    _touch(
        tmp_path,
        "exp/b/predictions/epoch2.parquet",
        "exp/b/predictions/epoch1.csv.gz",
        "a/predictions/x.parquet",
        "predictions/own.parquet",
    )
    assert _found(tmp_path) == [
        ("a/predictions/x.parquet", "a"),
        ("exp/b/predictions/epoch1.csv.gz", "exp/b"),
        ("exp/b/predictions/epoch2.parquet", "exp/b"),
        ("predictions/own.parquet", "."),
    ]


def test_hidden_unfinished_and_other_files_are_skipped(tmp_path):
    _touch(
        tmp_path,
        "a/predictions/.x.parquet",
        "a/predictions/_temporary/x.parquet",
        "a/predictions/_x.parquet",
        "a/predictions/x.txt",
        "a/predictions/x.gz",
        "a/predictions/deeper/x.parquet",
        "a/other/x.parquet",
    )
    (tmp_path / "a/predictions/folder.parquet").mkdir()
    assert _found(tmp_path) == []


def test_a_root_that_is_itself_called_predictions_has_no_run_for_its_own_files(tmp_path):
    root = tmp_path / "predictions"
    _touch(root, "x.parquet", "a/predictions/y.parquet")
    assert _found(root) == [("a/predictions/y.parquet", "a")]


def test_a_link_that_leads_back_up_ends(tmp_path):
    _touch(tmp_path, "a/predictions/x.parquet")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    assert _found(tmp_path) == [("a/predictions/x.parquet", "a")]


def test_a_root_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(InputError, match="is not a folder"):
        _found(tmp_path / "absent")
