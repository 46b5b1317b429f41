"""What the writer stated of its metrics: the metric infos of the plugin ``hparams``."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from insight_lib.series.names.naming import role_of_name
from insight_lib.series.role import Direction, Phase, Role, Roles, SeriesRole
from insight_lib.series.series import Key

OWN_STREAM = "."


@dataclass(frozen=True)
class StatedMetric:
    """A metric that the experiment's hparams plugin states.

    Attributes:
        tag: of its series.
        group: the stream it is written to, empty for the run's own.
        display_name: how the writer calls it, empty where it does not say.
        phase: of its data set, None where it does not say.
    """

    tag: str
    group: str = ""
    display_name: str = ""
    phase: Phase | None = None


def with_stated(roles: Roles, metrics: Collection[StatedMetric]) -> Roles:
    """Return the roles with what the writer stated of metrics whose tags say less.

    A metric is what it is displayed as where its tag says nothing, and a score where that says
    nothing either; a phase that is stated stands over that of the name.
    """
    found = dict(roles)
    for metric in metrics:
        key = (metric.group or OWN_STREAM, metric.tag)
        if key in found:
            found[key] = _stated(key, found[key], metric)
    return found


def _stated(key: Key, about: SeriesRole, metric: StatedMetric) -> SeriesRole:
    known = about
    if about.role is Role.OTHER and about.sure < 0.9:
        displayed = role_of_name(key[0], metric.display_name)
        known = replace(displayed, why=f"stated metric: {metric.display_name or metric.tag}")
        if displayed.role is Role.OTHER:
            known = replace(known, role=Role.SCORE, direction=Direction.HIGHER, sure=0.5)
    return known if metric.phase is None else replace(known, phase=metric.phase)
