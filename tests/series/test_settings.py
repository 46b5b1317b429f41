"""Section ``series`` of the settings file."""

import pytest

from insight_lib.errors import ConfigError
from insight_lib.series.override import Override
from insight_lib.series.role import Cadence, Direction, Phase, Role, Unit
from insight_lib.series.settings import checked, read_overrides, stated_of

EVERY_FIELD = """
[series]
"*/mAP" = {role = "accuracy", phase = "test", unit = "per_cent"}

[series."train/*"]
direction = "lower"
cadence = "epoch"
"""


@pytest.fixture
def read(tmp_path):
    def write_and_read(text):
        path = tmp_path / "insight.toml"
        path.write_text(text, encoding="utf-8")
        return read_overrides(path)

    return write_and_read


def test_every_field_is_read_in_the_order_of_the_file(read):
    assert read(EVERY_FIELD) == (
        Override("*/mAP", role=Role.ACCURACY, phase=Phase.TEST, unit=Unit.PER_CENT),
        Override("train/*", direction=Direction.LOWER, cadence=Cadence.EPOCH),
    )


def test_a_file_without_series_differs_from_one_that_resets_them(read):
    assert read("[rules]\n") is None
    assert read("[series]\n") == ()


def test_overrides_are_stated_as_the_section_states_them(read, tmp_path):
    overrides = read(EVERY_FIELD)
    assert checked(dict(stated_of(overrides)), tmp_path) == overrides


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('"*/mAP" = {role = "acuracy"}', '."*/mAP".role should be one of total_loss, partial_loss'),
        ('"*/mAP" = {role = 3}', '"*/mAP".role should be one of total_loss, '),
        ('"*/mAP" = {role = "Accuracy"}', "temperature, other, not 'Accuracy'"),
        ('"*/mAP" = {role = ["accuracy"]}', "other, not ['accuracy']"),
        (
            'x = {phase = "dev"}',
            "phase should be one of train, validation, test, rollout, not 'dev'",
        ),
        ('x = {direction = "up"}', "direction should be one of higher, lower, not 'up'"),
        ('x = {unit = "%"}', "unit should be one of fraction, per_cent, "),
        ('x = {cadence = "batch"}', "cadence should be one of step, epoch, episode, not 'batch'"),
        (
            'x = {rule = "loss"}',
            '"x".rule is not known; the fields are role, phase, unit',
        ),
        ('val.loss = {role = "total_loss"}', 'series."val".loss is not known; the fields are role'),
        ("x = {}", 'series."x" says nothing; the fields are role, phase'),
        ('x = "accuracy"', "series.x should be a section, not 'accuracy'"),
        (
            'x = {role = "kl"}\n[rulez]',
            "rulez is not known; the sections are predictions, ",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_what_there_is(read, text, named):
    with pytest.raises(ConfigError, match=r"insight\.toml: .*; fix section \[series\]") as error:
        read(f"[series]\n{text}\n")
    assert named in str(error.value)


def test_all_that_does_not_fit_is_named_at_once(read):
    with pytest.raises(ConfigError) as error:
        read('[series]\na = {role = "x"}\nb = {phase = "y"}\n')
    assert '"a".role' in str(error.value)
    assert '"b".phase' in str(error.value)
