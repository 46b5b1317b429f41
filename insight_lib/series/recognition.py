"""Where what the series of a run are is taken from: recognised again, or read from the table."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol

from insight_lib.series.classify import classify
from insight_lib.series.override import Override
from insight_lib.series.role import SeriesRole
from insight_lib.series.series import Key, Series
from insight_lib.series.stated import StatedMetric


class RoleSource(Protocol):
    """Says what the series of a run are."""

    def roles(self, run_id: str, scalars: Mapping[Key, Series]) -> dict[Key, SeriesRole]:
        """Return what each series of a run is, in the order of ``scalars``."""
        ...


@dataclass(frozen=True)
class Recognised:
    """From the series themselves.

    Attributes:
        overrides: what the configuration says of series.
        stated: run_id to what its writer stated of its metrics.
    """

    overrides: tuple[Override, ...] = ()
    stated: Mapping[str, Collection[StatedMetric]] = field(default_factory=dict, hash=False)

    def roles(self, run_id: str, scalars: Mapping[Key, Series]) -> dict[Key, SeriesRole]:
        """Return what each series of a run is recognised as."""
        stated = self.stated.get(run_id, ())
        folder = PurePosixPath(run_id).name
        return classify(scalars, stated=stated, overrides=self.overrides, folder=folder)


RECOGNISED = Recognised()
"""Where no configuration says anything."""


@dataclass(frozen=True)
class Known:
    """From table ``series``; what came after it was written is recognised.

    Attributes:
        by_run: run_id to what each of its series is.
        otherwise: for a run of which the table lacks a series.
    """

    by_run: Mapping[str, Mapping[Key, SeriesRole]]
    otherwise: RoleSource = RECOGNISED

    def roles(self, run_id: str, scalars: Mapping[Key, Series]) -> dict[Key, SeriesRole]:
        """Return what each series of a run was recognised as."""
        known = self.by_run.get(run_id, {})
        told = {key: known[key] for key in scalars if key in known}
        if len(told) == len(scalars):
            return told
        return self.otherwise.roles(run_id, scalars) | told
