"""What the words of a series' name say it measures, whoever wrote it.

The lines of a table are tried in order; one matches where all of its words stand in the name and
nothing else does but qualifiers and its own further words.
"""

from collections.abc import Collection
from dataclasses import dataclass

from insight_lib.series.loss_names import role_of_loss
from insight_lib.series.measured import Measured
from insight_lib.series.role import Direction, Role, Unit
from insight_lib.series.speed_names import speed
from insight_lib.series.vocabulary import QUALIFIERS, SPOILERS


@dataclass(frozen=True)
class NameLine:
    """One line of a table: words that stand in a name, and what else may stand there."""

    words: frozenset[str]
    role: Role
    further: frozenset[str] | None

    def rest(self, name: Collection[str]) -> frozenset[str] | None:
        """Return what else stands in a name, without qualifiers; None where it does not match."""
        if not self.words.issubset(name):
            return None
        rest = frozenset(name) - self.words - QUALIFIERS
        return None if self.further is not None and not rest <= self.further else rest


def _line(words: str, role: Role, further: str | None = "") -> NameLine:
    allowed = None if further is None else frozenset(further.split())
    return NameLine(frozenset(words.split()), role, allowed)


_ANY = None
_AGENT = "policy agent value critic generator discriminator q"
_BEFORE_SPOILERS = (
    _line("explained variance", Role.EXPLAINED_VARIANCE, _ANY),
    _line("explained var", Role.EXPLAINED_VARIANCE, _ANY),
    _line("clip fraction", Role.CLIP_FRACTION, _ANY),
    _line("clipped fraction", Role.CLIP_FRACTION, _ANY),
    _line("clip ratio", Role.CLIP_FRACTION, "policy ppo"),
    _line("loss scale", Role.LOSS_SCALE, "amp dynamic scaler"),
    _line("grad scale", Role.LOSS_SCALE, "amp"),
    _line("grad scaler", Role.LOSS_SCALE, "scale amp"),
    _line("loss scaler", Role.LOSS_SCALE, "scale amp"),
    _line("amp scale", Role.LOSS_SCALE),
    _line("entropy coef", Role.TEMPERATURE, "alpha"),
    _line("entropy coeff", Role.TEMPERATURE, "alpha"),
    _line("entropy coefficient", Role.TEMPERATURE, "alpha"),
    _line("exploration fraction", Role.EXPLORATION_RATE),
)
_LINES = (
    _line("lr", Role.LEARNING_RATE, _ANY),
    _line("learning rate", Role.LEARNING_RATE, _ANY),
    _line("grad norm", Role.GRADIENT_NORM, f"total l2 l1 pre before clip unclipped {_AGENT}"),
    _line("weight norm", Role.WEIGHT_NORM, "l2"),
    _line("perplexity", Role.PERPLEXITY, "word token lm subword"),
    _line("approx kl", Role.KL, "policy divergence"),
    _line("approximate kl", Role.KL, "policy divergence"),
    _line("kl", Role.KL, "policy divergence div"),
    _line("exploration rate", Role.EXPLORATION_RATE),
    _line("exploration epsilon", Role.EXPLORATION_RATE),
    _line("epsilon", Role.EXPLORATION_RATE, "greedy strategy exploration agent"),
    _line("eps greedy", Role.EXPLORATION_RATE),
    _line("temperature", Role.TEMPERATURE, "softmax entropy sampling gumbel tau sac"),
    _line("entropy", Role.POLICY_ENTROPY, "policy action agent dist distribution bits nats"),
    _line("episode length", Role.EPISODE_LENGTH, "agent"),
    _line("episode step", Role.EPISODE_LENGTH, "agent"),
    _line("episode duration", Role.EPISODE_LENGTH),
    _line("step goal", Role.EPISODE_LENGTH, "num to avg"),
    _line("error rate", Role.ERROR_RATE, _ANY),
    _line("top error", Role.ERROR_RATE),
    _line("classification error", Role.ERROR_RATE),
    _line("misclassification", Role.ERROR_RATE, "rate error"),
    _line("td error", Role.OTHER, _ANY),
    _line("exp rate", Role.ACCURACY),
    _line("average precision", Role.SCORE, _ANY),
    _line("calibration error", Role.SCORE, "expected"),
    _line("log likelihood", Role.SCORE, "joint data marginal"),
    _line("inception score", Role.SCORE),
    _line("success rate", Role.RETURN),
    _line("win rate", Role.RETURN, "vs"),
    _line("fitness", Role.RETURN, "population generation agent"),
    _line("top", Role.ACCURACY, "k"),
)
_ERRORS = frozenset(
    {"mse", "rmse", "mae", "mape", "smape", "mase", "wape", "wmape", "mad", "msle", "rmsle"}
    | {"nrmse", "nmae", "ade", "fde", "epe", "mpjpe", "rse", "rrmse", "medae", "mre", "sse"}
)
_ERROR_FURTHER = frozenset(
    {"squared", "absolute", "square", "root", "percentage", "relative", "percent", "l1", "l2"}
    | {"symmetric", "scaled", "prediction", "reconstruction", "regression", "rec", "recon"}
)
_ERROR_RATES = frozenset({"wer", "cer", "eer", "ter", "mer"})
_AUCS = frozenset({"auc", "auroc", "rocauc", "auprc", "aupr", "prauc"})
_HIGHER_SCORES = frozenset(
    {"precision", "recall", "sensitivity", "specificity", "map", "ap", "iou", "miou", "jaccard"}
    | {"dice", "bleu", "rouge", "meteor", "cider", "spice", "chrf", "r2", "kappa", "mcc", "psnr"}
    | {"ssim", "ndcg", "mrr", "hit", "hits", "pearson", "spearman", "correlation", "corr", "pck"}
    | {"em", "elbo", "hota", "mota", "pesq", "stoi", "snr", "nmi", "ari", "elo", "sharpe", "is"}
    | {"mar", "ar", "matthews", "profit", "sisdr", "sdr", "ic", "gmean", "rsquared", "concordance"}
)
_LOWER_SCORES = frozenset(
    {"fid", "kid", "lpips", "brier", "ece", "hausdorff", "chamfer", "regret", "mcd", "cost"}
)
_BOUNDED = frozenset(
    {"precision", "recall", "sensitivity", "specificity", "map", "ap", "iou", "miou", "jaccard"}
    | {"dice", "bleu", "rouge", "ndcg", "mrr", "hit", "hits", "pck", "em", "mar", "ar", "ssim"}
)
_ADVERSARIAL = frozenset({"fake", "real", "discriminator", "critic", "adversarial"})
_ACC_BEFORE = frozenset(
    {"top", "class", "pixel", "token", "word", "sentence", "balanced", "binary", "multi", "micro"}
    | {"macro", "categorical", "sparse", "score", "rate", "percent", "pct", "k", "best"}
)
_REWARD_FURTHER = frozenset(
    {"episode", "cumulative", "undiscounted", "discounted", "extrinsic", "unnormalized", "score"}
    | {"environment", "env", "agent", "player", "ext", "eps", "rl", "rollout", "policy", "true"}
    | {"accumulated", "cum", "tot", "step", "reward", "return", "game", "rate"}
)
_NO_RETURN = frozenset(
    {"intrinsic", "curiosity", "gail", "rnd", "shaping", "predicted", "prediction", "chosen"}
    | {"rejected", "margin", "margins", "normalized", "normed", "togo", "scaled", "rate", "time"}
)
_COUNTED = frozenset({"number", "timestamp", "timestep"})


