"""Hyper-parameters that trainers write as text."""

import argparse
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.events.runs.text_hparams import TAGS, text_hparams

ML_AGENTS = """\ttrainer_type:\tppo
\thyperparameters:\t
\t  batch_size:\t1024
\t  learning_rate:\t0.0003
\treward_signals:\t
\t  extrinsic:\t
\t    gamma:\t0.99
\tmax_steps:\t500000"""


def test_json_of_arguments_is_read_without_its_nulls():
    text = json.dumps({"learning_rate": 5e-5, "seed": 42, "hub_token": None, "fsdp": []}, indent=2)
    assert text_hparams(text) == {"learning_rate": 5e-5, "seed": 42, "fsdp": []}


def test_a_table_of_markdown_is_read_row_by_row():
    text = "|param|value|\n|-|-|\n|seed|1|\n|expr|a | b|\n|empty||"
    assert text_hparams(text) == {"seed": "1", "expr": "a | b", "empty": ""}


def test_a_list_with_indents_is_read_by_its_paths():
    assert text_hparams(ML_AGENTS) == {
        "trainer_type": "ppo",
        "hyperparameters.batch_size": "1024",
        "hyperparameters.learning_rate": "0.0003",
        "reward_signals.extrinsic.gamma": "0.99",
        "max_steps": "500000",
    }


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True).filter(lambda name: name != "None"),
        st.booleans()
        | st.integers()
        | st.text(max_size=8)
        | st.floats(allow_nan=False, width=32).filter(lambda value: abs(value) < 1e300),
        min_size=1,
    )
)
def test_a_namespace_and_a_dict_come_back(stated):
    assert text_hparams(str(stated)) == stated
    shown = str(argparse.Namespace(**stated))
    if all(name.isidentifier() and not __import__("keyword").iskeyword(name) for name in stated):
        assert text_hparams(shown) == stated


def test_what_a_namespace_holds_of_other_kinds_is_text():
    text = "Namespace(sizes=[1, 2], device=device(type='cuda'), nothing=None)"
    assert text_hparams(text) == {"sizes": "[1, 2]", "device": "device(type='cuda')"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a sentence",
        "[1, 2]",
        '{"broken": ',
        "{1: 2}",
        "Namespace(",
        "Namespace(1)",
        "|Word|distance|\n|-|-|\n|a|0.1|",
        "|param|value|\nseed 1",
        "\ttrainer_type:\tppo\nand a sentence",
        "(" * 5000,
        "{" + "[" * 5000,
    ],
)
def test_a_text_of_unknown_form_gives_nothing(text):
    assert text_hparams(text) == {}


@pytest.mark.parametrize(
    ("tag", "is_taken"),
    [
        ("args/text_summary", True),
        ("hyperparameters/text_summary", True),
        ("Hyperparameters", True),
        ("hparams", True),
        ("config", True),
        ("params", True),
        ("model_config/text_summary", False),
        ("train/args/loss", False),
        ("0", False),
    ],
)
def test_the_tags_are_those_of_arguments(tag, is_taken):
    assert bool(re.search(TAGS, tag)) == is_taken
