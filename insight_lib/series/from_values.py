"""What the values of series say: per cent, minus an entropy, what is no fraction, a clock."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.series.names.base_names import base_name
from insight_lib.series.role import Direction, Role, Roles, SeriesRole, Unit
from insight_lib.series.series import Key, Series

_IN_ROUNDING = 1.001
_HUNDRED = 100.1
_FRACTIONS = frozenset({Role.ACCURACY, Role.ERROR_RATE, Role.AUC, Role.F1, Role.SCORE, Role.RETURN})


def with_values(scalars: Mapping[Key, Series], roles: Roles) -> Roles:
    """Return the roles as the values correct them."""
    return roles | _fractions(scalars, roles) | _entropies(scalars, roles) | _clocks(scalars, roles)


def _fractions(scalars: Mapping[Key, Series], roles: Roles) -> Roles:
    """Return those whose fractions are per cent, or that are no fractions at all.

    Series of one name, in training and validation, are written in one unit: one of them that goes
    above 1 says it of all.
    """
    same: dict[tuple[Role, tuple[str, ...]], list[Key]] = defaultdict(list)
    for key, one in roles.items():
        if one.role in _FRACTIONS and one.unit is Unit.FRACTION and one.scale == 1:
            same[one.role, base_name(key[1])].append(key)
    found: Roles = {}
    for keys in same.values():
        lowest = min(_least(scalars[key].values) for key in keys)
        highest = max(_top(scalars[key].values, roles[key].role) for key in keys)
        if highest > _IN_ROUNDING or lowest < -_IN_ROUNDING:
            is_per_cent = highest <= _HUNDRED and lowest >= 0
            found |= {key: _rescaled(roles[key], is_per_cent=is_per_cent) for key in keys}
    return found


def _top(values: Floats, role: Role) -> float:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0
    # More words may be wrong than there are: an error rate above 1 alone is not per cent.
    return float(median(finite) if role is Role.ERROR_RATE else finite.max())


def _least(values: Floats) -> float:
    return float(np.min(values, where=np.isfinite(values), initial=0.0))


def _rescaled(about: SeriesRole, *, is_per_cent: bool) -> SeriesRole:
    if is_per_cent:
        return replace(about, scale=0.01, why=f"{about.why}, in per cent")
    if about.role in (Role.SCORE, Role.RETURN):
        return replace(about, unit=None)
    why = f"{about.why}, but not between 0 and 100"
    return replace(about, role=Role.OTHER, unit=None, direction=None, sure=0.6, why=why)


def _entropies(scalars: Mapping[Key, Series], roles: Roles) -> Roles:
    """Return those named as the loss of an entropy that are minus it."""
    found: Roles = {}
    for key, one in roles.items():
        is_loss = one.role is Role.POLICY_ENTROPY and "loss" in base_name(key[1])
        if is_loss and one.scale == 1 and _middle(scalars[key].values) < 0:
            found[key] = replace(one, scale=-1.0, why=f"{one.why}, minus the entropy")
    return found


def _middle(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return median(finite) if finite.size else 0.0


def _clocks(scalars: Mapping[Key, Series], roles: Roles) -> Roles:
    """Return the step times that only rise: they are the time since the start."""
    found: Roles = {}
    for key, one in roles.items():
        if one.role is Role.STEP_TIME and one.sure < 0.9:
            values = scalars[key].values
            if values.size > 3 and bool((np.diff(values) > 0).all()):
                why = "a time that only rises"
                found[key] = replace(one, role=Role.OTHER, direction=None, sure=0.8, why=why)
    return found


def with_error_rates(scalars: Mapping[Key, Series], roles: Roles) -> Roles:
    """Return the roles with an ``error`` that is 1 minus an accuracy taken as the error rate."""
    accuracies = [key for key, one in roles.items() if one.role is Role.ACCURACY]
    found: Roles = {}
    for key, one in roles.items():
        if one.role is Role.REGRESSION_ERROR and one.sure < 0.7:
            scale = _complement(scalars, roles, key, accuracies)
            if scale is not None:
                found[key] = replace(
                    one,
                    role=Role.ERROR_RATE,
                    unit=Unit.FRACTION,
                    direction=Direction.LOWER,
                    scale=scale,
                    sure=0.9,
                    why="1 minus an accuracy",
                )
    return roles | found


def _complement(
    scalars: Mapping[Key, Series], roles: Roles, error: Key, accuracies: list[Key]
) -> float | None:
    """Return the scale by which an error and one of the accuracies make 1; None where none does."""
    for key in accuracies:
        if np.array_equal(scalars[key].steps, scalars[error].steps):
            scale = roles[key].scale
            with np.errstate(invalid="ignore"):
                total = scale * (scalars[key].values + scalars[error].values)
            if np.allclose(total, 1, atol=1e-3):
                return scale
    return None
