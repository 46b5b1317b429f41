"""``insight serve``: BI tools and notebooks read a lake, and change nothing."""

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pyspark
import pytest

from insight_lib.cli.main import main
from insight_lib.lake.java import java_home
from insight_lib.lake.sql import query

PROJECT = Path(__file__).parents[3]
# The packages of Spark Connect's client come with Airflow, and with no other part.
NOTEBOOK = PROJECT / "build" / "airflow" / "venv" / "bin" / "python"
CLIENT = Path(__file__).with_name("served_client.py")
SPARK_HOME = Path(pyspark.__file__).parent
ASKED = "SELECT run_id, total_bytes FROM disk_use ORDER BY run_id"
PROMPT = re.compile(r"0: jdbc:\S+> ")
STATEMENTS = (
    "DELETE FROM delta.`{table}`",
    "UPDATE delta.`{table}` SET run_id = 'x'",
    "INSERT INTO delta.`{table}` SELECT * FROM delta.`{table}`",
    "MERGE INTO delta.`{table}` AS a USING runs ON a.run_id = runs.run_id WHEN MATCHED THEN DELETE",
    "TRUNCATE TABLE delta.`{table}`",
    "DROP TABLE delta.`{table}`",
    "DROP VIEW runs",
    "CREATE OR REPLACE VIEW runs AS SELECT 1",
    "CREATE TABLE mine (a INT) USING delta",
    "ALTER TABLE delta.`{table}` ADD COLUMN a INT",
    "VACUUM delta.`{table}`",
    "OPTIMIZE delta.`{table}`",
    "RESTORE TABLE delta.`{table}` TO VERSION AS OF 0",
    "INSERT OVERWRITE DIRECTORY '{folder}' USING csv SELECT 1",
    "SET spark.sql.ansi.enabled = false",
    "ADD JAR '{folder}/a.jar'",
    "EXECUTE IMMEDIATE 'DROP VIEW runs'",
)
CALLS_JAVA = "SELECT reflect('java.lang.System', 'getProperty', 'user.home')"
REFUSED = "is refused: the lake is only read; use a SELECT"


@dataclass(frozen=True)
class Served:
    thrift: int
    connect: int
    table: Path
    folder: Path

    def statements(self):
        return [one.format(table=self.table, folder=self.folder) for one in STATEMENTS]

    def by_beeline(self, *statements):
        """The rows that beeline prints, and the first line of each error."""
        words = [word for one in statements for word in ("-e", one)]
        address = f"jdbc:hive2://127.0.0.1:{self.thrift}"
        shown = ("--outputformat=csv2", "--silent=true", "--force=true")
        done = subprocess.run(
            [SPARK_HOME / "bin" / "beeline", "-u", address, *shown, *words],
            env=os.environ | {"JAVA_HOME": str(java_home()), "SPARK_HOME": str(SPARK_HOME)},
            capture_output=True,
            text=True,
            check=False,
        )
        rows = csv.DictReader(PROMPT.sub("", done.stdout).splitlines())
        return list(rows), re.findall(r"^Error: .*", done.stderr, re.MULTILINE)

    def by_notebook(self, asked):
        """The rows of a query, and what was said to each attempt to change something."""
        address = f"sc://127.0.0.1:{self.connect}"
        words = [address, asked, str(self.table), str(self.folder), *self.statements(), CALLS_JAVA]
        without_proxy = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        done = subprocess.run(
            [NOTEBOOK, "-W", "ignore", CLIENT, *words],
            env=without_proxy,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def served(awkward, tmp_path_factory):
    probes = [socket.socket() for _ in range(2)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    words = ["--thrift-port", str(ports[0]), "--connect-port", str(ports[1])]
    program = [sys.executable, "-m", "insight_lib.cli.main", "serve", "--lake", awkward.root]
    with subprocess.Popen([*program, *words], stdout=subprocess.PIPE, text=True) as server:
        said = [server.stdout.readline() for _ in range(3)]
        assert said[2] == "Ctrl-C ends both\n", said
        yield Served(*ports, awkward.root / "runs", tmp_path_factory.mktemp("outside") / "new")
        server.send_signal(signal.SIGINT)
        assert server.wait() == 130


@pytest.fixture
def nothing_changes(awkward, served):
    def contents():
        return {path: path.stat().st_mtime_ns for path in awkward.root.rglob("*")}

    before = contents()
    yield
    assert contents() == before
    assert not served.folder.exists()


@pytest.mark.usefixtures("nothing_changes")
def test_beeline_reads_what_insight_sql_reads_and_changes_nothing(served, awkward):
    statements = served.statements()
    rows, errors = served.by_beeline(*statements, ASKED)
    expected = query(awkward, ASKED).to_pylist()
    assert rows == [{name: str(value) for name, value in row.items()} for row in expected]
    assert len(errors) == len(statements)
    assert all(REFUSED in error for error in errors)


@pytest.mark.usefixtures("nothing_changes")
def test_a_notebook_reads_what_insight_sql_reads_and_changes_nothing(served, awkward):
    rows, said = served.by_notebook(ASKED)
    assert rows == [list(row.values()) for row in query(awkward, ASKED).to_pylist()]
    others = {name: text for name, text in said.items() if REFUSED not in text}
    assert set(others) == {"function", CALLS_JAVA}
    assert "the-python-of-clients-is-not-run" in others["function"]
    assert "Cannot resolve routine `reflect`" in others[CALLS_JAVA]


def test_a_port_that_is_taken_is_named(nothing, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--lake", str(nothing.root), "--connect-port", str(port)]) == 2
    said = capsys.readouterr().err
    assert f"port {port} cannot be served (Address already in use); name another" in said
