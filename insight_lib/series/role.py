"""The words for what a scalar series is."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a series measures."""

    TOTAL_LOSS = "total_loss"
    PARTIAL_LOSS = "partial_loss"
    ACCURACY = "accuracy"
    ERROR_RATE = "error_rate"
    AUC = "auc"
    F1 = "f1"
    SCORE = "score"
    PERPLEXITY = "perplexity"
    REGRESSION_ERROR = "regression_error"
    RETURN = "return"
    EPISODE_LENGTH = "episode_length"
    VALUE_LOSS = "value_loss"
    POLICY_LOSS = "policy_loss"
    POLICY_ENTROPY = "policy_entropy"
    KL = "kl"
    CLIP_FRACTION = "clip_fraction"
    EXPLAINED_VARIANCE = "explained_variance"
    EXPLORATION_RATE = "exploration_rate"
    GENERATOR_LOSS = "generator_loss"
    DISCRIMINATOR_LOSS = "discriminator_loss"
    DIVERSITY = "diversity"
    LEARNING_RATE = "learning_rate"
    GRADIENT_NORM = "gradient_norm"
    WEIGHT_NORM = "weight_norm"
    THROUGHPUT = "throughput"
    STEP_TIME = "step_time"
    LOSS_SCALE = "loss_scale"
    TEMPERATURE = "temperature"
    OTHER = "other"


class Phase(StrEnum):
    """On which data, or in which part of the work, a series was measured."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    ROLLOUT = "rollout"


HELD_OUT = frozenset({Phase.VALIDATION, Phase.TEST})
"""Phases of data that are not trained on."""


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Cadence(StrEnum):
    """What one point of a series is about."""

    STEP = "step"
    EPOCH = "epoch"
    EPISODE = "episode"


class Unit(StrEnum):
    """What the values of a series are counted in."""

    FRACTION = "fraction"
    PER_CENT = "per_cent"
    NATS = "nats"
    BITS = "bits"
    STEPS = "steps"
    SECONDS = "seconds"
    PER_SECOND = "per_second"


@dataclass(frozen=True, kw_only=True)
class SeriesRole:
    """What a series is.

    Attributes:
        role: what it measures.
        phase: on which data; None where nothing tells.
        unit: of its values once they are multiplied by ``scale``: ``fraction``, ``nats``, ...;
            None where nothing tells.
        direction: which way is better; None where neither is.
        cadence: what one point is about; None where nothing tells.
        sure: how surely it is so, 0..1.
        why: by what it was recognised, a few words.
        scale: by which written values are multiplied to be of ``unit``; 0.01 of per cent.
        lowest: below which its values cannot be, by what it is: 0 of a cross entropy; None where
            nothing tells.
        moving: whether it follows a moving target, so that it need not fall although it is a loss:
            the losses of value functions, policies and adversarial training.
    """

    role: Role
    phase: Phase | None = None
    unit: Unit | None = None
    direction: Direction | None = None
    cadence: Cadence | None = None
    sure: float = 1.0
    why: str = ""
    scale: float = 1.0
    lowest: float | None = None
    moving: bool = False


Roles = dict[tuple[str, str], SeriesRole]
"""What each series of a run is, by its stream and tag."""
