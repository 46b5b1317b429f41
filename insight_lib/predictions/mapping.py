"""What a prediction file calls the columns of table ``predictions``, and how a file is read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

DEFAULT_SPLIT = "validation"
DEFAULT_STEP = 0
DEFAULT_WEIGHT = 1.0

LOGIT = "logit"
SCORES = (LOGIT, "probability")
"""What scores may be said to be."""


@dataclass(frozen=True)
class Columns:
    """What a file calls its columns, and what its scores are.

    Attributes not described here are the file's name of the column.

    Attributes:
        slices: Names of columns; null where every other text is a slice.
        scores: One of ``SCORES``; null where nothing is said of them.
    """

    label: str = "label"
    score: str = "score"
    weight: str = "weight"
    example_id: str = "example_id"
    group_id: str = "group_id"
    step: str = "step"
    split: str = "split"
    slices: tuple[str, ...] | None = None
    scores: str | None = None

    @property
    def names(self) -> dict[str, str]:
        """The file's name of each column but the slices."""
        return {role: getattr(self, role) for role in ROLES}


ROLES = tuple(field.name for field in fields(Columns) if field.name not in ("slices", "scores"))


@dataclass(frozen=True)
class Reading:
    """How a file is read.

    Attributes:
        columns: what the file calls its columns.
        step: the step that its path says, null where the file itself says it.
        split: the split, likewise.
    """

    columns: Columns = Columns()
    step: int | None = None
    split: str | None = None

    @property
    def names(self) -> dict[str, str]:
        """The file's name of each column that is looked for in it."""
        told = {"step": self.step, "split": self.split}
        return {r: name for r, name in self.columns.names.items() if told.get(r) is None}

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that must be there: label, score and what a configuration names."""
        names = self.names.items()
        stated = [name for role, name in names if role in ("label", "score") or name != role]
        return (*stated, *(self.columns.slices or ()))

    @property
    def defaults(self) -> dict[str, object]:
        """What a row has in a column that neither the file nor the row has."""
        return {
            "step": DEFAULT_STEP if self.step is None else self.step,
            "split": DEFAULT_SPLIT if self.split is None else self.split,
            "weight": DEFAULT_WEIGHT,
        }

    def is_slice(self, name: str) -> bool:
        """Tell whether a column of the file is a slice, if it holds text."""
        if self.columns.slices is not None:
            return name in self.columns.slices
        return name not in self.columns.names.values()

    def to_json(self) -> str:
        """Return the reading as the ledger keeps it."""
        kept = asdict(self)
        if self.columns.scores is None:
            # As in ledgers that know of no such setting, so that no file is read again.
            del kept["columns"]["scores"]
        return json.dumps(kept, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Reading":
        """Return the reading that `to_json` wrote."""
        stored = json.loads(text)
        return cls(columns_of(stored["columns"]), stored["step"], stored["split"])


def columns_of(stated: Mapping[str, object]) -> Columns:
    """Return a mapping of which each field has its type already; a list stands for a tuple."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in stated.items()}
    return Columns(**values)  # type: ignore[arg-type]  # the caller's promise
