"""What a prediction file calls the columns of table ``predictions``, and how a file is read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from insight_lib.predictions.formats.labels import Label

DEFAULT_SPLIT = "validation"
DEFAULT_STEP = 0
DEFAULT_WEIGHT = 1.0

LOGIT = "logit"
SCORES = (LOGIT, "probability")
"""What scores may be said to be."""


@dataclass(frozen=True)
class Columns:
    """What a file calls its columns, and what its labels and scores are.

    Attributes not described here are the file's name of the column.

    Attributes:
        slices: Names of columns; null where every other text is a slice.
        scores: One of ``SCORES``; null where nothing is said of them.
        positive: The label that counts as 1 against the others of the file; null where labels
            are 0 and 1.
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
    positive: Label | None = None

    @property
    def names(self) -> dict[str, str]:
        """The file's name of each column but the slices."""
        return {role: getattr(self, role) for role in ROLES}


ROLES = tuple(f.name for f in fields(Columns) if f.name not in ("slices", "scores", "positive"))


@dataclass(frozen=True)
class Reading:
    """How a file is read.

    Attributes:
        columns: what the file calls its columns.
        step: the step that its path says, null where the file itself says it.
        split: the split, likewise.
        keys: names and values of the ``key=value`` folders that it lies in; each stands for a
            column of all its rows, and takes the place of one that the file has.
    """

    columns: Columns = Columns()
    step: int | None = None
    split: str | None = None
    keys: tuple[tuple[str, str | None], ...] = ()

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
        told = {name for name, _ in self.keys}
        return tuple(n for n in (*stated, *(self.columns.slices or ())) if n not in told)

    @property
    def defaults(self) -> dict[str, object]:
        """What a row has in a column that neither the file nor the row has."""
        return {
            "step": DEFAULT_STEP if self.step is None else self.step,
            "split": DEFAULT_SPLIT if self.split is None else self.split,
            "weight": DEFAULT_WEIGHT,
        }

    def is_slice(self, name: str) -> bool:
        """Return whether a column, or the name of a folder's key, is a slice, if it holds text."""
        if self.columns.slices is not None:
            return name in self.columns.slices
        return name not in self.columns.names.values()

    def to_json(self) -> str:
        """Return the reading as the ledger keeps it.

        What came to readings later stands in it only where it is used: a ledger from before then
        says the same of the same reading, and its files are not read again.
        """
        kept = asdict(self)
        if not self.keys:
            del kept["keys"]
        for later in ("scores", "positive"):
            if kept["columns"][later] is None:
                del kept["columns"][later]
        return json.dumps(kept, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Reading":
        """Return the reading that `to_json` wrote."""
        stored = json.loads(text)
        keys = tuple((name, value) for name, value in stored.get("keys", ()))
        return cls(columns_of(stored["columns"]), stored["step"], stored["split"], keys)


def columns_of(stated: Mapping[str, object]) -> Columns:
    """Return a mapping of which each field has its type already; a list stands for a tuple."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in stated.items()}
    return Columns(**values)  # type: ignore[arg-type]  # the caller's promise
