"""Reading, training and serving do not force each other: each works without the rest."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from insight_lib.cli.main import COMMANDS, EXTRAS
from insight_lib.dealer.extras import DISTRIBUTION, MODULES

PROJECT = Path(__file__).parents[2]
OF_ALL_EXTRAS = {name for modules in MODULES.values() for name in modules}
# Where a package is imported under another name.
IMPORTED = {"scikit-learn": "sklearn", "delta-spark": "delta"}

SPARK = {"pyspark", "delta", "deltalake", "duckdb"}
TRAINING = {"tensorflow", "keras", "sklearn"}
PAGES = {"plotly", "jinja2", "tensorboard"}

WITHOUT = """
import sys
for name in {absent!r}:
    sys.modules[name] = None  # import then raises ModuleNotFoundError, as where it is absent
{program}
"""


def run_without(absent, program):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT.format(absent=sorted(absent), program=program)],
        capture_output=True,
        text=True,
        check=False,
    )


def command(*arguments):
    return f"from insight_lib.cli.main import main; sys.exit(main({[str(a) for a in arguments]!r}))"


def test_diagnose_needs_neither_spark_nor_tensorflow_nor_the_report(night):
    program = command("diagnose", night.zoo / "runs", "--fail-on", "never")
    done = run_without(SPARK | TRAINING | PAGES, program)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert re.search(r", runs: 13 \(.* healthy\), event files: 39, ", said)


def test_the_series_of_a_directory_need_no_lake_and_those_of_a_lake_name_the_extra(night):
    of_directory = run_without(SPARK | TRAINING | PAGES, command("series", night.zoo / "runs"))
    assert of_directory.stdout.splitlines()[-1].endswith(", runs: 13"), of_directory.stderr
    of_lake = run_without({"deltalake"}, command("series", "--lake", night.lake.root))
    assert "pip install 'insight-lib[sql]'" in of_lake.stderr


SCORING = """
import pathlib, tempfile
import pyarrow as pa
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake
from insight_lib.risk.models.storage import save_bundle
from insight_lib.risk.registry import default_model
from insight_lib.risk.stages.risk import refresh_risk
from tests.risk.handmade import bundle_of
folder = pathlib.Path(tempfile.mkdtemp(dir={place!r}))
default_model.FILE = folder / "default.npz"
save_bundle(bundle_of(loss_change=2.0), default_model.FILE)
lake = open_lake(folder / "lake", create=True)
row = {{"run_id": "a/b", "cutoff_step": 3, "features": {{"loss_change": 0.5}}}}
rows = pa.Table.from_pylist([row], schema=contract("run_features").schema)
lake.replace("run_features", "run_id", ["a/b"], rows, "test", 0)
state = refresh_risk(lake)
print(state.scored, lake.read("risk_scores")["probability"].to_pylist())
"""


def test_runs_are_scored_without_scikit_learn(tmp_path):
    done = run_without(TRAINING | {"scipy"}, SCORING.format(place=str(tmp_path)))
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"1 \[0\.7\d+\]\n", done.stdout)


def test_a_run_is_watched_without_scikit_learn_tensorflow_and_a_lake():
    done = run_without(SPARK | TRAINING | PAGES | {"scipy"}, command("watch", "--help"))
    assert done.returncode == 0, done.stderr


@pytest.mark.training
def test_the_tracer_needs_no_spark_and_no_report():
    program = "from insight_lib.tracer import TensorTracer; import insight_lib.dealer"
    done = run_without(SPARK | PAGES | {"sklearn", "numba"}, program)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["sql", "FROM runs"],
        ["runs"],
        ["runs", "diff", "runs/run-0000", "runs/run-0001"],
    ],
)
def test_queries_need_no_spark_session(night, arguments):
    done = run_without(
        {"pyspark", "delta", "numpy", "numba"} | TRAINING | PAGES,
        command(*arguments, "--lake", night.lake.root),
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("absent", "arguments", "extra"),
    [
        ("numba", ["diagnose", "."], "diagnose"),
        ("numba", ["watch", "."], "diagnose"),
        ("deltalake", ["watch", ".", "--lake", "."], "sql"),
        ("duckdb", ["sql", "--lake", ".", "SELECT 1"], "sql"),
        ("tensorflow", ["zoo", "--out", "zoo"], "zoo"),
        ("pyspark", ["nightly", ".", "--lake", "lake"], "spark"),
        ("plotly", ["nightly", ".", "--lake", "lake"], "report"),
        ("plotly", ["report", "--lake", "."], "report"),
        ("numba", ["compare", "--lake", ".", "a", "b"], "diagnose"),
        ("deltalake", ["label", "--lake", ".", "a", "failed"], "sql"),
    ],
)
def test_what_is_not_installed_is_named_with_the_extra_that_brings_it(absent, arguments, extra):
    done = run_without({absent}, command(*arguments))
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert f"pip install 'insight-lib[{extra}]'" in done.stderr


def modules_of(extras):
    return frozenset(module for extra in extras for module in MODULES[extra])


@pytest.mark.slow
@pytest.mark.parametrize(
    "brought", sorted({modules_of(one) for one in EXTRAS.values()}, key=sorted)
)
def test_commands_need_no_module_that_their_extras_do_not_bring(brought):
    names = [name for name, extras in EXTRAS.items() if modules_of(extras) == brought]
    program = "\n".join(f"import insight_lib.cli.{name}" for name in names)
    done = run_without(OF_ALL_EXTRAS - brought, program)
    assert done.returncode == 0, (names, done.stderr)


def test_without_any_extra_each_command_names_those_that_serve():
    program = f"""
