"""What an injected fault is."""

from collections.abc import Callable
from dataclasses import dataclass

from insight_lib.zoo.settings import Settings


def no_layer(_settings: Settings) -> tuple[str, ...]:
    """Blame no layer: the fault is of the whole run."""
    return ()


@dataclass(frozen=True)
class Fault:
    """A change of a healthy program's settings that spoils its training.

    ``programs`` are those where it shows, in the order in which a zoo takes them. ``expected`` are
    the rules of which each names it rightly: a diagnosis is right when at least one of them fired.
    ``blamed`` names the layers at fault, given the changed settings.
    """

    name: str
    programs: tuple[str, ...]
    expected: tuple[str, ...]
    inject: Callable[[Settings], Settings]
    blamed: Callable[[Settings], tuple[str, ...]] = no_layer
