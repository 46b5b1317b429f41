"""A small learning table of several families, whose failures can be foreseen from two features."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.risk.features.feature import Feature, Group, Unit
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.training.learning_table import LearningTable, table_of_arrow
from insight_lib.risk.training.train import train_bundle


def _not_computed(_: object) -> float:
    return float("nan")


FEATURES = (
    Feature("loss_change", Group.TRAIN_LOSS, "change of the training loss", _not_computed, 1),
    Feature("loss_noise", Group.TRAIN_LOSS, "noise of the training loss", _not_computed),
    Feature("gap", Group.GAP, "gap of the validation loss", _not_computed, 1),
    Feature(
        "update_size",
        Group.UPDATES,
        "size of updates",
        _not_computed,
        -1,
        "the updates are {value} of the weights",
        Unit.DECADES,
    ),
    Feature("odd", Group.GRADIENTS, "oddness of the gradients", _not_computed),
)
FAMILIES = ("tables", "images", "texts", "signals", "games")
SHARES = (0.1, 0.25, 0.5)


@dataclass(frozen=True)
class Zoo:
    table: LearningTable
    features: tuple[Feature, ...]


def rows_of(runs: int, seed: int) -> list[dict[str, object]]:
    random = np.random.default_rng(seed)
    rows = []
    for i in range(runs):
        family = FAMILIES[i % len(FAMILIES)]
        failed = bool(random.random() < 0.4)
        kind = str(random.choice(["at_chance", "diverged"])) if failed else None
        for share in SHARES:
            sick = (0.5 + share) * failed
            rows.append(
                {
                    "run": f"run-{i:04d}",
                    "program": f"{family}_{i // len(FAMILIES) % 2}",
                    "family": family,
                    "fault": "high_rate" if failed else "healthy",
                    "strength": 1.0,
                    "is_sampled": False,
                    "share": share,
                    "cutoff_step": int(100 * share),
                    "failed": failed,
                    "kind": kind,
                    "failed_share": 0.4 if kind == "diverged" else 1.0 if failed else None,
                    "has_failed": kind == "diverged" and share > 0.4,
                    "x_loss_change": np.tanh(random.normal(-0.5 + 2 * sick, 0.6)),
                    "x_loss_noise": random.uniform(),
                    "x_gap": random.normal(0.3 * sick, 0.3) if family != "games" else None,
                    "x_update_size": random.normal(-3 - 2 * sick, 0.7),
                    "x_odd": random.normal(),
                }
            )
    return rows


@pytest.fixture(scope="session")
def zoo_of() -> Callable[..., Zoo]:
    """zoo_of(runs, seed, change=lambda rows: None) -> a learning table and its features."""

    def build(
        runs: int = 150,
        seed: int = 0,
        change: Callable[[list[dict[str, object]]], None] | None = None,
    ) -> Zoo:
        rows = rows_of(runs, seed)
        if change is not None:
            change(rows)
        return Zoo(table_of_arrow(pa.Table.from_pylist(rows), "made up"), FEATURES)

    return build


@pytest.fixture(scope="session")
def small_zoo(zoo_of: Callable[..., Zoo]) -> Zoo:
    """150 runs of five families."""
    return zoo_of()


@pytest.fixture(scope="session")
def trained(small_zoo: Zoo) -> RiskBundle:
    """The bundle of the small zoo."""
    return train_bundle(small_zoo.table, small_zoo.features, seed=0)
