"""Names that follow no convention, by their words."""

import pytest

from insight_lib.series.conventions import convention_of
from insight_lib.series.names.naming import role_of_name
from insight_lib.series.role import Direction, Phase, Role, Unit

NAMES = {
    Role.TOTAL_LOSS: [
        "Train loss",
        "lossTrain",
        "train_losses",
        "valloss",
        "Meta/loss",
        "loss_value",
        "train/nll_loss",
        "BCEWithLogitsLoss",
        "val/CrossEntropyLoss",
        "label_smoothed_cross_entropy",
        "mse_loss",
        "huber_loss",
        "validation_0-logloss",
        "cost",
        "bits_per_dim",
        "test_bpc",
        "global_loss_avg",
        "softmax_loss",
        "Loss/Train_Batch",
        "MeanLoss/Episode",
        "Loss/episode",
        "xentropy",
        "Loss/epoch_losses_Train",
        "run/loss_per_step",
    ],
    Role.PARTIAL_LOSS: [
        "Meta-Loss",
        "mel_loss",
        "loss/dice",
        "loss_ctc_att",
        "kl_loss",
        "reg_loss",
        "vae/kld_loss",
        "Loss/energy_loss",
        "fake_loss",
        "Loss/Orthogonal",
        "loss/reconstruction",
        "loss/oracle",
        "losses/predictor_target_novelty_loss",
        "identity/id_loss",
        "gradient_penalty_loss",
        "test size loss",
    ],
    Role.VALUE_LOSS: [
        "critic_loss",
        "Loss/value",
        "vLoss",
        "qf1_loss",
        "Train loss critic",
        "TDLoss",
        "loss dqn",
        "MeanValueLoss/Episode",
    ],
    Role.POLICY_LOSS: [
        "Actor Loss",
        "pi_loss",
        "loss/actor",
        "policy/loss",
        "pg_loss",
        "MeanPolicyLoss/Episode",
    ],
    Role.GENERATOR_LOSS: [
        "g_loss",
        "Loss_G",
        "lossG",
        "generator/loss",
        "Train loss generator",
        "loss/G",
    ],
    Role.DISCRIMINATOR_LOSS: [
        "d_loss",
        "Loss_D",
        "loss/discriminator",
        "disc_loss",
        "D_loss_gan",
        "loss_dis",
    ],
    Role.ACCURACY: [
        "top1",
        "Acc@1",
        "top-3-acc_train",
        "val_balanced_accuracy",
        "accuracy/class_7",
        "trainacc",
        "token_accuracy",
        "mlm_acc",
        "val_acc3",
        "training_accuracy",
    ],
    Role.ERROR_RATE: [
        "error_rate",
        "top5_err",
        "val_wer",
        "CER",
        "misclassification",
    ],
    Role.REGRESSION_ERROR: [
        "val_RMSE",
        "mean_absolute_error",
        "MAPE",
        "val/L1 error",
        "test_error",
    ],
    Role.AUC: [
        "ROC_AUC",
        "val_auroc",
        "PR-AUC",
        "AUC/left_artery",
    ],
    Role.F1: [
        "test_F1Score_up",
        "macro_f1",
        "F-score",
        "val_f1score",
    ],
    Role.SCORE: [
        "val_mAP50",
        "mIoU",
        "dice_coef_metric/dice",
        "bleu",
        "rougeLsum",
        "r2_score",
        "precision@10",
        "psnr",
        "fid",
        "spearman_corr",
        "PSNR/train",
        "Average Precision",
        "avg_cider",
    ],
    Role.PERPLEXITY: [
        "val_ppl",
        "Perplexity",
        "word perplexity",
    ],
    Role.RETURN: [
        "Score",
        "reward",
        "Average reward",
        "episode_reward",
        "undiscounted_return",
        "train/ep_reward",
        "cumulative_reward",
        "success_rate",
        "avg_reward_last_100",
        "Fitness/Average",
        "Reward/episode",
        "reward/moving_average_ext",
        "100_reward",
        "Avg score in training",
        "score-episode",
        "Episode/Win_Rate",
        "Episode/Success",
        "Avg Reward DQN",
        "episode/reward_agent0",
        "Reward/Eval",
        "Test/TestReward/TrainSet",
        "agent_0_episode_rewards",
    ],
    Role.EPISODE_LENGTH: [
        "Steps per episode",
        "ep_len",
        "episode_duration",
        "avg_num_steps_to_goal",
        "Episode/Steps",
        "EpisodeLength/Episode",
        "charts/length",
    ],
    Role.EXPLORATION_RATE: [
        "epsilon",
        "Epsilon (EpsilonGreedyStrategy)",
        "exploration_rate",
        "Exploration",
        "Epsilon in training",
        "policy/eps",
    ],
    Role.POLICY_ENTROPY: [
        "entropy",
        "policy_entropy",
        "Action entropy",
        "entropy_loss",
        "Entropy/Agent1",
    ],
    Role.KL: [
        "approx_kl",
        "kl_divergence",
        "mean_kl",
    ],
    Role.CLIP_FRACTION: [
        "ppo/clip_frac",
        "clipfrac",
    ],
    Role.EXPLAINED_VARIANCE: [
        "explained_var",
        "value/explained_variance",
    ],
    Role.LEARNING_RATE: [
        "lr",
        "learningRate",
        "lr_encoder",
        "optim/learning_rate/group_0",
    ],
    Role.GRADIENT_NORM: [
        "global_grad_norm",
        "gradients/norm",
        "total_grad_norm",
        "actor_grad_norm",
        "grads norm dqn",
    ],
    Role.WEIGHT_NORM: [
        "params_norm",
        "weight_norm",
    ],
    Role.LOSS_SCALE: [
        "loss_scale",
        "grad_scale",
        "amp_scale",
    ],
    Role.TEMPERATURE: [
        "temperature",
        "ent_coef",
        "softmax_temperature",
    ],
    Role.THROUGHPUT: [
        "images/sec",
        "tokens_per_second",
        "it/s",
        "FPS",
        "samples/s",
    ],
    Role.STEP_TIME: [
        "step_time_s",
        "batch_time",
        "time_per_step",
        "iter_time_ms",
        "total_secs_per_batch",
    ],
    Role.OTHER: [
        "epoch",
        "global_step",
        "Steps",
        "num_episodes",
        "ep_rew_std",
        "reward_min",
        "episode_reward_max",
        "best_val_acc",
        "loss_std",
        "loss_weight",
        "max_grad_norm",
        "Episode/rew_dof_acc",
        "acc_x",
        "kl_coeff",
        "td_error",
        "data_time",
        "gpu_memory",
        "intrinsic_reward",
        "discriminator_fake_accuracy",
        "critic_score_img_fake",
        "lr_decay",
        "generator_queue_size",
        "policy_id",
        "weights/mean",
        "adam_epsilon",
        "reward_bound",
        "reward/mean_int",
        "Score/High_Score",
        "score_fake",
        "max_q_value",
        "episodes_done",
        "Episode/Portfolio_Value",
        "Performance/Time_Elapsed_Secs",
        "GradientUpdates/Episode",
        "GradientNorm/layer_3",
        "max_train_loss",
        "AVG_Train/sim_p",
        "Policy/std",
        "weights_entropy_max",
    ],
}


