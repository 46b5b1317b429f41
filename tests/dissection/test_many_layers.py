"""The catalogue on very many layers, and on layers that hold nothing or come late."""

from collections import Counter

import numpy as np
import pytest

from insight_lib.dissection.dissect import MOST_LAYERS, dissect, findings_table
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import STATISTICS, RunView
from insight_lib.series.series import Series

KINDS = ("weight", "gradient", "update", "activation")
STEPS = np.arange(10)


def view_of(layers, **statistics):
    """Every layer has a tensor of each kind with the same statistics."""
    numbers = dict.fromkeys(STATISTICS, np.full(STEPS.size, np.nan))
    numbers |= {name: np.zeros(STEPS.size) for name in ("nan_fraction", "inf_fraction")}
    numbers |= {"count": np.full(STEPS.size, 64.0), "l2": np.ones(STEPS.size)} | statistics
    tensors = {
        (f"层{n}", kind, kind): TensorSeries(
            f"层{n}", kind, kind, n, "Dense", "relu", (8, 8), True, STEPS, numbers
        )
        for n in range(layers)
        for kind in KINDS
    }
    loss = Series(STEPS, np.linspace(1.0, 0.99, STEPS.size))
    return RunView("run", {("train", "loss"): loss}, tensors, None, {})


@pytest.mark.slow
def test_ten_thousand_dead_layers_are_a_list_that_can_be_read():
    findings = dissect([view_of(10_000, dead_fraction=np.ones(STEPS.size))])
    dead = [finding for finding in findings if finding.rule == "dead_units"]
    assert len(dead) == MOST_LAYERS
    assert sum(finding.evidence.get("more_layers", 0) for finding in dead) == 10_000 - MOST_LAYERS
    assert any("9992 more layers are affected" in finding.title for finding in dead)
    assert max(Counter(finding.rule for finding in findings).values()) == MOST_LAYERS


def test_of_very_many_findings_the_worst_are_kept(make_view):
    layers = [
        {
            "layer": f"l{n}",
            "depth": n,
            "kind": "activation",
            "tensor": "output",
            "activation": "relu",
            "dead_fraction": [1.0 if n == 11 else 0.8] * 8,
        }
        for n in range(12)
    ]
    found = [one for one in dissect([make_view({"layers": layers})]) if one.rule == "dead_units"]
    assert len(found) == MOST_LAYERS
    assert ("l11", "error") in {(one.layer, one.severity) for one in found}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("layers", [1, 3, 500])
def test_nan_everywhere_is_one_root_cause(layers):
    ones = np.ones(STEPS.size)
    view = view_of(layers, nan_fraction=ones, l2=np.zeros(STEPS.size))
    findings = dissect([view])
    alarms = [finding for finding in findings if finding.severity != "info"]
    assert [one.rule for one in alarms if one.caused_by is None] == ["non_finite_tensors"]
    assert findings_table(findings).num_rows == len(findings)


@pytest.mark.filterwarnings("error")
def test_layers_that_come_and_go_midway_are_judged_by_their_own_steps(make_view):
    case = {"scalars": {"train:loss": [1.0, 0.9, 0.8]}, "steps": [0, 1, 2]}
    early = make_view(
        case | {"layers": [{"layer": "a", "kind": k, "l2": [1.0] * 3} for k in KINDS]}
    )
    late = make_view(
        {
            "steps": [50, 60, 70, 80],
            "layers": [
                {"layer": "b", "depth": 1, "kind": k, "l2": [0.0] * 4, "update_ratio": [0.0] * 4}
                for k in KINDS
            ],
        }
    )
    both = RunView("run", early.scalars, {**early.layers, **late.layers}, None, {})
    rules = {(finding.rule, finding.layer) for finding in dissect([both])}
    assert ("zero_gradient", "b") in rules
    assert not any(layer == "a" for _, layer in rules)
