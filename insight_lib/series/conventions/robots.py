"""Names of trainers of agents in simulated worlds: ML-Agents, rsl_rl, rl_games, skrl."""

from insight_lib.series.conventions.line import Line, written_by
from insight_lib.series.role import Cadence, Phase, Role, Unit

_ML_AGENTS = written_by(
    "ML-Agents",
    Line("Environment/Cumulative Reward", Role.RETURN, Phase.ROLLOUT),
    Line("Environment/Group Cumulative Reward", Role.RETURN, Phase.ROLLOUT, sure=0.9),
    Line("Environment/Episode Length", Role.EPISODE_LENGTH, Phase.ROLLOUT),
    # How far an agent came in its curriculum, whatever the return of the present lesson.
    Line("Environment/Lesson*", Role.SCORE, Phase.ROLLOUT),
    Line("Losses/Value Loss", Role.VALUE_LOSS),
    Line("Losses/Policy Loss", Role.POLICY_LOSS),
    Line("Losses/Q[12] Loss", Role.VALUE_LOSS),
    Line("Losses/Curiosity * Loss", Role.PARTIAL_LOSS, moving=True),
    Line("Losses/GAIL Loss", Role.PARTIAL_LOSS, moving=True),
    Line("Losses/RND Loss", Role.PARTIAL_LOSS, moving=True),
    Line("Losses/Pretraining Loss", Role.PARTIAL_LOSS),
    Line("Policy/Entropy", Role.POLICY_ENTROPY),
    Line("Policy/Learning Rate", Role.LEARNING_RATE),
    # The range to which PPO clips its ratio, not the rate of random actions.
    Line("Policy/Epsilon", Role.OTHER),
    Line("Policy/Beta", Role.OTHER),
    Line("Policy/* Entropy Coeff", Role.TEMPERATURE),
    Line("Policy/Extrinsic Reward", Role.RETURN, Phase.ROLLOUT, sure=0.8),
    Line("Policy/* Reward", Role.OTHER),
    Line("Policy/* Value Estimate", Role.OTHER),
    Line("Policy/GAIL Grad Mag Loss", Role.PARTIAL_LOSS, moving=True),
    Line("Policy/GAIL *", Role.OTHER),
    Line("Self-play/ELO", Role.SCORE, Phase.ROLLOUT),
)
_RSL_RL = written_by(
    "rsl_rl",
    Line("Train/mean_reward", Role.RETURN, Phase.ROLLOUT),
    Line("Train/mean_episode_length", Role.EPISODE_LENGTH, Phase.ROLLOUT),
    # The same values over seconds in place of iterations.
    Line("Train/*/time", Role.OTHER),
    Line("Loss/value_function", Role.VALUE_LOSS),
    Line("Loss/surrogate", Role.POLICY_LOSS),
    Line("Loss/entropy", Role.POLICY_ENTROPY),
    Line("Loss/learning_rate", Role.LEARNING_RATE),
    Line("Policy/mean_noise_std", Role.OTHER),
    Line("Perf/total_fps", Role.THROUGHPUT),
    Line("Perf/*time", Role.OTHER, unit=Unit.SECONDS),
    Line("Episode/rew_*", Role.OTHER),
    Line("Episode/terrain_level", Role.SCORE, Phase.ROLLOUT),
    Line("Episode_Reward/*", Role.OTHER),
    Line("Episode_Termination/*", Role.OTHER),
)
_RL_GAMES = written_by(
    "rl_games",
    Line("rewards/iter", Role.RETURN, Phase.ROLLOUT, cadence=Cadence.EPISODE),
    Line("rewards/step", Role.RETURN, Phase.ROLLOUT, cadence=Cadence.EPISODE, sure=0.9),
    Line("rewards/frame", Role.RETURN, Phase.ROLLOUT, cadence=Cadence.EPISODE, sure=0.9),
    Line("rewards/time", Role.OTHER),
    Line("shaped_rewards/*", Role.OTHER),
    Line("episode_lengths/iter", Role.EPISODE_LENGTH, Phase.ROLLOUT),
    Line("episode_lengths/step", Role.EPISODE_LENGTH, Phase.ROLLOUT, sure=0.9),
    Line("episode_lengths/time", Role.OTHER),
    Line("losses/a_loss", Role.POLICY_LOSS),
    Line("losses/c_loss", Role.VALUE_LOSS),
    Line("losses/bounds_loss", Role.PARTIAL_LOSS, moving=True),
    Line("info/kl", Role.KL),
    Line("info/last_lr", Role.LEARNING_RATE),
    Line("info/lr_mul", Role.OTHER),
    Line("info/e_clip", Role.OTHER),
    Line("performance/*fps", Role.THROUGHPUT),
    Line("performance/*time", Role.OTHER, unit=Unit.SECONDS),
)
_SKRL = written_by(
    "skrl",
    Line("Reward / Total reward (mean)", Role.RETURN, Phase.ROLLOUT),
    Line("Reward / *", Role.OTHER),
    Line("Episode / Total timesteps (mean)", Role.EPISODE_LENGTH, Phase.ROLLOUT),
    Line("Episode / *", Role.OTHER),
    Line("Loss / Policy loss", Role.POLICY_LOSS),
    Line("Loss / Value loss", Role.VALUE_LOSS),
    Line("Loss / Critic loss", Role.VALUE_LOSS),
    Line("Loss / Entropy loss", Role.PARTIAL_LOSS, moving=True),
    Line("Policy / Standard deviation", Role.OTHER),
)
ROBOTS = _ML_AGENTS + _RSL_RL + _RL_GAMES + _SKRL
