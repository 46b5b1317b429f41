"""Compiling ahead."""

import os
from pathlib import Path

from insight_lib.events.format.compile import compile_all
from insight_lib.events.format.tfrecord import needed_bytes


def test_machine_code_older_than_the_sources_is_dropped_and_the_rest_kept():
    compile_all()
    folder = Path(needed_bytes.stats.cache_path)
    kept = set(folder.glob("*.nbi"))
    outdated = folder / "outdated.nbi"
    outdated.touch()
    os.utime(outdated, (0, 0))
    compile_all()
    assert kept
    assert set(folder.glob("*.nbi")) == kept
