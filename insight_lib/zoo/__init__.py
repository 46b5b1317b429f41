"""The zoo: small real training programs, healthy and with known injected faults.

Its public names are imported where they are first asked for, which loads TensorFlow, Keras and
scikit-learn.
"""

import importlib
from typing import TYPE_CHECKING

from insight_lib.dealer.extras import needs_extra

if TYPE_CHECKING:
    from insight_lib.zoo.many_runs import train_runs
    from insight_lib.zoo.planning import ZooRun, plan_runs
    from insight_lib.zoo.running import run_zoo
    from insight_lib.zoo.training import Truth, train_run
    from insight_lib.zoo.wide_planning import plan_wide_runs

__all__ = [
    "Truth",
    "ZooRun",
    "plan_runs",
    "plan_wide_runs",
    "run_zoo",
    "train_run",
    "train_runs",
]

_HOMES = {
    "Truth": "training",
    "ZooRun": "planning",
    "plan_runs": "planning",
    "plan_wide_runs": "wide_planning",
    "run_zoo": "running",
    "train_run": "training",
    "train_runs": "many_runs",
}


def __getattr__(name: str) -> object:
    """Import a public name where it is first asked for.

    Raises:
        MissingExtraError: TensorFlow, Keras or scikit-learn is not installed.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with needs_extra("zoo"):
        home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    found: object = getattr(home, name)
    return found
