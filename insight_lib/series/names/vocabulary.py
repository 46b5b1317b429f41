"""Words that tags are made of, by what they say of a series."""

TRAIN_WORDS = frozenset({"train", "training", "trn", "tr", "trainset"})
VALIDATION_WORDS = frozenset(
    {"val", "valid", "validation", "vali", "validate", "eval", "evaluation", "evaluator", "dev"}
    | {"holdout", "heldout", "valset", "vl"}
)
TEST_WORDS = frozenset({"test", "testing", "testset", "te", "tst"})
ROLLOUT_WORDS = frozenset(
    {"rollout", "rollouts", "env", "environment", "episode", "sampler", "collect", "runners"}
)
PHASE_WORDS = TRAIN_WORDS | VALIDATION_WORDS | TEST_WORDS

EPOCH_WORDS = frozenset({"epoch", "epochs"})
EPISODE_WORDS = frozenset({"episode", "episodes", "episodic", "ep"})
STEP_WORDS = frozenset({"step", "batch", "iter", "iteration", "minibatch"})

QUALIFIERS = (
    PHASE_WORDS
    | EPOCH_WORDS
    | STEP_WORDS
    | {
        "episode",
        "iterations",
        "steps",
        "batches",
        "vs",
        "per",
        "by",
        "over",
        "at",
        "on",
        "of",
        "the",
        "in",
    }
    | {"total", "mean", "avg", "average", "averaged", "running", "smoothed", "smooth", "overall"}
    | {"all", "sum", "combined", "global", "final", "main", "full", "current", "cur", "ema", "raw"}
    | {"metrics", "metric", "scalars", "scalar", "summary", "summaries", "stats", "log", "logs"}
    | {"values", "epoch", "curve", "curves", "history", "set", "data", "ptl", "charts"}
    | {"model", "net", "network", "weighted", "unweighted", "moving", "median", "objective", "info"}
    | {"reduced", "only", "every", "last", "recent", "performance", "monitor", "learner", "results"}
)
"""What a name may hold and still name the same series."""

SPREADS_AND_SETTINGS = frozenset(
    {"std", "stdev", "stddev", "var", "variance", "sem", "stderr", "min", "minimum", "max"}
    | {"maximum", "best", "worst", "percentile", "count", "num", "number", "coef", "coeff"}
    | {"coefficient", "coefs", "scale", "delta", "change", "ratio", "threshold", "limit", "hist"}
    | {"weights", "multiplier", "decay", "patience", "improvement", "skew", "kurtosis", "weight"}
)
"""Words that make of any name another thing: its spread, an extreme, a setting."""

SPOILERS = (SPREADS_AND_SETTINGS - {"weight"}) | frozenset(
    {"diff", "difference", "gap", "target", "range", "id", "idx", "index", "flops", "flos"}
    | {"clipped", "size", "momentum", "warmup", "begin", "end", "penalty", "penality", "bonus"}
    | {"queue", "lower", "upper", "low", "high", "lifetime", "since", "quantile"}
)
"""Words that do so of what is no loss; a loss may be that of a size, a target, an end."""

SYNONYMS = {
    "losses": "loss",
    "gradient": "grad",
    "gradients": "grad",
    "grads": "grad",
    "gnorm": "norm",
    "norms": "norm",
    "rew": "reward",
    "rewards": "reward",
    "returns": "return",
    "scores": "score",
    "accuracies": "accuracy",
    "episodic": "episode",
    "episodes": "episode",
    "ep": "episode",
    "len": "length",
    "lengths": "length",
    "xent": "crossentropy",
    "xentropy": "crossentropy",
    "ce": "crossentropy",
    "crossent": "crossentropy",
    "actor": "policy",
    "pi": "policy",
    "pg": "policy",
    "surrogate": "policy",
    "surr": "policy",
    "vf": "value",
    "qf": "q",
    "disc": "discriminator",
    "dis": "discriminator",
    "discrim": "discriminator",
    "gen": "generator",
    "frac": "fraction",
    "sec": "second",
    "secs": "second",
    "seconds": "second",
    "s": "second",
    "err": "error",
    "errors": "error",
    "param": "weight",
    "params": "weight",
    "parameter": "weight",
    "parameters": "weight",
    "lrs": "lr",
    "prec": "precision",
    "ent": "entropy",
    "f": "f1",
    "fscore": "f1",
    "ppl": "perplexity",
    "temp": "temperature",
    "iters": "iteration",
    "it": "iteration",
    "iter": "iteration",
    "iterations": "iteration",
    "steps": "step",
    "timesteps": "step",
    "samples": "sample",
    "examples": "sample",
    "tokens": "token",
    "images": "image",
    "imgs": "image",
    "batches": "batch",
    "epochs": "epoch",
    "ms": "millisecond",
    "milliseconds": "millisecond",
}
"""Spellings of one word."""

LOSS_KINDS = frozenset(
    {"crossentropy", "cross", "entropy", "nll", "bce", "logloss", "logits", "softmax", "sigmoid"}
    | {"categorical", "binary", "sparse", "negative", "log", "likelihood", "label", "smoothing"}
    | {"hinge", "huber", "mse", "mae", "rmse", "msle", "mape", "l1", "l2", "squared", "absolute"}
    | {"square", "error", "focal", "ctc", "triplet", "contrastive", "infonce", "margin", "smape"}
    | {"classification", "regression", "supervised", "lm", "mlm", "causal", "criterion", "poisson"}
    | {"squares", "with", "logcosh", "cosh", "quantile", "pinball"}
)
"""Words that say of which kind a loss is, and not of which part."""
NEVER_NEGATIVE = frozenset({"crossentropy", "bce", "mse", "rmse", "mae", "hinge", "huber", "mape"})
"""Kinds of loss that cannot be below 0."""
PENALTIES = frozenset(
    {"regularization", "regularisation", "regularizer", "reg", "auxiliary", "aux", "commitment"}
    | {"penalty", "penality", "kl", "kld", "wd", "balance", "balancing", "sparsity", "tv"}
)
"""Words of what is added to a loss, which need not fall."""
