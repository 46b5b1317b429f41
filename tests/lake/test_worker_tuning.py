"""What a worker keeps from task to task."""

import gc
import importlib
import sys
import zipfile
from zipimport import zipimporter

from insight_lib.lake.worker_tuning import read_archives_once


def _of_archives(_):
    """In a worker: how the archives on its path are read, and how many objects are set apart."""
    importers = sys.path_importer_cache.values()
    kinds = {type(one) is zipimporter for one in importers if isinstance(one, zipimporter)}
    return kinds, gc.get_freeze_count()


def test_from_the_second_task_on_a_worker_reads_no_archive_again(workers):
    workers.run(_of_archives, [None] * workers.parallelism, "first")
    for kinds, frozen in workers.run(_of_archives, [None] * workers.parallelism, "second"):
        assert kinds == {False}
        assert frozen > 10_000


def test_what_is_kept_still_imports(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("kept_one.py", "value = 1")
        archive.writestr("kept_two.py", "value = 2")
    monkeypatch.syspath_prepend(str(tmp_path / "a.zip"))
    assert importlib.import_module("kept_one").value == 1
    read_archives_once()
    assert type(sys.path_importer_cache[str(tmp_path / "a.zip")]) is not zipimporter
    importlib.invalidate_caches()
    assert importlib.import_module("kept_two").value == 2
