"""Places of rows, and what is finite, for the parts of the model that are not moved yet."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from insight_lib.risk.features.measures import finite

__all__ = ["Places", "finite"]

Places: TypeAlias = npt.NDArray[np.intp]
