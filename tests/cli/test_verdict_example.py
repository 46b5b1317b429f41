"""The documents' example: verdicts on a folder of runs as PyTorch's and other writers log them."""

from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.cli.main import main

PROJECT = Path(__file__).parents[2]
POINTS = 40


def noisy(levels, seed):
    """Levels with noise of 2 %, the same on every machine to the digits that count here."""
    return levels * (1 + 0.02 * np.random.default_rng(seed).standard_normal(len(levels)))


def folder_of_runs():
    """By run, tag to values: all that their programs logged."""
    at = np.arange(POINTS)
    falling = 0.2 + 2.1 * np.exp(-at / 8)
    overfitted = 0.6 + 1.7 * np.exp(-at / 4) + 0.03 * np.maximum(at - 12, 0)
    learnt = 0.9 - 0.8 * np.exp(-at / 8)
    diverged = np.where(at < 25, falling, np.nan)
    returns = 500 - 480 * np.exp(-at / 9)
    return {
        "bert": {"train/loss": noisy(falling, 0), "eval/loss": noisy(overfitted, 1)},
        "cartpole": {
            "rollout/ep_rew_mean": np.minimum(noisy(returns, 2), 500),
            "train/value_loss": noisy(returns / 10, 3),
            "train/entropy_loss": noisy(-0.69 + 0.2 * at / POINTS, 4),
        },
        "cifar": {"Loss/train": noisy(diverged, 5), "Accuracy/test": noisy(learnt, 6)},
        "resnet": {
            "Loss/train": noisy(falling, 7),
            "Loss/test": noisy(0.1 + falling, 8),
            "Accuracy/test": noisy(learnt, 9),
        },
        "smoke": {"loss": [2.3, 2.1, 1.9]},
    }


@pytest.fixture
def logs(tmp_path):
    for name, series in folder_of_runs().items():
        writer = EventFileWriter(str(tmp_path / "logs" / name))
        for tag, values in series.items():
            for step, value in enumerate(values):
                summary = summary_pb2.Summary()
                summary.value.add(tag=tag, simple_value=value)
                writer.add_event(event_pb2.Event(step=step, wall_time=step, summary=summary))
        writer.close()
    return tmp_path / "logs"


def test_the_documents_show_the_verdicts_that_diagnose_prints(logs, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["diagnose", str(logs)]) == 1
    printed = capsys.readouterr().out.splitlines()
    begin = next(at for at, line in enumerate(printed) if "┃ verdict " in line)
    rows = [line for line in printed[begin:-1] if line[0] in "│ "]
    assert len(rows) >= len(folder_of_runs())
    assert [row for row in rows if row not in lines_of("docs/operations.md")] == []
    shown = [line for line in lines_of("README.md") if line.startswith("│logs/")]
    assert len(shown) == 3
    assert set(shown) <= set(rows)


def lines_of(document):
    return (PROJECT / document).read_text(encoding="utf-8").splitlines()
