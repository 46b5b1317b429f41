"""One model of a bundle: for runs of which certain groups of features are known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Places
from insight_lib.risk.models.blend import BlendModel
from insight_lib.risk.models.calibration import Calibration
from insight_lib.risk.models.wording import Described

LAYER_GROUPS = ("gradients", "updates", "activations", "weights")
"""What only a run whose layers are logged has."""


@dataclass(frozen=True)
class Member:
    """A model, its calibration and its threshold at each landmark, the last for any share.

    Attributes:
        name: for people.
        needs: groups; it scores a run of which a feature of one of them is known. Empty: any run.
        columns: places, among the bundle's features, of those it looks at.
        model: of these columns, and the share of the planned length as the last one.
        calibrations: by place of the landmark.
        flag_above: shape (landmarks + 1,), calibrated log-odds.
    """

    name: str
    needs: tuple[str, ...]
    columns: Places
    model: BlendModel
    calibrations: tuple[Calibration, ...]
    flag_above: Floats

    def log_odds(self, values: Floats, share: Floats) -> Floats:
        """Return log-odds as the model has them, before calibration; shape (rows,)."""
        return self.model.log_odds(inputs_of(values, self.columns, share))

    def calibrated(self, log_odds: Floats, landmark: Places) -> Floats:
        """Return calibrated log-odds; shape (rows,)."""
        found = np.empty_like(log_odds)
        for place in np.unique(landmark):
            rows = landmark == place
            found[rows] = self.calibrations[place].apply(log_odds[rows])
        return found


def inputs_of(values: Floats, columns: Places, share: Floats) -> Floats:
    """Return what a member's model looks at: the columns, then the share; NaN where unknown."""
    return np.column_stack([values[:, columns], share])


def is_known_of(values: Floats, features: Sequence[Described], needs: Sequence[str]) -> Booleans:
    """Return whether a feature of one of the groups is known; shape (rows,); true without needs."""
    if not needs:
        return np.ones(len(values), dtype=np.bool_)
    columns = [i for i, one in enumerate(features) if one.group in needs]
    return np.asarray(~np.isnan(values[:, columns]).all(axis=1))
