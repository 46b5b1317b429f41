"""Series of training with those that measure the same on data that were held out."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from insight_lib.series.names.base_names import base_name
from insight_lib.series.role import HELD_OUT, Cadence, Phase, Role, SeriesRole
from insight_lib.series.series import Key

_LOSSES = frozenset({Role.TOTAL_LOSS, Role.PARTIAL_LOSS})
_PAIRED = _LOSSES | {
    Role.ACCURACY,
    Role.ERROR_RATE,
    Role.AUC,
    Role.F1,
    Role.SCORE,
    Role.PERPLEXITY,
    Role.REGRESSION_ERROR,
}


@dataclass(frozen=True)
class Pair:
    """A series of training and the one that measures the same on held-out data."""

    training: Key
    held_out: Key


def pairs(roles: Mapping[Key, SeriesRole]) -> tuple[Pair, ...]:
    """Return the pairs of a run: losses of the whole and of parts, accuracies and other metrics.

    Two series are one where their names are the same once the words of phases are taken away. The
    only total loss in training and the only held-out one are a pair whatever they are called. Of
    several in training that of an epoch is taken, as the held-out ones are of an epoch too.
    """
    training: dict[tuple[str, ...], list[Key]] = defaultdict(list)
    for key, about in roles.items():
        if about.role in _PAIRED and about.phase is Phase.TRAIN:
            training[base_name(key[1])].append(key)
    found = []
    for key, about in roles.items():
        if about.role in _PAIRED and about.phase in HELD_OUT:
            same = [k for k in training[base_name(key[1])] if _alike(roles[k].role, about.role)]
            same = same or _only_total(roles, about)
            if same:
                found.append(Pair(max(same, key=lambda k: _preference(roles, k, key)), key))
    return tuple(found)


def _alike(one: Role, other: Role) -> bool:
    return one is other or {one, other} <= _LOSSES


def _only_total(roles: Mapping[Key, SeriesRole], about: SeriesRole) -> list[Key]:
    if about.role is not Role.TOTAL_LOSS:
        return []
    totals = [key for key, one in roles.items() if one.role is Role.TOTAL_LOSS]
    training = [key for key in totals if roles[key].phase is Phase.TRAIN]
    same = [key for key in totals if roles[key].phase is about.phase]
    return training if len(training) == len(same) == 1 else []


def _preference(
    roles: Mapping[Key, SeriesRole], training: Key, held_out: Key
) -> tuple[bool, bool, bool]:
    about, other = roles[training], roles[held_out]
    return (
        about.role is other.role,
        about.cadence in (Cadence.EPOCH, other.cadence),
        training[0] == held_out[0],
    )
