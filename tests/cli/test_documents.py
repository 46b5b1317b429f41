"""What the documents say exists, and what exists the documents say."""

import re
from pathlib import Path

import pytest

from insight_lib.cli.main import COMMANDS
from insight_lib.dissection.rules import RULES

PROJECT = Path(__file__).parents[2]
DOCUMENTS = sorted([PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *PROJECT.glob("docs/*.md")])
# What CONTRIBUTING adds as examples.
OF_A_RECIPE = re.compile("no_validation|gini|series_lengths|rows_by_split")
every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def text(name):
    return (PROJECT / name).read_text(encoding="utf-8")


def anchors_of(page):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_job_has_its_line():
    jobs = {path.stem for path in (PROJECT / "jobs").glob("[!_]*.py")}
    assert set(re.findall(r"`jobs/(\w+)\.py`", text("docs/architecture.md"))) == jobs


def test_every_rule_has_its_recall_and_precision():
    rows = re.findall(
        r"^\| \[`(\w+)`\]\(rules\.md#\1\) \| (?:\d+ of \d+|–) \| (?:\d+ of \d+|–) \|$",
        text("docs/benchmarks.md"),
        re.MULTILINE,
    )
    assert sorted(rows) == sorted(rule.name for rule in RULES)


def test_the_readme_says_how_many_rules_there_are():
    assert f"`insight rules` lists the {len(RULES)} rules" in text("README.md")


def test_every_benchmark_has_its_line():
    stated = re.findall(r"^\| `(\w+)` \|", text("docs/benchmarks.md"), re.MULTILINE)
    # Read, not imported: the benchmarks load Spark and TensorFlow.
    listed = re.findall(r'^    "(\w+)": \1,$', text("tests/bench/__main__.py"), re.MULTILINE)
    assert listed
    assert sorted(stated) == sorted(listed)


def test_every_package_has_its_line():
    packages = {path.parent.name for path in (PROJECT / "insight_lib").glob("*/__init__.py")}
    named = re.findall(r"^\| `(\w+)[`.]", text("docs/architecture.md"), re.MULTILINE)
    assert packages <= set(named) | {"jobs", "cli"}


def test_the_readme_is_short():
    assert len(text("README.md").splitlines()) <= 130


@every_document
def test_every_command_that_is_shown_exists(path):
    shown = re.findall(r"^\$ insight (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(shown) <= set(COMMANDS)


def test_every_command_is_shown_or_named_in_some_document():
    named = {
        word
        for path in DOCUMENTS
        for word in re.findall(r"(?:`|\$ )insight (\w+)", path.read_text(encoding="utf-8"))
    }
    served_by_make = {"demo"}
    assert set(COMMANDS) - served_by_make <= named


@every_document
def test_every_make_target_that_is_shown_exists(path):
    targets = set(re.findall(r"^([\w-]+):", text("Makefile"), re.MULTILINE))
    page = path.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:`|\$ )make ([\w-]+)", page)) <= targets


@every_document
def test_every_place_that_is_linked_exists(path):
    page = path.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\((?!http)([^)#]*)(?:#([^)]+))?\)", page):
        linked = path.parent / target if target else path
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors_of(linked.read_text(encoding="utf-8")), f"{target}#{anchor}"


@every_document
def test_every_path_of_the_project_that_is_named_exists(path):
    page = path.read_text(encoding="utf-8")
    for named in re.findall(r"`((?:insight_lib|tests|schemas|docs|examples)/[\w./]+)`", page):
        assert OF_A_RECIPE.search(named) or (PROJECT / named).exists(), named
