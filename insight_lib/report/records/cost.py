"""What a night took, as far as it was measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """Time and room.

    Attributes:
        stages: the stages before the report that ran in the same process, and how long each took,
            in seconds; empty where another process ran them.
        lake_bytes: size of the tables as they are now; None where that is not known.
    """

    stages: tuple[tuple[str, float], ...] = ()
    lake_bytes: int | None = None

    @property
    def total_s(self) -> float:
        """All stages together."""
        return sum(taken_s for _, taken_s in self.stages)

    @property
    def longest_s(self) -> float:
        """The stage that took longest; never 0."""
        return max((taken_s for _, taken_s in self.stages), default=0.0) or 1.0