def measured_by(name: tuple[str, ...]) -> Measured | None:
    """Return what a name says, its words in their one spelling; None where it says nothing known.

    >>> measured_by(("top", "accuracy")).role, measured_by(("reward", "std")).role
    (<Role.ACCURACY: 'accuracy'>, <Role.OTHER: 'other'>)
    """
    found = frozenset(name)
    early = _from_lines(found, _BEFORE_SPOILERS)
    if early is not None:
        return early
    known = speed(name)
    if known is not None and not {"loss", "reward"} & found:
        return known
    if found & SPOILERS:
        return Measured(Role.OTHER, 0.8)
    return (
        role_of_loss(name)
        or _reward(found)
        or _from_lines(found, _LINES)
        or _accuracy(name)
        or _known_metric(found)
    )


def _from_lines(name: frozenset[str], lines: tuple[NameLine, ...]) -> Measured | None:
    for line in lines:
        rest = line.rest(name)
        if rest is not None:
            sure = 0.7 if rest - (line.further or frozenset()) else 0.9
            return Measured(line.role, sure, unit=Unit.FRACTION if "rate" in line.words else None)
    return None


def _reward(name: frozenset[str]) -> Measured | None:
    if name <= QUALIFIERS | {"score"} and "score" in name:
        return Measured(Role.RETURN, 0.6)
    if {"episode", "score"} <= name:
        return Measured(Role.RETURN, 0.9)
    if not {"reward", "return"} & name or "accuracy" in name:
        return None
    further = name - QUALIFIERS - {"reward", "return"}
    if further & _NO_RETURN:
        return Measured(Role.OTHER, 0.8)
    return Measured(Role.RETURN, 0.9 if further <= _REWARD_FURTHER else 0.5)


def _accuracy(name: tuple[str, ...]) -> Measured | None:
    found = frozenset(name)
    if not {"accuracy", "acc"} & found:
        return None
    if found & _ADVERSARIAL:
        return Measured(Role.OTHER, 0.8)
    further = found - QUALIFIERS - {"accuracy", "acc"}
    if further <= _ACC_BEFORE:
        return Measured(Role.ACCURACY, 0.9)
    if "accuracy" in found or name[-1] == "acc":
        return Measured(Role.ACCURACY, 0.7)
    return None


def _known_metric(name: frozenset[str]) -> Measured | None:
    if name & _AUCS:
        return Measured(Role.AUC, 0.9)
    if "f1" in name:
        return Measured(Role.F1, 0.9 if name <= QUALIFIERS | {"f1", "score", "macro"} else 0.7)
    if name & _ERROR_RATES:
        return Measured(Role.ERROR_RATE, 0.9)
    further = name - QUALIFIERS
    if name & _ERRORS:
        return Measured(Role.REGRESSION_ERROR, 0.9 if further <= _ERRORS else 0.7)
    if "error" in name:
        is_kind = bool(further & _ERROR_FURTHER) and further <= _ERROR_FURTHER | {"error"}
        return Measured(Role.REGRESSION_ERROR, 0.9 if is_kind else 0.6)
    return _score(name)


def _score(name: frozenset[str]) -> Measured | None:
    if name & _ADVERSARIAL:
        return Measured(Role.OTHER, 0.8)
    unit = Unit.FRACTION if name & _BOUNDED else None
    if name & _HIGHER_SCORES:
        return Measured(Role.SCORE, 0.8, unit=unit)
    if name & _LOWER_SCORES:
        return Measured(Role.SCORE, 0.8, direction=Direction.LOWER)
    return Measured(Role.SCORE, 0.5) if "score" in name else None
