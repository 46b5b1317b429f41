"""Decide what each series of a run is: from names, then values, then relations."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from insight_lib.series.from_values import with_error_rates, with_values
from insight_lib.series.kind_of_run import fitted_to, kind_of, parts_of_return
from insight_lib.series.moving_targets import with_moving
from insight_lib.series.names.naming import role_of_name
from insight_lib.series.names.phases import phase_of_stream
from insight_lib.series.override import Override, overridden
from insight_lib.series.pairs import pairs
from insight_lib.series.role import Cadence, Phase, Roles, SeriesRole
from insight_lib.series.series import Key, Series
from insight_lib.series.stated import OWN_STREAM, StatedMetric, with_stated
from insight_lib.series.wholes import with_wholes

# An Estimator's ``eval`` without the training that wrote one level up.
_EVALUATION_FOLDERS = frozenset({"eval", "evaluation", "val", "valid", "validation"})


def classify(
    scalars: Mapping[Key, Series],
    *,
    stated: Collection[StatedMetric] = (),
    overrides: Iterable[Override] = (),
    folder: str = OWN_STREAM,
) -> dict[Key, SeriesRole]:
    """Return what each series of one run is.

    Args:
        scalars: (stream, tag) to the series.
        stated: what the writer stated of its metrics.
        overrides: what the configuration says; the last that matches has the last word.
        folder: the name of the run's own folder.
    """
    roles = with_stated(_named(scalars, folder), stated)
    kind = kind_of(roles)
    roles = parts_of_return(fitted_to(kind, roles))
    roles = with_error_rates(scalars, with_values(scalars, roles))
    roles = with_wholes(scalars, roles)
    roles = with_moving(kind, _with_epochs(scalars, roles))
    return overridden(roles, overrides)


def _named(keys: Collection[Key], folder: str) -> Roles:
    """Return what the names say.

    A folder called ``test`` is a trial as often as test data: as the only stream of its run it says
    no phase. A run's own folder says one where it is all that an evaluation left.
    """
    streams = {stream for stream, _ in keys}
    is_trial = len(streams) == 1 and phase_of_stream(*streams) is Phase.TEST
    is_evaluation = streams == {OWN_STREAM} and folder in _EVALUATION_FOLDERS
    only = OWN_STREAM if is_trial else folder if is_evaluation else None
    return {key: role_of_name(only or key[0], key[1]) for key in keys}


def _with_epochs(scalars: Mapping[Key, Series], roles: Roles) -> Roles:
    """Return the roles with the cadence of pairs that are written once an epoch.

    Held-out data are not measured at every step: where training and held-out values stand at the
    same steps that rise by 1, each is of an epoch.
    """
    found: Roles = {}
    for pair in pairs(roles):
        steps = scalars[pair.training].steps
        of_epochs = steps.size > 1 and bool((np.diff(steps) == 1).all())
        if of_epochs and np.array_equal(steps, scalars[pair.held_out].steps):
            for key in (pair.training, pair.held_out):
                if roles[key].cadence is None:
                    found[key] = replace(roles[key], cadence=Cadence.EPOCH)
    return roles | found
