"""Read a wide zoo: the truth about its runs, and what they wrote."""

import json
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from insight_lib.errors import InputError
from insight_lib.risk.recipe.looked import LookedAt, look_at
from insight_lib.risk.recipe.outcomes_among_peers import Ended, ended
from insight_lib.risk.recipe.program_score import measure_of

# As insight_lib.zoo.many_runs writes them, which imports Keras.
_TRUTH_FOLDER, _RUNS_FOLDER = "truth", "runs"


def read_zoo(folder: Path) -> tuple[list[LookedAt], list[Ended]]:
    """Return the finished runs of a zoo by their names, and what became of each.

    Args:
        folder: that ``insight zoo --shard`` wrote, of one shard or more.

    Raises:
        InputError: there is no finished run, or a program has too few runs as it is.
        EventFileError: an event file cannot be read.
    """
    truths = [_read(place) for place in sorted((folder / _TRUTH_FOLDER).glob("*.json"))]
    if not truths:
        raise InputError(f"{folder} holds no finished run; train some with `insight zoo --shard`")
    measures = {program: measure_of(program) for program in sorted({t["program"] for t in truths})}
    folders = [folder / _RUNS_FOLDER / truth["run"] for truth in truths]
    # Started fresh: a copy of a process in which TensorFlow has run can hang.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as workers:
        own = [measures[truth["program"]] for truth in truths]
        runs = list(workers.map(look_at, folders, truths, own, chunksize=8))
    return runs, ended(runs, measures)


def _read(place: Path) -> Mapping[str, Any]:
    truth: Mapping[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return truth