from insight_lib.cli.main import main
for name in {list(COMMANDS)!r}:
    # What trains is imported last, so that its help is there without it.
    print(main([name, *(["--out", "zoo"] if name == "zoo" else ["--help"])]))
"""
    done = run_without(OF_ALL_EXTRAS, program)
    assert done.stdout.split() == ["2"] * len(COMMANDS), done.stderr
    for name, extras in EXTRAS.items():
        named = "all" if name == "demo" else ",".join(extras)
        [said] = [line for line in done.stderr.splitlines() if line.startswith(f"insight {name}: ")]
        assert said.endswith(f"run `pip install 'insight-lib[{named}]'`")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "extra"),
    [
        ("import insight_lib.tracer as t; t.TensorTracer", "trace"),
        ("import insight_lib.tracer as t; t.LoopTracer", "trace"),
        ("import insight_lib.dealer as d; d.record", "trace"),
        ("import insight_lib.zoo as z; z.run_zoo", "zoo"),
        ("import pyspark_tfevents", "spark"),
        ("import insight_lib; insight_lib.diagnose", "diagnose"),
        ("from insight_lib import open_lake", "sql"),
        ("from insight_lib import certified_roc_auc", "diagnose"),
        ("from insight_lib import TensorTracer", "trace"),
        ("from insight_lib import StopWhenDoomed", "trace,diagnose"),
    ],
)
def test_without_any_extra_a_public_name_says_which_one_brings_it(program, extra):
    done = run_without(OF_ALL_EXTRAS, program)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("insight_lib.errors.MissingExtraError: ")
    assert last.endswith(f"run `pip install 'insight-lib[{extra}]'`")


def test_the_modules_of_each_extra_are_those_of_the_project_file():
    stated = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = stated["optional-dependencies"]

    def modules(extra):
        found = set()
        for requirement in extras[extra]:
            name, inner = re.match(r"([\w-]+)(?:\[([\w,]+)\])?", requirement).groups()
            if name == stated["name"]:
                found |= set().union(*map(modules, inner.split(",")))
            else:
                found.add(IMPORTED.get(name, name))
        return found

    assert stated["name"] == DISTRIBUTION
    assert {extra: set(names) for extra, names in MODULES.items()} == {
        extra: modules(extra) for extra in MODULES
    }
    assert modules("all") == OF_ALL_EXTRAS


def test_a_clone_that_is_not_installed_is_named_by_its_path():
    program = f"""
from importlib import metadata
def absent(name): raise metadata.PackageNotFoundError(name)
metadata.distribution = absent
{command("sql", "--lake", ".", "SELECT 1")}
"""
    done = run_without({"duckdb"}, program)
    assert f"pip install '{PROJECT}[sql]'" in done.stderr


def test_no_text_names_the_distribution_of_somebody_else():
    theirs = re.compile(r"deepinsight\[|install '?deepinsight\b", re.IGNORECASE)
    places = ["insight_lib", "jobs", "requirements", "schemas", "tests"]
    texts = [
        *PROJECT.glob("*.*"),
        PROJECT / "Makefile",
        *(path for place in places for path in (PROJECT / place).rglob("*.*")),
    ]
    suffixes = {"", ".md", ".toml", ".py", ".txt", ".in", ".html", ".js"}
    naming = [
        str(path)
        for path in texts
        if path.is_file()
        and path.suffix in suffixes
        and path != Path(__file__)
        and theirs.search(path.read_text(encoding="utf-8"))
    ]
    assert naming == []
