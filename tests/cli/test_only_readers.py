"""What only reads a lake neither writes to it nor waits for who does."""

import shutil
import stat

import pytest

from insight_lib.cli.main import main
from insight_lib.lake.lock import only_writer
from insight_lib.lake.tables import open_lake

READERS = (
    ["sql", "FROM runs"],
    ["runs"],
    ["runs", "diff", "runs/run-0000", "runs/run-0001"],
    ["series"],
    ["risk", "show"],
    ["findings"],
    ["report", "--out"],
)


@pytest.fixture
def lake(night, tmp_path):
    """A separate lake at which a pipeline is at work, and nobody may write to its folders."""
    root = tmp_path / "lake"
    shutil.copytree(night.lake.root, root)
    shutil.rmtree(root / "_report", ignore_errors=True)
    with only_writer(root):
        folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
        yield root
    for folder in folders:
        folder.chmod(stat.S_IRWXU)


def contents(root):
    every = {path: path.stat() for path in [root, *root.rglob("*")]}
    return {path: (found.st_mtime_ns, found.st_size) for path, found in every.items()}


@pytest.mark.parametrize("arguments", READERS, ids=lambda arguments: " ".join(arguments[:2]))
def test_a_reader_needs_no_lock_and_changes_no_file(lake, tmp_path, arguments):
    before = contents(lake)
    elsewhere = [str(tmp_path / "pages")] if arguments[-1] == "--out" else []
    assert main([*arguments, *elsewhere, "--lake", str(lake)]) == 0
    assert contents(lake) == before


def test_a_report_elsewhere_is_written_again_when_the_lake_has_changed_and_only_then(tmp_path):
    root, pages = tmp_path / "lake", tmp_path / "pages"
    open_lake(root, create=True)

    def written():
        assert main(["report", "--lake", str(root), "--out", str(pages)]) == 0
        return (pages / "index.html").stat().st_ino

    first = written()
    assert written() == first
    # As many versions as the one before, but another lake.
    shutil.rmtree(root)
    open_lake(root, create=True)
    assert written() != first


def test_a_report_in_a_lake_that_cannot_be_written_names_the_way_out(lake, capsys):
    lock = lake / "_pipeline.lock"
    lock.unlink()
    lock.mkdir()  # root may write to any file, but not to a folder
    assert main(["report", "--lake", str(lake)]) == 2
    assert "or name another place with --out" in capsys.readouterr().err
