"""A part of a zoo, as people name it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from insight_lib.errors import InputError

_WRITTEN = re.compile(r"(\d+)/(\d+)")
Run = TypeVar("Run")


@dataclass(frozen=True)
class Shard:
    """Part ``number`` of ``count``, from 1: every ``count``-th run of a plan."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """Read ``2/8``.

        Raises:
            InputError: The text says no part, or one that does not exist.
        """
        found = _WRITTEN.fullmatch(text)
        shard = cls(int(found[1]), int(found[2])) if found else None
        if shard is None or not 1 <= shard.number <= shard.count:
            raise InputError(f"{text!r} is no shard; write 1/8 for the first of eight")
        return shard

    def of(self, plan: Sequence[Run]) -> Sequence[Run]:
        """Return the runs of the plan that are of this part."""
        return plan[self.number - 1 :: self.count]
