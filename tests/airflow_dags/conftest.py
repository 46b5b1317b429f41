"""Airflow as `make airflow` starts it, with a home of its own, and two small trainings."""

import json
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.events.writing import write_scalars
from tests.module_at import module_at

PROJECT = Path(__file__).parents[2]
START = module_at(PROJECT / "requirements" / "start_airflow.py")
FOLLOWER = Path(__file__).with_name("follower")
# Tests do not wait five minutes before an attempt is repeated.
RETRY_DELAY_S = 1
LONGEST_FAREWELL_S = 20
PASSWORDS = "simple_auth_manager_passwords.json.generated"
WITHOUT_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def end(process):
    """Interrupt a process, and kill what is left of it and of what it started."""
    if process.poll() is not None:
        return
    family = [*process.children(recursive=True), process]
    process.send_signal(signal.SIGINT)
    _, left = psutil.wait_procs(family, timeout=LONGEST_FAREWELL_S)
    for one in left:
        with suppress(psutil.NoSuchProcess):
            one.kill()


@dataclass(frozen=True)
class Airflow:
    """An Airflow with a database of its own.

    Attributes:
        home: The folder of its database.
        variables: The environment in which its programs run.
    """

    home: Path
    variables: dict[str, str]

    @contextmanager
    def running(self, *command):
        """``airflow COMMAND`` while the block runs, both its streams into ``<home>/output``.

        It is ended with all that it started, if it has not ended by itself.
        """
        with (self.home / "output").open("ab") as output:
            process = psutil.Popen(
                [START.AIRFLOW_BIN / "airflow", *command],
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
        finally:
            end(process)

    def run(self, *command):
        """Run ``airflow COMMAND`` to its end; a failure shows what it printed."""
        with self.running(*command) as process:
            assert process.wait() == 0, self.output()

    def is_up(self):
        """Whether its pages and its programming interface answer."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def trigger(self, dag):
        """Start a run of a DAG, as the button of its page does."""
        passwords = json.loads((self.home / PASSWORDS).read_text())
        login = {"username": "admin", "password": passwords["admin"]}
        token = self._post("auth/token", login)["access_token"]
        self._post(f"api/v2/dags/{dag}/dagRuns", {"logical_date": None}, token)

    @property
    def port(self):
        return int(self.variables["AIRFLOW__API__PORT"])

    def _post(self, path, body, token=""):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{self.port}/{path}"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with WITHOUT_PROXY.open(request) as answer:
            return json.load(answer)

    def output(self):
        """The end of what its programs have printed."""
        return (self.home / "output").read_text(errors="replace")[-20_000:]


def settings(home, lake, log_roots):
    """The environment of `make airflow`, less its waiting times and its ports."""
    api, logs, trigger_logs, health = free_ports(4)
    bundles = [
        {
            "name": name,
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {"path": str(path)},
        }
        for name, path in (("deepinsight", START.DAGS), ("followers", FOLLOWER))
    ]
    return START.environment(home, api, lake, log_roots) | {
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": str(RETRY_DELAY_S),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(logs),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(trigger_logs),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health),
        # As in a terminal that describes nothing.
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """The home of an Airflow that has a database and has run nothing."""
    if not START.AIRFLOW_BIN.is_dir():
        pytest.fail("Airflow is not installed; run `make test-services`")
    home = tmp_path_factory.mktemp("migrated")
    Airflow(home, settings(home, home / "lake", [])).run("db", "migrate")
    return home


@pytest.fixture
def airflow(migrated, logs, tmp_path):
    """An Airflow whose runs read `logs` and write to ``<home>/lake`` where they are not told."""
    home = tmp_path / "airflow"
    shutil.copytree(migrated, home)
    for made_for_another_home in ("airflow.cfg", "output", "logs"):
        path = home / made_for_another_home
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return Airflow(home, settings(home, home / "lake", [str(logs)]))


@pytest.fixture(scope="session")
def logs(tmp_path_factory):
    """A log root of two small runs, one of them with predictions."""
    root = tmp_path_factory.mktemp("trainings") / "logs"
    for name in ("one", "two"):
        write_scalars(root / name / "events.out.tfevents.1.host", range(1, 60))
    chance = np.random.default_rng(1)
    label = chance.integers(0, 2, 200)
    scored = pa.table({"label": label, "score": label + chance.normal(size=200)})
    predictions = root / "one" / "predictions" / "validation.parquet"
    predictions.parent.mkdir()
    pq.write_table(scored, predictions)
    return root


@pytest.fixture(scope="session")
def airflow_python():
    """The Python of Airflow's environment."""
    return os.fspath(START.AIRFLOW_BIN / "python")
