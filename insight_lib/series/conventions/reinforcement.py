"""Names of libraries for reinforcement learning."""

from insight_lib.series.conventions.line import Line, written_by
from insight_lib.series.role import Cadence, Phase, Role, Unit

_OBJECTIVES = frozenset({Role.TOTAL_LOSS, Role.PARTIAL_LOSS})

_STABLE_BASELINES3 = written_by(
    "stable-baselines3",
    Line("rollout/ep_rew_mean", Role.RETURN, Phase.ROLLOUT),
    Line("rollout/ep_len_mean", Role.EPISODE_LENGTH, Phase.ROLLOUT),
    Line("rollout/exploration_rate", Role.EXPLORATION_RATE, Phase.ROLLOUT),
    Line("rollout/success_rate", Role.RETURN, Phase.ROLLOUT, Unit.FRACTION, sure=0.9),
    Line("eval/mean_reward", Role.RETURN, Phase.VALIDATION),
    Line("eval/mean_ep_length", Role.EPISODE_LENGTH, Phase.VALIDATION),
    Line("eval/success_rate", Role.RETURN, Phase.VALIDATION, Unit.FRACTION, sure=0.9),
    Line("time/fps", Role.THROUGHPUT),
    Line("time/*", Role.OTHER, sure=0.8),
    Line("train/value_loss", Role.VALUE_LOSS),
    Line("train/policy_gradient_loss", Role.POLICY_LOSS),
    # The mean of minus the entropy: it rises to 0 as the policy becomes sure.
    Line("train/entropy_loss", Role.POLICY_ENTROPY, scale=-1.0),
    Line("train/approx_kl", Role.KL),
    Line("train/clip_fraction", Role.CLIP_FRACTION),
    Line("train/clip_range*", Role.OTHER),
    Line("train/explained_variance", Role.EXPLAINED_VARIANCE),
    Line("train/actor_loss", Role.POLICY_LOSS),
    Line("train/critic_loss", Role.VALUE_LOSS),
    Line("train/ent_coef", Role.TEMPERATURE),
    Line("train/ent_coef_loss", Role.PARTIAL_LOSS, moving=True),
    Line("train/n_updates", Role.OTHER),
    Line("train/std", Role.OTHER),
)
_RLLIB = written_by(
    "RLlib",
    *(
        Line(f"ray/tune/{part}episode_{name}_mean", role, phase, sure=sure)
        for part, phase, sure in (
            ("", Phase.ROLLOUT, 0.95),
            ("env_runners/", Phase.ROLLOUT, 0.95),
            ("sampler_results/", Phase.ROLLOUT, 0.9),
            ("evaluation/", Phase.VALIDATION, 0.95),
            ("evaluation/env_runners/", Phase.VALIDATION, 0.95),
        )
        for name, role in (
            ("reward", Role.RETURN),
            ("return", Role.RETURN),
            ("len", Role.EPISODE_LENGTH),
        )
    ),
    *(
        Line(f"ray/tune/{place}/{name}", role, Phase.TRAIN, moving=role in _OBJECTIVES)
        for place in ("info/learner/*", "learners/*")
        for name, role in (
            ("total_loss", Role.TOTAL_LOSS),
            ("policy_loss", Role.POLICY_LOSS),
            ("vf_loss", Role.VALUE_LOSS),
            ("qf_loss", Role.VALUE_LOSS),
            ("alpha_loss", Role.PARTIAL_LOSS),
            ("kl", Role.KL),
            ("mean_kl_loss", Role.KL),
            ("entropy", Role.POLICY_ENTROPY),
            ("vf_explained_var", Role.EXPLAINED_VARIANCE),
            ("cur_lr", Role.LEARNING_RATE),
            ("*learning_rate", Role.LEARNING_RATE),
            ("grad_gnorm", Role.GRADIENT_NORM),
            ("gradients_*_global_norm", Role.GRADIENT_NORM),
            ("*_coeff", Role.OTHER),
            ("*td_error*", Role.OTHER),
        )
    ),
    Line("ray/tune/info/exploration_infos/*/cur_epsilon", Role.EXPLORATION_RATE),
    Line("ray/tune/counters/*", Role.OTHER),
    Line("ray/tune/timers/*", Role.OTHER),
    Line("ray/tune/*perf/*", Role.OTHER),
    Line("ray/tune/*time_*_s", Role.OTHER, unit=Unit.SECONDS),
)
_CLEANRL = written_by(
    "CleanRL",
    Line("charts/episodic_return", Role.RETURN, Phase.ROLLOUT, cadence=Cadence.EPISODE),
    Line("charts/episodic_length", Role.EPISODE_LENGTH, Phase.ROLLOUT, cadence=Cadence.EPISODE),
    Line("charts/SPS", Role.THROUGHPUT),
    Line("charts/learning_rate", Role.LEARNING_RATE),
    Line("charts/epsilon", Role.EXPLORATION_RATE),
    Line("losses/value_loss", Role.VALUE_LOSS),
    Line("losses/policy_loss", Role.POLICY_LOSS),
    Line("losses/entropy", Role.POLICY_ENTROPY),
    Line("losses/approx_kl", Role.KL),
    Line("losses/old_approx_kl", Role.OTHER),
    Line("losses/clipfrac", Role.CLIP_FRACTION),
    Line("losses/explained_variance", Role.EXPLAINED_VARIANCE),
    Line("losses/td_loss", Role.VALUE_LOSS),
    Line("losses/qf*_loss", Role.VALUE_LOSS),
    Line("losses/q*values", Role.OTHER),
    Line("losses/alpha", Role.TEMPERATURE),
    Line("losses/alpha_loss", Role.PARTIAL_LOSS, moving=True),
)
_TF_AGENTS = written_by(
    "TF-Agents",
    Line("Metrics*/AverageReturn*", Role.RETURN),
    Line("Metrics*/AverageEpisodeLength*", Role.EPISODE_LENGTH),
    Line("Metrics*/NumberOfEpisodes", Role.OTHER),
    Line("Metrics*/EnvironmentSteps", Role.OTHER),
    Line("Losses/value_estimation_loss", Role.VALUE_LOSS),
    Line("Losses/entropy_regularization_loss", Role.PARTIAL_LOSS, moving=True),
    Line("Losses/kl_penalty_loss", Role.PARTIAL_LOSS, moving=True),
)
_DOPAMINE = written_by(
    "Dopamine",
    Line("Train/AverageReturns", Role.RETURN, Phase.ROLLOUT),
    Line("Eval/AverageReturns", Role.RETURN, Phase.VALIDATION),
    Line("*/NumEpisodes", Role.OTHER),
    Line("Train/AverageStepsPerSecond", Role.THROUGHPUT),
)
_TIANSHOU = written_by(
    "tianshou",
    Line("test/reward", Role.RETURN, Phase.TEST),
    Line("train/length", Role.EPISODE_LENGTH, Phase.ROLLOUT),
    Line("test/length", Role.EPISODE_LENGTH, Phase.TEST),
    Line("train/returns_stat/mean", Role.RETURN, Phase.ROLLOUT),
    Line("test/returns_stat/mean", Role.RETURN, Phase.TEST),
    Line("*/returns_stat/*", Role.OTHER),
    Line("*/lens_stat/mean", Role.EPISODE_LENGTH),
    Line("update/loss", Role.TOTAL_LOSS, moving=True),
    Line("update/loss/actor*", Role.POLICY_LOSS),
    Line("update/loss/clip", Role.POLICY_LOSS),
    Line("update/loss/critic*", Role.VALUE_LOSS),
    Line("update/loss/vf", Role.VALUE_LOSS),
    Line("update/loss/ent*", Role.POLICY_ENTROPY),
    Line("update/loss/disc", Role.DISCRIMINATOR_LOSS),
    Line("update/loss/*", Role.PARTIAL_LOSS, moving=True),
    Line("update/alpha", Role.TEMPERATURE),
    Line("update/stats/*", Role.OTHER),
    Line("save/*", Role.OTHER),
    Line("info/best_reward", Role.OTHER),
)
REINFORCEMENT = _STABLE_BASELINES3 + _RLLIB + _CLEANRL + _TF_AGENTS + _DOPAMINE + _TIANSHOU
