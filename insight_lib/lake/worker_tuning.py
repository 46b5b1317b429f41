"""Spare a Spark worker what takes longer between two tasks than many a task.

Before each task Spark has Python forget what its import path holds, and Python then reads the
directory of every archive on it again, pyspark's own among them: 0.1 s. After each task it has the
garbage collected, which looks at each object that numba, pyarrow and pyspark have made: 0.05 s.
"""

import functools
import gc
import sys
from zipimport import zipimporter


class _Unchanging(zipimporter):
    """Imports from an archive that stays what it is for as long as this process lives."""

    def invalidate_caches(self) -> None:
        """Keep what is known."""


def read_archives_once() -> None:
    """Keep the directories of the archives that this process has imported from so far.

    An archive of a running application does not change.
    """
    for path, importer in list(sys.path_importer_cache.items()):
        if type(importer) is zipimporter:
            sys.path_importer_cache[path] = _Unchanging(path)


@functools.cache
def set_imports_apart() -> None:
    """Keep what is there now out of every garbage collection to come; once in a process.

    Call it when the first task is done, which imports what the others need.
    """
    gc.freeze()
