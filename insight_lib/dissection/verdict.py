"""The words for what is to be thought of a run."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What is to be thought of a run, from the worst to the best."""

    FAILING = "failing"
    ATTENTION = "attention"
    NOT_JUDGED = "not judged"
    HEALTHY = "healthy"


def verdict_counts(verdicts: Iterable[str | None]) -> str:
    """Say how many runs have each verdict; of a run that is still to be judged it is None.

    >>> verdict_counts(["healthy", "failing", "healthy"])
    '1 failing, 0 attention, 0 not judged, 2 healthy'
    """
    counts = Counter(verdicts)
    said = [f"{counts[verdict]:,} {verdict}" for verdict in Verdict]
    return ", ".join([*said, f"{counts[None]:,} to be judged"] if counts[None] else said)
