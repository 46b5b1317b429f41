"""Decide what each series of a run is: from names, then values, then relations."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from insight_lib.series.naming import role_of_name
from insight_lib.series.override import Override, overridden
from insight_lib.series.role import Role, SeriesRole
from insight_lib.series.series import Key, Series

_OF_MOVING_TARGETS = frozenset({Role.VALUE_LOSS, Role.POLICY_LOSS, Role.POLICY_ENTROPY})
_LOSSES = frozenset({Role.TOTAL_LOSS, Role.PARTIAL_LOSS})


def classify(
    scalars: Mapping[Key, Series], *, overrides: Iterable[Override] = ()
) -> dict[Key, SeriesRole]:
    """Return what each series of one run is.

    Args:
        scalars: (stream, tag) to the series.
        overrides: what the configuration says; the last that matches has the last word.
    """
    return overridden(_recognised(scalars), overrides)


def _recognised(scalars: Mapping[Key, Series]) -> dict[Key, SeriesRole]:
    named = {key: role_of_name(*key) for key in scalars}
    roles = {about.role for about in named.values()}
    is_reinforcement = Role.RETURN in roles or bool(_OF_MOVING_TARGETS & roles)
    if not is_reinforcement:
        return named
    return {
        key: replace(about, moving=True) if about.role in _LOSSES else about
        for key, about in named.items()
    }
