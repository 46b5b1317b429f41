"""Rule settings that a lake remembers from one night to the next."""

import json

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.dissection.rule_settings_store import (
    SETTINGS_FILE,
    remember_settings,
    remembered_settings,
)
from insight_lib.dissection.rules import RULES
from insight_lib.errors import InputError, LakeError
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.stage import Context
from insight_lib.pipeline.stages import STAGES
from tests.in_process import InProcess

OFF = {"non_finite_loss": {"enabled": False}}


def write_broken_run(folder):
    writer = EventFileWriter(str(folder))
    for step, value in enumerate([1.0, np.nan]):
        summary = summary_pb2.Summary()
        summary.value.add(tag="loss", simple_value=value)
        writer.add_event(event_pb2.Event(step=step, summary=summary))
    writer.close()


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


@pytest.fixture
def night(lake, tmp_path):
    """Run every stage and return which runs were judged again."""

    def pass_one():
        context = Context(lake, InProcess(), Inputs((tmp_path / "logs",)), tmp_path / "report")
        done = {stage.name: stage.run(context) for stage in STAGES}
        return list(done["dissect"].run_ids)

    return pass_one


def found(lake):
    rows = lake.read("findings").to_pylist()
    return sorted((row["run_id"], row["rule"]) for row in rows if row["resolved_at"] is None)


def test_changed_settings_judge_every_run_again_and_the_same_settings_none(lake, night, tmp_path):
    for run in ("a", "b"):
        write_broken_run(tmp_path / "logs" / run)
    broken = [("logs/a", "non_finite_loss"), ("logs/b", "non_finite_loss")]
    assert night() == ["logs/a", "logs/b"]
    assert found(lake) == broken

    remember_settings(lake, OFF)
    assert night() == ["logs/a", "logs/b"]
    assert found(lake) == []

    remember_settings(lake, OFF)
    remember_settings(lake, None)
    assert night() == []

    remember_settings(lake, {})
    assert night() == ["logs/a", "logs/b"]
    assert found(lake) == broken


def test_new_runs_are_judged_by_what_is_remembered_and_old_ones_are_left(lake, night, tmp_path):
    write_broken_run(tmp_path / "logs" / "a")
    remember_settings(lake, OFF)
    night()
    write_broken_run(tmp_path / "logs" / "b")
    assert night() == ["logs/b"]
    assert found(lake) == []


def test_a_lake_without_settings_uses_the_catalogue_as_it_is(lake):
    remember_settings(lake, None)
    assert remembered_settings(lake).rules == RULES
    assert not (lake.root / SETTINGS_FILE).exists()


def test_remembered_settings_of_a_rule_that_is_gone_are_named(lake):
    kept = {"number": 1, "changes": {"gone": {"enabled": False}}}
    (lake.root / SETTINGS_FILE).write_text(json.dumps(kept))
    with pytest.raises(InputError, match=rf"{SETTINGS_FILE}: there is no rule gone"):
        remembered_settings(lake)


@pytest.mark.parametrize("text", ["", '{"number": 1', "[]", '{"count": 1}'])
def test_settings_that_cannot_be_read_are_named_and_not_overwritten(lake, text):
    (lake.root / SETTINGS_FILE).write_text(text)
    for ask in (remembered_settings, lambda lake: remember_settings(lake, OFF)):
        with pytest.raises(LakeError, match=rf"{SETTINGS_FILE} is damaged"):
            ask(lake)
    assert (lake.root / SETTINGS_FILE).read_text() == text
