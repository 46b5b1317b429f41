"""The built wheel, which is also what `spark-submit --py-files` ships to a cluster."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from insight_lib.lake.contract import table_names
from insight_lib.lake.sql.view import view_names

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


def test_contracts_views_templates_and_assets_travel_in_the_wheel(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert {f"insight_lib/schemas/{name}.toml" for name in table_names()} <= packed
    assert {f"insight_lib/schemas/views/{name}.sql" for name in view_names()} <= packed
    own = {p.relative_to(PROJECT).as_posix() for p in (PROJECT / "insight_lib").rglob("*")}
    wanted = {p for p in own if p.endswith((".py", ".html", ".css", ".java", ".js", ".properties"))}
    assert wanted <= packed
    assert len(wanted) > 100


def test_contracts_and_views_are_read_from_inside_the_zip(wheel, tmp_path):
    program = (
        f"import sys; sys.path.insert(0, {str(wheel)!r})\n"
        "import insight_lib.lake.contract as c\n"
        "assert '.whl' in c.__file__, c.__file__\n"
        "from insight_lib.lake.sql.view import view\n"
        "print(len(c.table_names()), c.contract('scalars').key, view('main_auc').name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{len(table_names())} ('run_id', 'stream', 'tag', 'step') main_auc\n"
