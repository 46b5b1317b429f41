"""The actions of ``insight risk`` that write: train, score, promote, rollback."""

import argparse
import sys
from datetime import UTC, datetime

from insight_lib.lake.lock import only_writer
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.risk.registry import promotion
from insight_lib.risk.registry.in_use import model_in_use
from insight_lib.risk.registry.model_stage import Stage
from insight_lib.risk.registry.record import ModelRecord
from insight_lib.risk.registry.registration import reject_unusable
from insight_lib.risk.stages.models import keep_default, train_if_new
from insight_lib.risk.stages.scoring import score_new
from insight_lib.screen import print_text


def run_train(arguments: argparse.Namespace) -> int:
    """Train on the lake's own runs if these or their outcomes changed, and score what is new."""
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        keep_default(lake)
        trained = train_if_new(lake)
        print_text(trained or "no label, outcome or feature has changed since the last training")
        _score(lake)
    return 0


def run_score(arguments: argparse.Namespace) -> int:
    """Score what the model in use has not scored."""
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        keep_default(lake)
        _score(lake)
    return 0


def run_promote(arguments: argparse.Namespace) -> int:
    """Let a model score, and score every run by it."""
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        keep_default(lake)
        _now_scores(lake, promotion.promote(lake, arguments.version, datetime.now(UTC)))
    return 0


def run_rollback(arguments: argparse.Namespace) -> int:
    """Reject the current model and go back to the one before it."""
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        keep_default(lake)
        _now_scores(lake, promotion.rollback(lake))
    return 0


def _now_scores(lake: Lake, record: ModelRecord) -> None:
    kind = "default model" if record.stage is Stage.DEFAULT else "model"
    print_text(f"{kind} {record.version} scores from now on")
    _score(lake)


def _score(lake: Lake) -> None:
    unusable = reject_unusable(lake)
    if unusable:
        print(f"  {unusable}", file=sys.stderr)
    used = model_in_use(lake)
    kind = "the default model" if used.is_default else f"model {used.bundle.version}"
    print_text(f"scored {score_new(lake, used):,} looks at runs by {kind}")
