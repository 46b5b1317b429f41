"""What Airflow finds in the folder of DAGs."""

import http.server
import json
import subprocess
import threading
from pathlib import Path

import pytest

from tests.airflow_dags.conftest import START

STRUCTURE = json.loads((START.DAGS / "stages.json").read_text(encoding="utf-8"))
FAIL = """
from types import SimpleNamespace
from deepinsight_jobs import report_failure
task = SimpleNamespace(dag_id="nightly", task_id="ingest", run_id="manual__1", try_number=4)
report_failure({"task_instance": task, "exception": ValueError("a bad \\"log\\" root")})
"""


@pytest.fixture
def described(airflow, airflow_python):
    program = Path(__file__).with_name("describe_dags.py")
    done = subprocess.run(
        [airflow_python, program, START.DAGS],
        env=airflow.variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_every_dag_imports_and_is_documented_owned_retried_and_stopped(described):
    assert described["errors"] == {}
    assert sorted(described["dags"]) == ["deepinsight_nightly", "deepinsight_weekly"]
    for dag in described["dags"].values():
        assert dag["doc"]
        assert (dag["catchup"], dag["max_active_runs"]) == (False, 1)
        assert dag["tags"] == ["deepinsight"]
        assert "lake" in dag["params"]
        for task in dag["tasks"]:
            assert task["owner"] == "deepinsight"
            assert task["retries"] > 0
            assert task["backoff"] > 1
            assert 0 < task["longest_s"] <= 86_400
            assert task["tells_of_failure"]
    nightly = described["dags"]["deepinsight_nightly"]
    names = [task["name"] for task in STRUCTURE["tasks"]]
    assert [task["name"] for task in nightly["tasks"]] == names
    assert [task["upstream"] for task in nightly["tasks"]] == [[], *([name] for name in names[:-1])]
    wanted = [[f"deepinsight.{t}" for t in task["completes"]] for task in STRUCTURE["tasks"]]
    assert [task["outlets"] for task in nightly["tasks"]] == wanted


def test_a_failure_is_posted_to_the_webhook(airflow, airflow_python):
    posted = []

    class Chat(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Chat) as chat:
        threading.Thread(target=chat.handle_request).start()
        webhook = f"http://127.0.0.1:{chat.server_port}"
        variables = airflow.variables | {
            "DEEPINSIGHT_FAILURE_WEBHOOK": webhook,
            "PYTHONPATH": str(START.DAGS),
            "NO_PROXY": "127.0.0.1",
        }
        subprocess.run([airflow_python, "-c", FAIL], env=variables, check=True)
    [said] = posted
    assert 'failed after 4 tries: a bad "log" root. What was committed is kept' in said["text"]
