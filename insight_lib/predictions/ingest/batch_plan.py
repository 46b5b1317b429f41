"""What a batch of prediction files does, as it is kept until the batch is committed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from insight_lib.predictions.ingest.ledger import PredictionEntry


@dataclass(frozen=True)
class PredictionPlan:
    """What a batch does.

    Attributes:
        entries: files to be read, each with the size and time at which it was seen.
        replaced: earlier generations of some of them, as the ledger will have them.
        followed: known files that are read already, of which the ledger is to learn where they are
            or when they were written.
        unreadable: files and folders that cannot be looked at.
        passed_over: what is said of files that look like predictions and are not read.
    """

    entries: tuple[PredictionEntry, ...] = ()
    replaced: tuple[PredictionEntry, ...] = ()
    followed: tuple[PredictionEntry, ...] = ()
    unreadable: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self.entries or self.followed)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as it is kept with its batch."""
        lists = {"entries": self.entries, "replaced": self.replaced, "followed": self.followed}
        return {name: [asdict(entry) for entry in entries] for name, entries in lists.items()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "PredictionPlan":
        """Return the plan that `to_json` wrote."""
        lists = {
            name: tuple(PredictionEntry(**entry) for entry in kept[name])
            for name in ("entries", "replaced", "followed")
        }
        return cls(lists["entries"], lists["replaced"], lists["followed"])
