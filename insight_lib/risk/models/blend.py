"""A weighted mean of the log-odds of several learners."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Floats
from insight_lib.errors import InputError
from insight_lib.risk.models.boosting import BoostedTrees
from insight_lib.risk.models.logistic import Logistic, LogisticModel, logistic_of
from insight_lib.risk.models.trees import Trees, trees_of

_TREES, _LOGISTIC = "trees.", "logistic."


@dataclass(frozen=True)
class BlendModel:
    """log-odds = (1 - trees_share) * of the regression + trees_share * of the trees."""

    trees: Trees
    logistic: LogisticModel
    trees_share: float

    def log_odds(self, values: Floats) -> Floats:
        """Return the natural log-odds of failure, shape (rows,); see `Fitted.log_odds`."""
        return self.blended(self.trees.log_odds(values), values)

    def blended(self, by_trees: Floats, values: Floats) -> Floats:
        """Return `log_odds`, given those of the trees."""
        by_line = self.logistic.log_odds(values)
        return self.trees_share * by_trees + (1 - self.trees_share) * by_line

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return what `blend_of` builds the same model from."""
        return {
            **{_TREES + name: one for name, one in self.trees.arrays().items()},
            **{_LOGISTIC + name: one for name, one in self.logistic.arrays().items()},
            "trees_share": np.array([self.trees_share]),
        }


def blend_of(arrays: Mapping[str, npt.NDArray[np.generic]], columns: int) -> BlendModel:
    """Return the model of `BlendModel.arrays`, for values of so many columns.

    Raises:
        InputError: the arrays are no such model.
    """
    logistic = logistic_of(part_of(arrays, _LOGISTIC))
    if any(one.shape != (columns,) for one in (logistic.medians, logistic.coefficients)):
        raise InputError("the model's regression has another number of features than the model")
    share = float(arrays["trees_share"].astype(np.float64)[0])
    return BlendModel(trees_of(part_of(arrays, _TREES), columns), logistic, share)


def part_of(
    arrays: Mapping[str, npt.NDArray[np.generic]], prefix: str
) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays whose name begins with the prefix, by the rest of it."""
    return {
        name.removeprefix(prefix): one for name, one in arrays.items() if name.startswith(prefix)
    }


@dataclass(frozen=True)
class Blend:
    """Settings of both learners, and how much the trees count (0 to 1)."""

    trees: BoostedTrees
    logistic: Logistic
    trees_share: float = 0.5

    def fit(self, values: Floats, failed: Floats, weight: Floats, seed: int) -> BlendModel:
        """Return the model of these rows; see `Learner.fit`.

        Raises:
            MissingExtraError: scikit-learn is not installed.
        """
        return BlendModel(
            self.trees.fit(values, failed, weight, seed),
            self.logistic.fit(values, failed, weight, seed),
            self.trees_share,
        )
