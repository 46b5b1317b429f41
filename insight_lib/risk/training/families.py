"""Folds that never hold one family of programs on both sides."""

from collections.abc import Iterator, Sequence

import numpy as np

from insight_lib.columnar.arrays import Places


def families_left_out(families: Sequence[str]) -> Iterator[tuple[str, Places, Places]]:
    """Yield (family, training rows, test rows), each family left out once, in order of its name.

    Args:
        families: of the rows.
    """
    names = np.array(families, dtype=np.str_)
    for name in np.unique(names):
        yield str(name), np.flatnonzero(names != name), np.flatnonzero(names == name)


def single_family_of(
    outcome: float, families: Sequence[str], failed: Sequence[float]
) -> str | None:
    """Return the family that holds all rows of an outcome; None where several or none do.

    Without that family a model would have nothing to learn the outcome from.
    """
    holding = {family for family, one in zip(families, failed, strict=True) if one == outcome}
    return holding.pop() if len(holding) == 1 else None
