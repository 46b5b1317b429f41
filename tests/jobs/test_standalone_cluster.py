"""The pipeline on a real standalone cluster: one master, two workers, on loopback."""

import socket
import subprocess
import time
from pathlib import Path

import pytest

import insight_lib.cli.main
from insight_lib.lake.jars import pyspark_home
from insight_lib.lake.tables import open_lake
from tests.derived_tables import DERIVED

COMMAND_LINE = Path(insight_lib.cli.main.__file__)
WORKERS = 2
# A wait ends as soon as it may; this is for the slowest of machines.
LONGEST_S = 300


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def registered_workers(log):
    return log.read_text().count("Registering worker")


@pytest.fixture(scope="module")
def master(spark_environment, tmp_path_factory):
    """The URL of a master whose two workers have registered."""
    folder = tmp_path_factory.mktemp("cluster")
    log = folder / "master.log"
    port = free_port()
    url = f"spark://127.0.0.1:{port}"
    common = ["--host", "127.0.0.1", "--webui-port", "0"]
    size = ["--cores", "1", "--memory", "1g", "--work-dir", folder / "work"]
    commands = [["master.Master", *common, "--port", str(port)]]
    commands += [["worker.Worker", *common, *size, url]] * WORKERS
    processes = []
    with log.open("w") as output:
        for name, *arguments in commands:
            spark_class = [pyspark_home() / "bin/spark-class", f"org.apache.spark.deploy.{name}"]
            processes.append(
                subprocess.Popen(
                    [*spark_class, *arguments],
                    env=spark_environment,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )
        deadline = time.monotonic() + LONGEST_S
        while registered_workers(log) < WORKERS and time.monotonic() < deadline:
            time.sleep(0.1)
        try:
            assert registered_workers(log) == WORKERS, log.read_text()
            yield url
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait()


def test_the_pipeline_on_a_cluster_gives_the_tables_that_one_machine_gives(
    master, submit, night, tmp_path, contents
):
    lake = tmp_path / "lake"
    done = submit(master, COMMAND_LINE, "nightly", night.zoo / "runs", "--lake", lake)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (lake / "_report" / "index.html").exists()
    on_cluster, on_one_machine = contents(open_lake(lake)), contents(night.lake)
    for name in DERIVED:
        assert on_cluster[name] == on_one_machine[name], name
