"""What the words of a series' name say it measures, whoever wrote it."""

from insight_lib.series.names.loss_names import role_of_loss
from insight_lib.series.names.measured import Measured
from insight_lib.series.names.name_lines import BEFORE_SPOILERS, LINES, NameLine
from insight_lib.series.names.speed_names import speed
from insight_lib.series.names.vocabulary import QUALIFIERS, SPOILERS, SPREADS_AND_SETTINGS
from insight_lib.series.role import Direction, Role, Unit

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
    | {"em", "elbo", "hota", "mota", "pesq", "stoi", "snr", "nmi", "ari", "elo", "sharpe"}
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
_REWARD_FURTHER = (
    frozenset({"episode", "cumulative", "undiscounted", "discounted", "extrinsic", "ext", "score"})
    | {"environment", "env", "agent", "player", "eps", "rl", "rollout", "policy", "true", "game"}
    | {"unnormalized", "original", "accumulated", "cum", "tot", "step", "rate", "value"}
    | {"dqn", "ppo", "sac", "ddpg"}
)
_NO_RETURN = (
    frozenset({"intrinsic", "int", "intr", "curiosity", "gail", "rnd", "shaping", "bound"})
    | {"predicted", "prediction", "chosen", "rejected", "margin", "margins", "normalized"}
    | {"normed", "togo", "scaled", "rate", "time"}
)


def measured_by(name: tuple[str, ...]) -> Measured | None:
    """Return what a name says, its words in their one spelling; None where it says nothing known.

    >>> measured_by(("top", "accuracy")).role, measured_by(("reward", "std")).role
    (<Role.ACCURACY: 'accuracy'>, <Role.OTHER: 'other'>)
    """
    found = frozenset(name)
    early = _from_lines(found, BEFORE_SPOILERS)
    if early is not None:
        return early
    known = speed(name)
    if known is not None and not {"loss", "reward"} & found:
        return known
    if found & (SPREADS_AND_SETTINGS if "loss" in found else SPOILERS):
        return Measured(Role.OTHER, 0.8)
    return (
        role_of_loss(name)
        or _reward(found)
        or _from_lines(found, LINES)
        or _accuracy(name)
        or _known_metric(found)
    )


def _from_lines(name: frozenset[str], lines: tuple[NameLine, ...]) -> Measured | None:
    for line in lines:
        rest = line.rest(name)
        if rest is not None:
            is_free = line.further is None and rest
            return Measured(line.role, 0.7 if is_free else line.sure, unit=line.unit)
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
    if "score" in name and name & _ADVERSARIAL:
        return Measured(Role.OTHER, 0.8)
    unit = Unit.FRACTION if name & _BOUNDED else None
    if name & _HIGHER_SCORES:
        return Measured(Role.SCORE, 0.8, unit=unit)
    if name & _LOWER_SCORES:
        return Measured(Role.SCORE, 0.8, direction=Direction.LOWER)
    return Measured(Role.SCORE, 0.5) if "score" in name else None
