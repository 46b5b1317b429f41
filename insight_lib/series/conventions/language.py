"""Names of trainers of language models: Hugging Face, TRL, fairseq, Megatron, Composer."""

from insight_lib.series.conventions.line import Line, written_by
from insight_lib.series.role import Phase, Role, Unit

_TRAINER = written_by(
    "Hugging Face Trainer",
    Line("train/train_loss", Role.TOTAL_LOSS, Phase.TRAIN, sure=0.8),
    Line("train/epoch", Role.OTHER),
    Line("train/total_flos", Role.OTHER),
    Line("train/train_runtime", Role.OTHER, unit=Unit.SECONDS),
    Line("train/num_input_tokens_seen", Role.OTHER),
    Line("eval/runtime", Role.OTHER, Phase.VALIDATION, Unit.SECONDS),
    Line("eval/jit_compilation_time", Role.OTHER, Phase.VALIDATION, Unit.SECONDS),
    Line("eval/samples_per_second", Role.THROUGHPUT, Phase.VALIDATION),
)
_TRL = written_by(
    "TRL",
    Line("objective/kl", Role.KL),
    Line("objective/entropy", Role.POLICY_ENTROPY),
    Line("objective/rlhf_reward", Role.RETURN, Phase.ROLLOUT),
    Line("objective/scores", Role.RETURN, Phase.ROLLOUT, sure=0.8),
    Line("objective/non_score_reward", Role.OTHER),
    Line("policy/approxkl_avg", Role.KL),
    Line("policy/clipfrac_avg", Role.CLIP_FRACTION),
    Line("policy/entropy_avg", Role.POLICY_ENTROPY),
    Line("loss/policy_avg", Role.POLICY_LOSS),
    Line("loss/value_avg", Role.VALUE_LOSS),
    Line("val/clipfrac_avg", Role.OTHER, Phase.TRAIN),
    Line("val/ratio*", Role.OTHER, Phase.TRAIN),
    Line("val/num_eos_tokens", Role.OTHER, Phase.TRAIN),
    Line("*rewards/chosen", Role.OTHER),
    Line("*rewards/rejected", Role.OTHER),
    Line("*rewards/margins", Role.OTHER),
    Line("*rewards/accuracies", Role.ACCURACY),
    Line("train/reward", Role.RETURN, Phase.ROLLOUT),
    Line("train/rewards/*", Role.OTHER),
    Line("train/frac_reward_zero_std", Role.OTHER),
    Line("*clip_ratio/region_mean", Role.CLIP_FRACTION),
    Line("*clip_ratio/*", Role.OTHER),
    Line("*completions/mean_length", Role.EPISODE_LENGTH, Phase.ROLLOUT, sure=0.8),
    Line("*completions/*", Role.OTHER),
)
_FAIRSEQ = written_by(
    "fairseq",
    Line("gnorm", Role.GRADIENT_NORM),
    Line("wps", Role.THROUGHPUT),
    Line("ups", Role.THROUGHPUT),
    Line("clip", Role.OTHER),
    Line("bsz", Role.OTHER),
    Line("best_loss", Role.OTHER),
    Line("train_wall", Role.OTHER, unit=Unit.SECONDS),
)
_MEGATRON = written_by(
    "Megatron",
    Line("* vs samples", Role.OTHER),
    Line("* vs tokens", Role.OTHER),
    Line("lm loss", Role.TOTAL_LOSS),
    Line("lm loss validation", Role.TOTAL_LOSS, Phase.VALIDATION),
    Line("lm loss validation ppl", Role.PERPLEXITY, Phase.VALIDATION),
    Line("num-zeros", Role.OTHER),
)
_COMPOSER = written_by(
    "Composer",
    Line("loss/train/total", Role.TOTAL_LOSS, Phase.TRAIN),
    Line("metrics/train/LanguageCrossEntropy", Role.TOTAL_LOSS, Phase.TRAIN, sure=0.8),
    Line("metrics/eval/LanguageCrossEntropy", Role.TOTAL_LOSS, Phase.VALIDATION),
    Line("throughput/*_per_sec", Role.THROUGHPUT),
)
LANGUAGE = _TRAINER + _TRL + _FAIRSEQ + _MEGATRON + _COMPOSER
