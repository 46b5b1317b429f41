"""Which loss of a run is the total one, and which are its parts."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from insight_lib.series.names.base_names import base_name, further_words
from insight_lib.series.names.vocabulary import PENALTIES
from insight_lib.series.role import Phase, Role, Roles
from insight_lib.series.series import Key, Series
from insight_lib.series.sums import Sum, find_sum

_OBJECTIVES = frozenset(
    {Role.VALUE_LOSS, Role.POLICY_LOSS, Role.GENERATOR_LOSS, Role.DISCRIMINATOR_LOSS}
)
_OF_WHOLES = frozenset({Role.TOTAL_LOSS, Role.PARTIAL_LOSS})
_ADDED = _OBJECTIVES | _OF_WHOLES | {Role.POLICY_ENTROPY, Role.KL, Role.REGRESSION_ERROR}


def with_wholes(scalars: Mapping[Key, Series], roles: Roles) -> Roles:
    """Return the roles with the total loss decided: by sums, then by names."""
    found = _only_loss(roles)
    for phase in Phase:
        losses = [key for key, one in found.items() if one.phase is phase and one.role in _ADDED]
        if len(losses) > 1:
            found |= _by_sum(scalars, found, losses)
            found |= _by_name(scalars, found, losses)
    return found


def _only_loss(roles: Roles) -> Roles:
    """Return the roles with the loss of a part taken as the total where there is no other loss."""
    losses = {key: one for key, one in roles.items() if one.role in _OBJECTIVES | _OF_WHOLES}
    is_one = len({base_name(tag) for _, tag in losses}) == 1
    if not is_one or any(
        one.role is not Role.PARTIAL_LOSS or one.moving for one in losses.values()
    ):
        return roles
    if any(further_words(tag) & PENALTIES for _, tag in losses):
        return roles
    only = {
        key: replace(one, role=Role.TOTAL_LOSS, sure=0.6, why="the only loss of the run")
        for key, one in losses.items()
    }
    return roles | only


def _by_sum(scalars: Mapping[Key, Series], roles: Roles, losses: list[Key]) -> Roles:
    wholes = [key for key in losses if roles[key].role in _OF_WHOLES]
    wholes.sort(key=lambda key: (roles[key].role is Role.PARTIAL_LOSS, len(further_words(key[1]))))
    found = find_sum(scalars, losses, wholes)
    return {} if found is None else _with_sum(roles, found)


def _with_sum(roles: Roles, found: Sum) -> Roles:
    names = [tag for _, tag in found.parts]
    whole = replace(
        roles[found.whole],
        role=Role.TOTAL_LOSS,
        sure=0.97,
        why=f"the sum of {', '.join(names[:-1])} and {names[-1]}",
    )
    parts = {
        key: replace(
            roles[key], role=Role.PARTIAL_LOSS, sure=0.95, why=f"a part of {found.whole[1]}"
        )
        for key in found.parts
        if roles[key].role is Role.TOTAL_LOSS
    }
    return parts | {found.whole: whole}


def _by_name(scalars: Mapping[Key, Series], roles: Roles, losses: list[Key]) -> Roles:
    """Return the total losses that are of a part next to a plain ``loss`` of the same stream."""
    found: Roles = {}
    totals = [key for key in losses if roles[key].role is Role.TOTAL_LOSS]
    for key in totals:
        plain = [
            other
            for other in totals
            if other[0] == key[0] and further_words(other[1]) < further_words(key[1])
        ]
        if plain and not any(_same(scalars[key], scalars[other]) for other in plain):
            why = f"a part next to {plain[0][1]}"
            found[key] = replace(roles[key], role=Role.PARTIAL_LOSS, sure=0.7, why=why)
    return found


def _same(one: Series, other: Series) -> bool:
    return bool(
        np.array_equal(one.steps, other.steps)
        and np.allclose(one.values, other.values, rtol=1e-4, equal_nan=True)
    )
