"""Finding event files in folders with links of all kinds."""

import pytest

from insight_lib.errors import InputError
from tests.events.finding import find_event_files


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "logs"
    for name in ("b/events.out.tfevents.1", "a/x.tfevents", "a/notes.txt", "tfevents.top"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def found(root):
    return [path.relative_to(root).as_posix() for path in find_event_files(root)]


NAMES = ["a/x.tfevents", "b/events.out.tfevents.1", "tfevents.top"]


def test_files_whose_name_holds_tfevents_are_found_in_the_order_of_paths(root):
    assert found(root) == NAMES


def test_links_to_what_is_found_anyway_change_nothing(root):
    (root / "0link").symlink_to(root / "b")
    (root / "0tfevents").symlink_to(root / "a" / "x.tfevents")
    (root / "a" / "circle").symlink_to(root)
    (root / "z_tfevents").hardlink_to(root / "tfevents.top")
    assert found(root) == NAMES


def test_links_out_of_the_root_are_followed_once(root, tmp_path):
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "tfevents.far").write_text("far")
    (root / "c").symlink_to(outside)
    (root / "d").symlink_to(outside)
    assert found(root) == [*NAMES[:2], "c/tfevents.far", NAMES[2]]


def test_links_that_lead_nowhere_are_passed_over(root):
    (root / "tfevents.gone").symlink_to(root / "nothing")
    assert found(root) == NAMES


def test_a_folder_named_like_a_file_is_a_folder(root):
    (root / "tfevents.d").mkdir()
    (root / "tfevents.d" / "tfevents.in").touch()
    assert found(root) == [*NAMES[:2], "tfevents.d/tfevents.in", NAMES[2]]


@pytest.mark.parametrize("name", ["missing", "tfevents.top"])
def test_a_root_that_is_no_folder_is_named(root, name):
    with pytest.raises(InputError, match=name):
        find_event_files(root / name)
