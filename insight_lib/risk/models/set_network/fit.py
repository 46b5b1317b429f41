"""Fit a set network: in a process of its own, so that a repetition gives the same bits.

How many threads TensorFlow uses, and whether its operations are deterministic, is settled once a
process; whoever calls may have settled it otherwise, or be a Spark driver that wants no TensorFlow.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from insight_lib.dealer.extras import needs_extra
from insight_lib.risk.models.set_network.inputs import Labels, RunInputs
from insight_lib.risk.models.set_network.layout import Parameters, Sizes, parameter_shapes
from insight_lib.risk.models.set_network.network import SetNetwork
from insight_lib.risk.models.set_network.scaling import ScaledInputs, scaling_of

MEMBERS = 4
"""Networks of an ensemble (Lakshminarayanan et al., NeurIPS 2017): each stops by other families, so
that all rows are learnt from by some; four fit into 1 MB with room for more features."""

HELD_OUT_SHARE = 0.2
"""Of the rows, in whole groups, by which a member stops early."""

LEAST_GROUPS = 3
"""With fewer, holding one out would leave one; all are then trained on, for a fixed time."""

_CHILD = "insight_lib.risk.models.set_network.train_members"
_PINNED = {
    # OpenMP on a busy machine otherwise spins for minutes.
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    # oneDNN sums in an order that differs between processors.
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
}


def fit_set_network(
    inputs: RunInputs, labels: Labels, seed: int = 0, members: int = MEMBERS
) -> SetNetwork:
    """Fit on labelled runs; the same rows and seed give the same bits on the same machine.

    Args:
        inputs: the runs at their cut-offs, in any order that is always the same.
        labels: what became of them.
        seed: of initialisation, dropout, order of batches and held-out groups; not negative.
        members: networks of the ensemble, at least 1.

    Raises:
        InputError: inputs and labels do not fit, or a class is absent.
        MissingExtraError: TensorFlow is not installed.
    """
    labels.check(len(inputs.features.run_ids))
    kind_names = labels.kind_names
    sizes = inputs.sizes(max(len(kind_names), 1))
    _check_tensorflow()
    scaling = scaling_of(inputs.rows(np.flatnonzero(labels.weight > 0)))
    scaled = scaling.apply(inputs)
    trained = _train(_arrays(scaled, labels, seed, members), sizes, seed)
    names = inputs.features.names
    return SetNetwork(sizes, names, inputs.channels, kind_names, scaling, trained)


def _arrays(
    scaled: ScaledInputs, labels: Labels, seed: int, members: int
) -> dict[str, npt.NDArray[Any]]:
    number = {name: i for i, name in enumerate(labels.kind_names)}
    groups = np.array(labels.group, dtype=np.str_)
    return {name: values.astype(np.float32) for name, values in vars(scaled).items()} | {
        "failed": labels.failed.astype(np.float32),
        "kind": np.array([-1 if one is None else number.get(one, -1) for one in labels.kind]),
        "weight": labels.weight.astype(np.float32),
        "is_held_out": np.array(
            [np.isin(groups, some) for some in held_out(groups, seed, members)]
        ),
    }


def _check_tensorflow() -> None:
    with needs_extra("trace"):
        for name in ("tensorflow", "keras"):
            if find_spec(name) is None:
                raise ModuleNotFoundError(name=name)


def held_out(groups: npt.NDArray[np.str_], seed: int, members: int = MEMBERS) -> list[list[str]]:
    """Return, for each member, the groups by which it stops; none where there are too few."""
    names = np.unique(groups)
    if names.size < LEAST_GROUPS:
        return [[]] * members
    order = np.random.default_rng(seed).permutation(names).tolist()
    count = max(round(HELD_OUT_SHARE * names.size), 1)
    return [
        [order[(member * count + i) % names.size] for i in range(count)]
        for member in range(members)
    ]


def _train(
    arrays: Mapping[str, npt.NDArray[Any]], sizes: Sizes, seed: int
) -> tuple[Parameters, ...]:
    """Train the members in a process of its own and return their parameters."""
    with TemporaryDirectory() as folder:
        given, trained = Path(folder) / "given.npz", Path(folder) / "trained.npz"
        settings = json.dumps({"sizes": asdict(sizes), "seed": seed})
        np.savez(given, allow_pickle=False, settings=np.array(settings), **arrays)
        command = [sys.executable, "-m", _CHILD, str(given), str(trained)]
        # It finds this package, and Keras, wherever this process has found them.
        found = os.environ | _PINNED | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        subprocess.run(command, check=True, env=found, stdout=subprocess.DEVNULL)  # noqa: S603
        with np.load(trained, allow_pickle=False) as file:
            return tuple(
                {name: file[f"{member}/{name}"] for name in parameter_shapes(sizes)}
                for member in range(len(arrays["is_held_out"]))
            )
