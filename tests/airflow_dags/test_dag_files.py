"""What can be said of the DAG files without Airflow."""

import ast
import json
import sys
from pathlib import Path

import pytest

from insight_lib.pipeline.tasks import STAGES_FILE, stages_file_text

PROJECT = Path(__file__).parents[2]
DAGS = sorted((PROJECT / "airflow_dags").glob("*.py"))
STRUCTURE = json.loads((PROJECT / STAGES_FILE).read_text(encoding="utf-8"))


def test_the_file_of_stages_is_as_make_docs_writes_it():
    assert (PROJECT / STAGES_FILE).read_text(encoding="utf-8") == stages_file_text(), "`make docs`"


def test_the_file_of_stages_names_a_job_that_exists():
    assert (PROJECT / STRUCTURE["job"]).is_file()


@pytest.mark.parametrize("file", DAGS, ids=lambda file: file.stem)
def test_a_dag_file_imports_airflow_and_the_standard_library_alone(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module.partition(".")[0])
    others = {path.stem for path in DAGS} - {file.stem}
    assert "airflow" in imported
    assert imported <= {"airflow", *others, *sys.stdlib_module_names}