@pytest.mark.parametrize(
    ("role", "tag"), [(role, tag) for role, tags in NAMES.items() for tag in tags]
)
def test_a_name_is_recognised_by_its_words(role, tag):
    assert role_of_name(".", tag).role is role


def test_the_names_of_this_table_follow_no_convention():
    unsure = [tag for tags in NAMES.values() for tag in tags if convention_of(tag) is None]
    assert len(unsure) > 130


@pytest.mark.parametrize(
    ("stream", "tag", "phase"),
    [
        (".", "vali_loss", Phase.VALIDATION),
        (".", "dev/accuracy", Phase.VALIDATION),
        (".", "te_loss", Phase.TEST),
        (".", "tr_loss", Phase.TRAIN),
        (".", "testset_acc", Phase.TEST),
        (".", "eval/rollout/reward", Phase.VALIDATION),
        (".", "evaluation/episode_reward", Phase.VALIDATION),
        (".", "episode_reward", Phase.ROLLOUT),
        (".", "mean_reward", Phase.ROLLOUT),
        ("eval", "mean_reward", Phase.VALIDATION),
        ("test", "Train loss", Phase.TRAIN),
    ],
)
def test_the_phase_is_the_first_that_the_tag_says_then_the_stream(stream, tag, phase):
    assert role_of_name(stream, tag).phase is phase


@pytest.mark.parametrize(
    ("tag", "unit", "scale"),
    [
        ("iter_time_ms", Unit.SECONDS, 0.001),
        ("data_time", Unit.SECONDS, 1),
        ("bits_per_dim", Unit.BITS, 1),
        ("success_rate", Unit.FRACTION, 1),
        ("learning_rate", None, 1),
    ],
)
def test_a_name_may_say_the_unit(tag, unit, scale):
    about = role_of_name(".", tag)
    assert (about.unit, about.scale) == (unit, scale)


@pytest.mark.parametrize("tag", ["fid", "brier", "val_ece", "episodic_cost", "val_RMSE", "loss"])
def test_less_is_better(tag):
    assert role_of_name(".", tag).direction is Direction.LOWER


@pytest.mark.parametrize("tag", ["binary_crossentropy", "mse", "train/bce_loss", "xent_loss"])
def test_a_loss_that_cannot_be_negative_says_so(tag):
    assert role_of_name(".", tag).lowest == (
        0 if role_of_name(".", tag).role is Role.TOTAL_LOSS else None
    )


def test_a_loss_that_is_only_a_loss_may_be_negative():
    assert role_of_name(".", "loss").lowest is None
