"""Findings on reinforcement learning together: which follows from which, and since when."""

import numpy as np

from insight_lib.dissection.dissect import dissect

STEPS = [step * 2048 for step in range(20)]
RISE = [0.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0]
FORGOTTEN = RISE + [0.0] * 8


def findings(make_view, tags):
    """The finding of each rule on a run of 20 points; ``tags`` maps tags to values."""
    scalars = {f".:{tag}": values for tag, values in tags.items()}
    return {one.rule: one for one in dissect([make_view({"steps": STEPS, "scalars": scalars})])}


def test_a_collapse_follows_from_the_entropy_that_went_before_it(make_view):
    entropy = [1.1, 1.0, 0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05] + [0.001] * 11
    tags = {"rollout/ep_rew_mean": FORGOTTEN, "losses/entropy": entropy}
    found = findings(make_view, tags)
    assert found["return_collapsed"].caused_by == "entropy_collapsed"
    assert found["entropy_collapsed"].caused_by is None
    assert found["entropy_collapsed"].first_step == 9 * 2048
    assert found["return_collapsed"].first_step == 12 * 2048


def of_rate(make_view, jump_at):
    rate = [1e-3] * jump_at + [1.0] * (20 - jump_at)
    entropy = [1.1] * 12 + [0.001] * 8
    tags = {"rollout/ep_rew_mean": FORGOTTEN, "losses/entropy": entropy}
    return findings(make_view, tags | {"train/learning_rate": rate})


def test_a_collapse_right_after_a_jump_of_the_learning_rate_follows_from_it(make_view):
    found = of_rate(make_view, 12)
    assert found["learning_rate_jump"].severity == "warning"
    assert found["return_collapsed"].caused_by == "learning_rate_jump"
    assert {found[rule].fault_type for rule in ("return_collapsed", "entropy_collapsed")} == {
        "learning_rate"
    }


def test_a_jump_after_the_collapse_brought_nothing_about(make_view):
    found = of_rate(make_view, 16)
    assert found["learning_rate_jump"].severity == "info"
    assert found["return_collapsed"].caused_by == "entropy_collapsed"


def test_a_collapse_follows_from_the_critic_that_diverged_before_it(make_view):
    critic = [2.0] * 10 + [3e5] * 10
    tags = {"rollout/ep_rew_mean": FORGOTTEN, "train/value_loss": critic}
    found = findings(make_view, tags)
    assert found["critic_diverged"].first_step == 10 * 2048
    assert found["return_collapsed"].caused_by == "critic_diverged"


def test_a_value_loss_that_was_large_from_the_start_did_not_diverge(make_view):
    tags = {"rollout/ep_rew_mean": [1e3, 2e3] * 10, "train/value_loss": [1e9] * 10 + [2e9] * 10}
    found = findings(make_view, tags)
    assert "critic_diverged" not in found
    assert found["return_never_improved"].caused_by == "unscaled_rewards"


def test_one_return_gets_one_verdict(make_view):
    verdicts = {"return_collapsed", "return_below_start", "return_never_improved"}
    for values in (FORGOTTEN, RISE[::-1] + [0.0] * 8, [0.1, -0.1] * 10, [-1.0] * 20):
        found = findings(make_view, {"rollout/ep_rew_mean": values})
        assert len(verdicts & found.keys()) == 1


def test_the_scale_and_the_offset_of_rewards_do_not_matter(make_view):
    rng = np.random.default_rng(0)
    values = np.array(FORGOTTEN) + 0.3 * rng.normal(size=20)
    for scale, offset in ((1e-6, 0.0), (1.0, 3.0), (1e6, -5e6)):
        tags = {"eval/mean_reward": (scale * values + offset).tolist()}
        assert findings(make_view, tags)["return_collapsed"].first_step == 12 * 2048
