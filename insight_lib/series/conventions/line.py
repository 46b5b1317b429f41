"""One line of a writer's naming convention."""

from dataclasses import dataclass, replace

from insight_lib.series.role import Cadence, Direction, Phase, Role, Unit


@dataclass(frozen=True)
class Line:
    """What a tag of a known writer is.

    Attributes:
        pattern: the tag, or a glob in which ``*`` matches ``/`` too.
        role: what it measures.
        phase: on which data; None where the tag's other words or its stream say it.
        unit: where it is not that of the role.
        direction: where it is not that of the role.
        cadence: what one point is about; None where the tag's words say it.
        scale: by which written values are multiplied to be of the unit.
        sure: how surely it is so, 0..1: less where another series says the same better.
        moving: whether the target moves, where the role alone does not tell.
        writer: who writes such tags.
    """

    pattern: str
    role: Role
    phase: Phase | None = None
    unit: Unit | None = None
    direction: Direction | None = None
    cadence: Cadence | None = None
    scale: float = 1.0
    sure: float = 0.95
    moving: bool = False
    writer: str = ""


def written_by(writer: str, *lines: Line) -> tuple[Line, ...]:
    """Return the lines with their writer."""
    return tuple(replace(line, writer=writer) for line in lines)
