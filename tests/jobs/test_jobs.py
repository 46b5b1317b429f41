import ast
import runpy
import sys
from pathlib import Path

import pytest

from insight_lib.lake.tables import open_lake

JOBS = sorted((Path(__file__).parents[2] / "jobs").glob("[!_]*.py"))


def test_a_job_runs_under_spark_submit_and_says_what_it_did(submit, night, tmp_path):
    lake = tmp_path / "lake"
    done = submit("local[2]", "ingest_summaries", night.zoo / "runs", "--lake", lake)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("39 of 39 files, ")
    assert open_lake(lake).read("scalars").num_rows == night.lake.read("scalars").num_rows


def test_a_job_names_what_is_wrong_in_one_line(submit, tmp_path):
    done = submit("local[1]", "ingest_summaries", tmp_path / "absent", "--lake", tmp_path / "lake")
    assert done.returncode == 2
    # spark-submit passes on what its program prints, both streams as one.
    assert done.stdout.startswith("ingest_summaries.py: the log root")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.stem)
def test_a_job_is_short_and_says_what_it_is_for(job):
    text = job.read_text()
    assert len(text.splitlines()) <= 60
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.stem)
def test_a_job_finds_all_that_it_imports_and_explains_itself(job, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", [str(job), "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(job), run_name="__main__")
    assert ended.value.code == 0
    assert "--lake DIR" in capsys.readouterr().out
