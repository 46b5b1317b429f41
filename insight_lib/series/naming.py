"""What a series is, as far as its stream and tag say.

The last part of a tag (between ``/``) that is more than qualifiers names the series once its
qualifiers are taken away: ``epoch_loss``, ``Loss/train``, ``val_loss``, ``train_loss_step`` are
the total loss. ``dense_1_loss`` is the loss of a part, and so is any loss below a part named in
``_PARTS``.

The first of these that has a word of ``TRAIN_WORDS`` or ``VALIDATION_WORDS`` decides on the phase:
the tag from its last part to its first, then the stream. Without any it is training (an Estimator
or a plain loop writes ``loss`` in the run's own directory).
"""

from collections.abc import Iterable
from functools import cache

from insight_lib.series.role import Cadence, Direction, Phase, Role, SeriesRole
from insight_lib.series.tag_words import words

TRAIN_WORDS = frozenset({"train", "training", "trn"})
VALIDATION_WORDS = frozenset({"val", "valid", "validation", "eval", "evaluation", "dev", "holdout"})
TEST_WORDS = frozenset({"test", "testing"})
ROLLOUT_WORDS = frozenset({"rollout", "env", "environment", "episode", "sampler"})

_NAMES: dict[Role, frozenset[str]] = {
    Role.TOTAL_LOSS: frozenset(
        {"loss", "losses", "nll", "cost", "logloss", "log loss", "nll loss", "cross entropy"}
        | {"crossentropy", "cross entropy loss", "crossentropy loss", "ce loss", "xent"}
    ),
    Role.ACCURACY: frozenset(
        {"accuracy", "acc", "categorical accuracy", "binary accuracy", "top accuracy", "acc top"}
        | {"sparse categorical accuracy"}
    ),
    Role.GRADIENT_NORM: frozenset(
        {"grad norm", "gradient norm", "global grad norm", "grads norm", "norm grad"}
    ),
    Role.LEARNING_RATE: frozenset({"learning rate", "lr"}),
    Role.PERPLEXITY: frozenset({"perplexity", "ppl"}),
    Role.AUC: frozenset({"auc", "auroc", "roc auc", "auprc"}),
    Role.F1: frozenset({"f", "f score", "f macro", "f micro"}),
    Role.REGRESSION_ERROR: frozenset({"mse", "rmse", "mae", "mape", "error"}),
    Role.RETURN: frozenset(
        {"reward", "rewards", "return", "returns", "cumulative reward", "episode reward", "score"}
        | {"episodic return", "ep rew", "ep reward", "episode return", "total reward"}
        | {"success rate"}
    ),
    Role.EPISODE_LENGTH: frozenset({"episode length", "episodic length", "ep len"}),
    Role.POLICY_ENTROPY: frozenset({"entropy", "entropy loss", "policy entropy"}),
    Role.VALUE_LOSS: frozenset(
        {"value loss", "critic loss", "vf loss", "v loss", "loss critic", "qf loss", "td loss"}
    ),
    Role.POLICY_LOSS: frozenset(
        {"policy loss", "actor loss", "policy gradient loss", "pg loss", "loss actor"}
    ),
    Role.GENERATOR_LOSS: frozenset({"generator loss", "g loss", "loss g", "gen loss"}),
    Role.DISCRIMINATOR_LOSS: frozenset({"discriminator loss", "d loss", "loss d", "disc loss"}),
    Role.DIVERSITY: frozenset({"diversity", "sample diversity", "mode coverage"}),
    Role.KL: frozenset({"kl", "approx kl", "kl divergence"}),
    Role.CLIP_FRACTION: frozenset({"clip fraction", "clipfrac"}),
    Role.EXPLAINED_VARIANCE: frozenset({"explained variance"}),
    Role.STEP_TIME: frozenset({"time s", "time"}),
    Role.THROUGHPUT: frozenset({"fps", "steps second", "samples second", "sps"}),
}
_MOVING = frozenset(
    {Role.VALUE_LOSS, Role.POLICY_LOSS, Role.GENERATOR_LOSS, Role.DISCRIMINATOR_LOSS}
)
_LOWER = frozenset(
    {Role.TOTAL_LOSS, Role.PARTIAL_LOSS, Role.ERROR_RATE, Role.PERPLEXITY, Role.REGRESSION_ERROR}
)
_HIGHER = frozenset({Role.ACCURACY, Role.AUC, Role.F1, Role.SCORE, Role.RETURN, Role.DIVERSITY})
_PARTS = frozenset(
    {"regularization", "auxiliary", "aux", "learner", "policy", "actor", "critic", "agent"}
    | {"generator", "discriminator"}
)
_QUALIFIERS = (
    TRAIN_WORDS
    | VALIDATION_WORDS
    | TEST_WORDS
    | {"epoch", "batch", "step", "iteration", "iterations", "iter", "vs", "per", "total", "mean"}
    | {"avg", "average", "running", "smoothed", "overall", "metrics", "metric", "scalars"}
)


@cache
def role_of_name(stream: str, tag: str) -> SeriesRole:
    """Return what the stream and the tag say of a series.

    >>> role_of_name("validation", "epoch_loss").role, role_of_name(".", "train/value_loss").role
    (<Role.TOTAL_LOSS: 'total_loss'>, <Role.VALUE_LOSS: 'value_loss'>)
    """
    parts = [words(part) for part in tag.split("/")]
    named = [part for part in parts if not _QUALIFIERS.issuperset(part)]
    last = named[-1] if named else ()
    role = _role(last, parts)
    return SeriesRole(
        role=role,
        phase=_phase([*reversed(parts), words(stream)]),
        direction=_direction(role),
        cadence=_cadence(tag),
        sure=0.5 if role is Role.OTHER else 0.9,
        why=f"its name: {' '.join(last) or tag}",
        moving=role in _MOVING,
    )


def _role(last: tuple[str, ...], parts: Iterable[tuple[str, ...]]) -> Role:
    name = " ".join(word for word in last if word not in _QUALIFIERS)
    role = next((role for role, names in _NAMES.items() if name in names), None)
    is_part = not _PARTS.isdisjoint(sum(parts, ()))
    if role is Role.TOTAL_LOSS and is_part:
        return Role.PARTIAL_LOSS
    if role is not None:
        return role
    return Role.PARTIAL_LOSS if {"loss", "losses"} & set(last) else Role.OTHER


def _phase(candidates: Iterable[tuple[str, ...]]) -> Phase:
    for part in candidates:
        for word in part:
            if word in VALIDATION_WORDS:
                return Phase.VALIDATION
            if word in TEST_WORDS:
                return Phase.TEST
            if word in ROLLOUT_WORDS:
                return Phase.ROLLOUT
            if word in TRAIN_WORDS:
                return Phase.TRAIN
    return Phase.TRAIN


def _cadence(tag: str) -> Cadence | None:
    found = words(tag)
    if "epoch" in found:
        return Cadence.EPOCH
    return Cadence.EPISODE if "episode" in found else None


def _direction(role: Role) -> Direction | None:
    if role in _LOWER:
        return Direction.LOWER
    return Direction.HIGHER if role in _HIGHER else None


def is_held_out(stream: str) -> bool:
    """Return whether the name of a stream says that its data were not trained on."""
    return not (VALIDATION_WORDS | TEST_WORDS).isdisjoint(words(stream))
