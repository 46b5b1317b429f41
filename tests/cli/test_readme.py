"""What the README says exists, and what exists the README says."""

import re
from pathlib import Path

import pytest

from insight_lib.cli.main import COMMANDS
from insight_lib.dissection.rules import RULES

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def readme():
    return (PROJECT / "README.md").read_text()


def test_every_job_has_its_line(readme):
    jobs = {path.stem for path in (PROJECT / "jobs").glob("[!_]*.py")}
    assert set(re.findall(r"`jobs/(\w+)\.py`", readme)) == jobs


def test_every_rule_has_its_line(readme):
    stated = dict(re.findall(r"^\| `(\w+)` \| (info|warning|error) \|", readme, re.MULTILINE))
    assert stated == {rule.name: rule.severity for rule in RULES}


def test_every_command_that_is_shown_exists(readme):
    shown = set(re.findall(r"^\$ insight (\w+)", readme, re.MULTILINE))
    assert shown
    assert shown <= set(COMMANDS)


def test_every_make_target_that_is_shown_exists(readme):
    targets = set(re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make (demo|test|setup|bench)\b", readme)) <= targets


def test_every_file_that_is_linked_exists(readme):
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", readme):
        assert (PROJECT / target).exists(), target
