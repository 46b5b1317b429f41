"""Metrics of evaluations that moved by more than chance."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mover:
    """The AUC of a run at its last step of a split, next to what came before.

    Attributes:
        run_id: the run.
        page: its page.
        split: what was evaluated.
        step: its last evaluated step.
        auc: at that step.
        reference_run_id: the run that it is compared with: itself, or the one before it in its
            experiment.
        reference_step: the step that it is compared with.
        reference_auc: at that step.
        z: the difference over its standard error.
    """

    run_id: str
    page: str
    split: str
    step: int
    auc: float
    reference_run_id: str
    reference_step: int
    reference_auc: float
    z: float

    @property
    def move(self) -> float:
        """How far the AUC moved; below zero it fell."""
        return self.auc - self.reference_auc


@dataclass(frozen=True, slots=True)
class Movers:
    """The moves that chance does not explain, falls first; of how many that were ``tested``.

    ``left_out`` counts those that are not ``shown``.
    """

    shown: tuple[Mover, ...]
    tested: int
    left_out: int = 0
