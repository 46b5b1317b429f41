"""Files that look like predictions and are not read: which they are, and what to do about it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from insight_lib.files.listing import is_event_file
from insight_lib.files.location import Root, stored
from insight_lib.predictions.formats.column_mapping import Columns
from insight_lib.predictions.formats.file_names import SUFFIXES, TFRECORD, format_of
from insight_lib.predictions.formats.headers import column_names

FOLDER = "predictions"
HIDDEN = (".", "_")
"""A file whose name starts so is hidden or not finished yet, by the habit of Spark and Hadoop."""
HARMLESS = (
    ".md",
    ".rst",
    ".log",
    ".html",
    ".css",
    ".js",
    ".pdf",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".svg",
    ".webp",
    ".yaml",
    ".yml",
    ".toml",
    ".ini",
    ".cfg",
    ".py",
    ".ipynb",
    ".sh",
    ".crc",
    ".tmp",
    ".part",
    ".partial",
    ".lock",
    ".sha256",
    ".md5",
)
"""Ends of names that no scored examples have, or not yet."""
LABELS = {
    "label",
    "labels",
    "y",
    "y_true",
    "target",
    "targets",
    "truth",
    "ground_truth",
    "actual",
    "clicked",
}
SCORES = {
    "score",
    "scores",
    "pred",
    "preds",
    "prediction",
    "predictions",
    "predicted",
    "y_pred",
    "y_score",
    "y_prob",
    "y_hat",
    "prob",
    "probs",
    "proba",
    "probability",
    "p",
    "logit",
    "logits",
}
MOST_OPENED = 50
"""So many files are looked into, at most: naming one is enough."""


@dataclass
class PassedOver:
    """What was seen below a root, next to what is read there.

    Attributes:
        unread: Files in `FOLDER` of a format that is not read.
        elsewhere: Files of a known format where nothing looks for them.
    """

    unread: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def noting(
        self, is_wanted: Callable[[str], bool], is_named: Callable[[str], bool] | None = None
    ) -> Callable[[str], bool]:
        """Return the same question, which notes the files to which the answer is no.

        Args:
            is_wanted: The question, of a path relative to the root.
            is_named: Whether a user's pattern names a path; then what it leaves out is left out on
                purpose, and only what it names is noted.
        """

        def ask(below: str) -> bool:
            wanted = is_wanted(below)
            if not wanted and (is_named is None or is_named(below)):
                self._note(below, named=is_named is not None)
            return wanted

        return ask

    def _note(self, below: str, *, named: bool) -> None:
        *folders, name = below.split("/")
        if is_event_file(below) or any(part.startswith(HIDDEN) for part in (*folders, name)):
            return
        kind = format_of(name)
        if kind is not None and kind != TFRECORD:  # which mostly hold what is trained on
            self.elsewhere.append(below)
        elif kind is None and (named or FOLDER in folders) and not name.lower().endswith(HARMLESS):
            self.unread.append(below)


def remarks_on(
    root: Root, seen: PassedOver, columns: Columns, taken: Iterable[str] = ()
) -> list[str]:
    """Say in a line for each kind which files are passed over, and what to do.

    Args:
        root: Where they were seen.
        seen: Those below it.
        columns: What prediction files there call their columns.
        taken: Paths of files that are read all the same, as another place has them.
    """
    known = set(taken)
    where = stored(root)
    unread = [below for below in seen.unread if f"{where}/{below}" not in known]
    elsewhere = [below for below in seen.elsewhere if f"{where}/{below}" not in known]
    remarks = []
    if unread:
        remedy = f"its format is not supported; write it as one of {', '.join(SUFFIXES)}"
        remarks.append(_line(where, unread, remedy))
    alike = _alike(where, elsewhere[:MOST_OPENED], columns)
    if alike:
        label, score = next(iter(alike.values()))
        there = f"it has columns {label} and {score}, but files in that folder are not read"
        remedy = f"{there}; {_move(where, next(iter(alike)))}"
        if (label, score) != (columns.label, columns.score):
            remedy += "; map its columns in section [predictions.columns] of --config"
        remarks.append(_line(where, list(alike), remedy))
    return remarks


def _line(where: str, files: Sequence[str], remedy: str) -> str:
    more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
    return f"passed over: {where}/{files[0]}{more}: {remedy}"


def _alike(where: str, files: Sequence[str], columns: Columns) -> dict[str, tuple[str, str]]:
    """Return the files that have a label and a score column, with the names of both."""
    found = {}
    for below in files:
        names = column_names(f"{where}/{below}")
        label, score = _named(names, columns.label, LABELS), _named(names, columns.score, SCORES)
        if label is not None and score is not None:
            found[below] = (label, score)
    return found


def _named(names: Sequence[str], own: str, usual: set[str]) -> str | None:
    alike = [name for name in names if name.strip().lower() in usual]
    return own if own in names else next(iter(alike), None)


def _move(where: str, below: str) -> str:
    folder, _, name = below.rpartition("/")
    move = f"move it to {where}/{folder or 'RUN'}/{FOLDER}/{name}"
    run, _, rest = below.partition("/")
    return f"{move}, or name it: --predictions '{where}/{{run}}/{rest}'" if run and rest else move
