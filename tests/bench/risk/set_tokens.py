"""Compute what a set network looks at, at the rows of the learning table that the study judges.

``python -m tests.bench.risk.set_tokens RUNS_FOLDER`` reads the logs of the zoo's runs, cuts each
where the learning table does, and writes ``data/tokens.npz`` beside it. Kept is float16: values are
at most 6 in size, so that at most 0.002 of one is lost. Features are not kept; the table has them.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from insight_lib.columnar.arrays import Places
from insight_lib.dissection.logged_runs import read_views
from insight_lib.errors import InputError
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.landmarks import until
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.set_network import RunInputs
from insight_lib.risk.models.set_network.seen_inputs import CHANNELS, seen_inputs
from tests.bench.risk.baselines.recipe import Row, is_landmark
from tests.bench.risk.places import TOKENS, ZOO
from tests.bench.risk.study_table import Study

ARRAYS = ("layers", "depth", "is_layer", "curves")
_COMMAND = "python -m tests.bench.risk.set_tokens"


def write_tokens(runs_folder: Path, zoo: Path = ZOO, out: Path = TOKENS) -> int:
    """Write a row for each row of the learning table; return how many.

    Args:
        runs_folder: holds a folder a run, named as in the table.
        zoo: the learning table.
        out: is replaced.
    """
    columns = ["run", "share", "cutoff_step"]
    cuts = [cut for cut in pq.read_table(zoo, columns=columns).to_pylist() if is_landmark(cut)]
    cuts.sort(key=lambda cut: (cut["run"], cut["share"]))
    parts = [
        _of_run(runs_folder / run, list(rows)) for run, rows in groupby(cuts, lambda c: c["run"])
    ]
    arrays = {name: np.concatenate([getattr(one, name) for one in parts]) for name in ARRAYS}
    np.savez_compressed(
        out,
        allow_pickle=False,
        run=np.array([cut["run"] for cut in cuts], dtype=np.str_),
        share=np.array([cut["share"] for cut in cuts]),
        layer_channels=np.array(CHANNELS.layer),
        curve_channels=np.array(CHANNELS.curve),
        **{name: _short(values) for name, values in arrays.items()},
    )
    return len(cuts)


def _of_run(folder: Path, cuts: list[Row]) -> RunInputs:
    (whole,) = read_views(folder)
    no_features = FeatureMatrix((folder.name,) * len(cuts), (), np.zeros((len(cuts), 0)))
    # Tokens are of series and layers; what the rules find is among the features.
    return seen_inputs(no_features, [Seen(until(whole, cut["cutoff_step"]), ()) for cut in cuts])


def _short(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == np.bool_ else values.astype(np.float16)


def read_inputs(study: Study, where: Path = TOKENS) -> RunInputs:
    """Return what a set network is given of each row of a study.

    Raises:
        InputError: there are no tokens, not of all rows, or of other channels.
    """
    if not where.exists():
        raise InputError(f"no {where}; run `{_COMMAND}`")
    with np.load(where, allow_pickle=False) as file:
        kept = {name: file[name] for name in file.files}
    named = tuple(kept["layer_channels"].tolist()), tuple(kept["curve_channels"].tolist())
    if named != (CHANNELS.layer, CHANNELS.curve):
        raise InputError(f"{where} is of other channels than {CHANNELS}; run `{_COMMAND}`")
    order = _places(study, kept["run"], kept["share"], where)
    arrays = {name: kept[name][order] for name in ARRAYS}
    floats = {name: arrays[name].astype(np.float32) for name in ARRAYS if name != "is_layer"}
    return RunInputs(study.table.matrix, is_layer=arrays["is_layer"], channels=CHANNELS, **floats)


def _places(study: Study, runs: np.ndarray, shares: np.ndarray, where: Path) -> Places:
    place_of = {key: place for place, key in enumerate(_keys(runs.tolist(), shares))}
    places = [place_of.get(key) for key in _keys(study.table.matrix.run_ids, study.table.share)]
    if None in places:
        raise InputError(f"{where} lacks {places.count(None)} rows of the zoo; run `{_COMMAND}`")
    return np.array(places, dtype=np.intp)


def _keys(runs: list[str] | tuple[str, ...], shares: np.ndarray) -> Iterator[tuple[str, float]]:
    return zip(runs, np.round(shares, 4).tolist(), strict=True)


def main() -> int:
    """Write the tokens; return 0."""
    parser = argparse.ArgumentParser(prog=_COMMAND)
    parser.add_argument("runs", type=Path, help="folder with a folder a run")
    parser.add_argument("--zoo", type=Path, default=ZOO, help="the learning table")
    parser.add_argument("--out", type=Path, default=TOKENS, help="file to be written")
    asked = parser.parse_args()
    print(f"{write_tokens(asked.runs, asked.zoo, asked.out)} rows in {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
