"""What a batch is planned to read of files that moved, are linked twice or could not be read."""

from dataclasses import replace

import pytest

from insight_lib.errors import InputError
from insight_lib.events.ingest import plan as planning
from insight_lib.events.ingest.ledger import read_ledger
from insight_lib.events.ingest.plan import plan_events
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.tables import open_lake
from tests.in_process import InProcess

NAME = "events.out.tfevents.1.host"


@pytest.fixture
def write(framed, scalar):
    """A function that appends the records of some steps to a file."""

    def write(path, steps):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.writelines(framed(scalar("loss", n, n / 2).SerializeToString()) for n in steps)

    return write


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


@pytest.fixture
def root(tmp_path, write):
    """A root with one run."""
    folder = tmp_path / "logs"
    write(folder / "a" / NAME, range(3))
    return folder


@pytest.fixture
def known(lake, root):
    """What the ledger knows of the root."""
    ingest_events(lake, InProcess(), [root])
    return read_ledger(lake)


def stated_roots(lake):
    run_stage(lake, InProcess(), RUNS)
    return {row["run_id"]: row["log_root"] for row in lake.read("runs").to_pylist()}


def test_a_run_that_was_moved_within_its_root_keeps_its_root(lake, root, known):
    del known
    (root / "a").rename(root / "b")
    ingest_events(lake, InProcess(), [root])
    assert stated_roots(lake) == {"logs/a": str(root)}


@pytest.mark.parametrize("replaced", [False, True])
def test_a_run_whose_root_was_moved_is_said_to_be_where_it_is(
    lake, root, known, write, tmp_path, replaced
):
    del known
    moved = tmp_path / "new" / "logs"
    moved.parent.mkdir()
    root.rename(moved)
    if replaced:
        (moved / "a" / NAME).unlink()
        write(moved / "a" / NAME, [7])
    ingest_events(lake, InProcess(), [moved])
    assert stated_roots(lake) == {"logs/a": str(moved)}


def test_a_root_inside_the_one_that_a_moved_run_came_from_is_refused(lake, root, known):
    del known
    (root / "a").rename(root / "b")
    ingest_events(lake, InProcess(), [root])
    with pytest.raises(InputError, match=f"came from, {root}, or"):
        plan_events([root / "b"], read_ledger(lake))


@pytest.mark.parametrize("linked_first", [True, False])
def test_a_file_that_is_linked_below_two_roots_is_planned_once(
    root, known, write, tmp_path, linked_first
):
    linked = tmp_path / "linked"
    (linked / "c").mkdir(parents=True)
    (linked / "c" / NAME).hardlink_to(root / "a" / NAME)
    write(root / "a" / NAME, [3])
    plan = plan_events([linked, root] if linked_first else [root, linked], known)
    assert [piece.entry.file_id for piece in plan.ranges] == [f"logs/a/{NAME}"]


def test_of_two_copies_of_a_file_that_is_gone_one_is_that_file(root, known, write):
    (root / "a").rename(root / "c")
    write(root / "b" / NAME, range(3))
    plan = plan_events([root], known)
    assert sorted(piece.entry.run_id for piece in plan.ranges) == ["logs/a", "logs/c"]


def test_a_copy_is_a_separate_file_while_the_known_one_is_unreadable(root, known, write):
    write(root / "b" / NAME, range(3))
    (root / "a" / NAME).unlink()
    (root / "a" / NAME).symlink_to(NAME)  # to itself: neither there nor gone, as in a closed folder
    [piece] = plan_events([root], known).ranges
    assert piece.entry.run_id == "logs/b"


def test_a_file_that_could_not_be_read_is_tried_and_reported_until_it_can(root, known, monkeypatch):
    [(name, entry)] = known.items()
    unread = {name: replace(entry, status="unreadable")}

    def refuse(place):
        raise PermissionError(place)

    with monkeypatch.context() as closed:
        closed.setattr(planning, "read_head", refuse)
        plan = plan_events([root], unread)
        assert (plan.ranges, plan.unreadable) == ((), (str(root / "a" / NAME),))
    [piece] = plan_events([root], unread).ranges
    assert piece.entry.read_to == piece.stop
