"""Whether the findings of a zoo name the parts that its faults really changed.

Counted over pairs of a run and a fault type (micro recall and precision), of the findings at
warning and above, each with the one type that it carries. ``other`` names no part: it is no hit,
and no wrong prediction either, but it is counted apart. A healthy run has no part at fault, so that
whatever is named of it is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from insight_lib.fault_types import FaultType
from insight_lib.zoo.training import Truth


@dataclass(frozen=True)
class Named:
    """What a diagnosis said of one run: the fault types of its alarms, in any order."""

    truth: Truth
    said: frozenset[FaultType]

    @property
    def wanted(self) -> frozenset[FaultType]:
        """The parts that the fault changed."""
        return frozenset(map(FaultType, self.truth.fault_types))

    @property
    def predicted(self) -> frozenset[FaultType]:
        """The parts that the alarms name."""
        return self.said - {FaultType.OTHER}

    @property
    def says_only_other(self) -> bool:
        """Whether there are alarms and none of them names a part."""
        return self.said == {FaultType.OTHER}


@dataclass(frozen=True)
class Score:
    """Pairs of a run and a fault type: the wanted, the predicted, and those that are both."""

    wanted: int
    predicted: int
    hits: int

    @property
    def recall(self) -> float | None:
        """The share of the wanted that was predicted; None where nothing was wanted."""
        return self.hits / self.wanted if self.wanted else None

    @property
    def precision(self) -> float | None:
        """The share of the predicted that was wanted; None where nothing was predicted."""
        return self.hits / self.predicted if self.predicted else None


def score(runs: Iterable[Named], of: Iterable[FaultType] = FaultType) -> Score:
    """Count over runs, of all fault types or of some."""
    types, runs = frozenset(of), tuple(runs)
    return Score(
        sum(len(run.wanted & types) for run in runs),
        sum(len(run.predicted & types) for run in runs),
        sum(len(run.wanted & run.predicted & types) for run in runs),
    )


FAULT_COLUMNS = ("fault", "runs", "fault types", "recall", "precision", "named")


def fault_rows(runs: Sequence[Named]) -> list[tuple[object, ...]]:
    """Return a row a fault, twin and program without a change, in the order of the runs."""
    groups: dict[str, list[Named]] = {}
    for run in runs:
        groups.setdefault(run.truth.twin or run.truth.fault, []).append(run)
    return [
        (
            name,
            len(group),
            _listed(group[0].wanted),
            *_shares(score(group)),
            _counted(group) or "-",
        )
        for name, group in sorted(groups.items())
    ]


TYPE_COLUMNS = ("fault type", "wanted", "predicted", "hits", "recall", "precision")


def type_rows(runs: Sequence[Named]) -> list[tuple[object, ...]]:
    """Return a row a fault type."""
    scores: Mapping[FaultType, Score] = {
        one: score(runs, (one,)) for one in FaultType if one is not FaultType.OTHER
    }
    return [
        (one.value, each.wanted, each.predicted, each.hits, *_shares(each))
        for one, each in scores.items()
    ]


def _shares(counted: Score) -> tuple[float | None, float | None]:
    recall, precision = counted.recall, counted.precision
    return (
        None if recall is None else round(recall, 2),
        None if precision is None else round(precision, 2),
    )


def _listed(types: Iterable[FaultType]) -> str:
    return ", ".join(sorted(types)) or "-"


def _counted(runs: Iterable[Named]) -> str:
    said = [one for run in runs for one in run.said]
    return ", ".join(f"{one} {said.count(one)}" for one in sorted(set(said)))
