"""Public runs of others with outcomes judged by hand: the table of labels, and its own mistakes."""

import csv
from dataclasses import dataclass
from pathlib import Path

PUBLIC_RUNS = Path(__file__).parents[3] / "shared" / "data" / "tfevents2"
"""A folder a repository, with LABELS.tsv and MANIFEST.tsv; not part of the project."""

DISPUTED = {
    "Harcurio+MechanicMiner/results/finalRulesOff/MoveToGoal": (
        "the return rises from a penalty to 0 and stays: constant at its best"
    ),
    "KhashayarRahimi+Option-Pricing/lightning_logs/version_87": "only its siblings show it is poor",
    "chrisgiomt+CPSC-481-Capstone-Project/logs_100k/A2C_0": "it learnt, from -320 to -25",
}
"""Labels that we read differently: run, and why. They count as they stand all the same."""


@dataclass(frozen=True)
class Label:
    """What a reader said of a run.

    Attributes:
        repository: ``owner/name``.
        run: its directory below the repository's folder.
        task: of its repository: ``rl``, ``classification``, ...
        outcome: ``failed``, ``healthy``, ``unclear`` or ``no_data``.
        kind: of a failure.
        since_step: from which on it can be seen; None where it is not stated.
        sure: 0.5..1, the reader's own doubt.
    """

    repository: str
    run: str
    task: str
    outcome: str
    kind: str
    since_step: int | None
    sure: float

    @property
    def folder(self) -> str:
        """The run's directory below ``PUBLIC_RUNS``."""
        return f"{self.repository.replace('/', '+')}/{self.run}"


def read_labels(folder: Path = PUBLIC_RUNS) -> list[Label]:
    """Return the labels in the order of the table."""
    tasks = {row["repo"]: row["task"] for row in _rows(folder / "MANIFEST.tsv")}
    return [
        Label(
            repository=row["repo"],
            run=row["run"],
            task=tasks[row["repo"]],
            outcome=row["outcome"],
            kind=row["kind"],
            since_step=int(row["since_step"]) if row["since_step"] else None,
            sure=float(row["sure"]),
        )
        for row in _rows(folder / "LABELS.tsv")
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
