"""What an injected fault is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.settings import Settings


def as_set(settings: Settings) -> Settings:
    """Leave the settings: the fault is of the data."""
    return settings


def as_loaded(data: Dataset, _rng: np.random.Generator) -> Dataset:
    """Leave the data: the fault is of the settings."""
    return data


def no_layer(_settings: Settings) -> tuple[str, ...]:
    """Blame no layer: the fault is of the whole run."""
    return ()


def changed_layers(settings: Settings) -> tuple[str, ...]:
    """Blame the layers whose configuration the fault changed."""
    return tuple(settings.layers)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of a healthy program's settings or data; a twin of a fault is one that does no harm.

    ``programs`` are those where it shows, in the order in which a zoo takes them. ``inject``
    changes the settings and ``spoil`` the examples that were loaded with them.
    """

    name: str
    programs: tuple[str, ...]
    inject: Callable[[Settings], Settings] = as_set
    spoil: Callable[[Dataset, np.random.Generator], Dataset] = as_loaded


@dataclass(frozen=True, kw_only=True)
class Fault(Change):
    """A change that spoils a program's training.

    ``expected`` are the rules of which each names it rightly: a diagnosis is right when at least
    one of them fired. ``fault_types`` are the parts of the training that it changed for the worse;
    neither what else was set for it to show, nor where it shows. ``blamed`` names the layers at
    fault, given the changed settings.
    """

    expected: tuple[str, ...]
    fault_types: tuple[FaultType, ...]
    blamed: Callable[[Settings], tuple[str, ...]] = no_layer
