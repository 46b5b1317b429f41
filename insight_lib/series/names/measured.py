"""What a name says of a series, before its phase and its neighbours are looked at."""

from dataclasses import dataclass

from insight_lib.series.role import Direction, Role, Unit


@dataclass(frozen=True)
class Measured:
    """What a name says.

    Attributes:
        role: what the series measures.
        sure: how surely, 0..1.
        unit: where it is not that of the role.
        direction: where it is not that of the role.
        scale: by which written values are multiplied to be of the unit.
        lowest: below which the values cannot be; None where nothing tells.
        moving: whether the target moves, where the role alone does not tell.
    """

    role: Role
    sure: float
    unit: Unit | None = None
    direction: Direction | None = None
    scale: float = 1.0
    lowest: float | None = None
    moving: bool = False
