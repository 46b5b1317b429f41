"""How a stage spreads its work: a function and a list of tasks, run wherever there is room.

A task is small (paths, byte ranges, run names) and so is its result (names and sizes of files that
it wrote, merged sums). The bulk of the rows never passes through here.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
Item = TypeVar("Item")


class Workers(Protocol):
    """Anything that runs tasks: a Spark application, or this process."""

    @property
    def parallelism(self) -> int:
        """How many tasks run at once."""

    def run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task], what: str
    ) -> list[Result]:
        """Return ``function`` of each task, in order; ``what`` names the work for people."""


def spread(
    items: Iterable[Item], size_of: Callable[[Item], int], parts: int, smallest: int
) -> list[list[Item]]:
    """Cut a sequence into consecutive groups of about equal size.

    Order is kept, so that a group holds neighbours (files of one run, say).

    Args:
        items: What to spread.
        size_of: Weight of an item.
        parts: How many groups are wanted.
        smallest: A group is not cut below this weight merely to reach ``parts``.
    """
    whole = list(items)
    share = max(sum(map(size_of, whole)) / max(parts, 1), smallest)
    groups: list[list[Item]] = []
    weight = share
    for item in whole:
        if weight >= share:
            groups.append([])
            weight = 0
        groups[-1].append(item)
        weight += size_of(item)
    return groups
