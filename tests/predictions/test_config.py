"""The configuration of what prediction files call their columns."""

import pytest

from insight_lib.errors import ConfigError
from insight_lib.predictions.config import read_columns
from insight_lib.predictions.formats.column_mapping import Columns, Reading


@pytest.fixture
def read(tmp_path):
    def write_and_read(text):
        path = tmp_path / "insight.toml"
        path.write_text(text, encoding="utf-8")
        return read_columns(path)

    return write_and_read


def test_stated_fields_are_read_and_the_rest_has_defaults(read):
    text = '[predictions.columns]\nlabel = "clicked"\nslices = ["country"]\n'
    assert read(text) == Columns(label="clicked", slices=("country",))
    assert read("[predictions]\n") == Columns()
    assert read("[predictions.columns]\nslices = []\n") == Columns(slices=())
    assert read('[predictions]\nscores = "logit"\n') == Columns(scores="logit")


def test_a_file_that_says_nothing_of_predictions_leaves_what_is_remembered(read):
    assert read("") is None
    assert read("[rules.blind_spot]\nratio = 1e-4\n") is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[predictions.columns]\nlable = "x"', "predictions.columns.lable is not known"),
        ("[predictions.columns]\nlabel = 3", "predictions.columns.label should be a column's name"),
        ('[predictions.columns]\nscore = ""', "predictions.columns.score should be a column's"),
        ('[predictions.columns]\nslices = "a"', "predictions.columns.slices should be a list"),
        ("[predictions.columns]\nslices = [1]", "predictions.columns.slices should be a list"),
        ('[predictions]\nslices = ["a"]', "predictions.slices is not known"),
        (
            '[predictions]\nscores = "logits"',
            'predictions.scores should be "logit" or "probability", not \'logits\'',
        ),
        ("[prediction]", "prediction is not known"),
        ("predictions = 1", "predictions should be a section, not 1"),
        ('[predictions.columns]\nlabel = "score"', "label and predictions.columns.score are both"),
        ("[predictions.columns", "is not valid TOML"),
    ],
)
def test_a_field_that_does_not_fit_names_itself(read, text, named):
    with pytest.raises(ConfigError, match=r"insight\.toml") as error:
        read(text)
    assert named in str(error.value)
    assert "fix" in str(error.value)


def test_every_field_that_does_not_fit_is_named_at_once_with_what_is_allowed(read):
    with pytest.raises(ConfigError, match="slices") as error:
        read("[other]\n[predictions.columns]\na = 1\nlabel = 2\n")
    said = str(error.value)
    assert all(part in said for part in ("other is", "columns.a is", "columns.label should"))
    assert "label, score, weight, example_id, group_id, step, split" in said


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="name another file"):
        read_columns(tmp_path / "absent.toml")


def test_a_reading_is_kept_as_text_and_comes_back():
    of_logits = Reading(Columns(scores="logit"))
    for reading in (Reading(), Reading(Columns(label="y", slices=("a",)), 5, "test"), of_logits):
        assert Reading.from_json(reading.to_json()) == reading


def test_a_reading_that_says_nothing_of_scores_is_kept_as_before_there_was_that_setting():
    assert "scores" not in Reading().to_json()
