"""Reading, training and serving do not force each other: each works without the rest."""

import subprocess
import sys

import pytest

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
    assert ", runs: 13, event files: 39, " in done.stdout


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


@pytest.mark.parametrize(
    ("absent", "arguments", "extra"),
    [
        ("numba", ["diagnose", "."], "diagnose"),
        ("duckdb", ["sql", "--lake", ".", "SELECT 1"], "sql"),
        ("tensorflow", ["zoo", "--out", "zoo"], "zoo"),
        ("pyspark", ["nightly", ".", "--lake", "lake"], "spark"),
        ("plotly", ["report", "--lake", "."], "all"),
    ],
)
def test_what_is_not_installed_is_named_with_the_extra_that_brings_it(absent, arguments, extra):
    done = run_without({absent}, command(*arguments))
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert f"pip install 'deepinsight[{extra}]'" in done.stderr
