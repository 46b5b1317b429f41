"""Log-odds of rows whose values are changed in a few columns: an effect asks for many such."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.risk.models.member import Member, inputs_of


@dataclass(frozen=True)
class ChangedRows:
    """Rows that one member scores, and what its trees add to each as it is.

    Only the trees that look at a changed column are walked again.

    Attributes:
        member: the member.
        share: shape (rows,), of the planned length; NaN where it is not known.
        leaf_values: shape (rows, trees); of rows that another member scores anything.
    """

    member: Member
    share: Floats
    leaf_values: Floats

    @classmethod
    def of(cls, member: Member, values: Floats, share: Floats, own: Places) -> "ChangedRows":
        """Return what a member needs to know of rows (rows, columns), of which ``own`` are its."""
        trees = member.model.trees
        leaf_values = np.zeros((len(values), trees.roots.size))
        inputs = inputs_of(values[own], member.columns, share[own])
        leaf_values[own] = trees.leaf_values(inputs, np.arange(trees.roots.size))
        return cls(member, share, leaf_values)

    def log_odds(self, values: Floats, rows: Places, columns: Places) -> Floats:
        """Return the member's log-odds before calibration; shape (some,).

        Args:
            values: shape (some, columns), the changed rows.
            rows: shape (some,), their numbers.
            columns: where they are changed.
        """
        model = self.member.model
        inputs = inputs_of(values, self.member.columns, self.share[rows])
        trees = model.trees.looking_at(np.flatnonzero(np.isin(self.member.columns, columns)))
        leaf_values = self.leaf_values[rows]
        leaf_values[:, trees] = model.trees.leaf_values(inputs, trees)
        return model.blended(model.trees.baseline + leaf_values.sum(axis=1), inputs)
