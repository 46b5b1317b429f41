"""A report's folder is replaced as a whole or not at all."""

import os

import pytest

from insight_lib.errors import InputError
from insight_lib.report.folder import MARKER, replaced


def write(folder, name):
    with replaced(folder) as new:
        (new / name).write_text("text")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_old_folders_files_are_gone_and_no_temporary_folder_is_left(tmp_path):
    folder = tmp_path / "deep" / "report"
    write(folder, "old")
    write(folder, "new")
    assert names(folder) == [MARKER, "new"]
    assert names(folder.parent) == ["report"]


def test_the_old_folder_is_whole_until_the_new_one_is_complete(tmp_path):
    folder = tmp_path / "report"
    write(folder, "old")
    with replaced(folder) as new:
        (new / "half").write_text("text")
        assert names(folder) == [MARKER, "old"]


def test_an_error_leaves_the_old_folder_as_it_was(tmp_path):
    folder = tmp_path / "report"
    write(folder, "old")
    with pytest.raises(IsADirectoryError), replaced(folder) as new:
        new.write_text("no folder takes text")
    assert names(folder) == [MARKER, "old"]
    assert names(tmp_path) == ["report"]


def test_a_folder_of_other_files_is_never_replaced(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(
        InputError, match=r"contains files that are not a report .* name an empty or a new folder"
    ):
        write(tmp_path, "index.html")
    assert names(tmp_path) == ["thesis.tex"]


def test_an_empty_folder_may_be_replaced(tmp_path):
    write(tmp_path, "index.html")
    assert names(tmp_path) == [MARKER, "index.html"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "report").write_text("text")
    with pytest.raises(InputError, match="is not a folder"):
        write(tmp_path / "report", "index.html")
    with pytest.raises(InputError, match=r"cannot be written to .* choose another folder"):
        write(tmp_path / "report" / "below", "index.html")


def test_others_may_read_the_folder(tmp_path):
    write(tmp_path / "report", "index.html")
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "report").stat().st_mode & 0o777 == 0o777 & ~umask
