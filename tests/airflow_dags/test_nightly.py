"""The nightly DAG, really run: with a driver killed and tried again, and under a scheduler.

The lake is compared with the one that `insight nightly` makes of the same files.
"""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import psutil
import pytest

from insight_lib.lake.batch_log import pending_plan
from insight_lib.lake.tables import open_lake
from tests.derived_tables import DERIVED

# A wait ends as soon as it may; this is for the slowest of machines.
LONGEST_S = 1800
POLL_S = 0.05


def wait_until(condition, process, what):
    until_s = time.monotonic() + LONGEST_S
    while not condition():
        assert process.poll() is None, f"Airflow has ended before {what}"
        assert time.monotonic() < until_s, f"waited in vain for {what}"
        time.sleep(POLL_S)


def drivers(lake):
    """The processes of the job that writes to a lake: spark-submit's JVM and its Python."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if str(lake) in words and any(word.endswith("jobs/task.py") for word in words):
            found.append(process)
    return found


def asked(airflow, query):
    """The rows that Airflow's database answers with."""
    with closing(sqlite3.connect(f"file:{airflow.home}/airflow.db?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def undisturbed(logs, tmp_path_factory):
    """The lake that `insight nightly` makes of the same runs."""
    lake = tmp_path_factory.mktemp("undisturbed") / "lake"
    command = [sys.executable, "-m", "insight_lib.cli.main", "nightly", logs, "--lake", lake]
    subprocess.run(command, check=True, capture_output=True)
    return open_lake(lake)


def same(one, other, contents):
    found, wanted = contents(one), contents(other)
    assert wanted["scalars"]
    assert wanted["evaluations"]
    for name in DERIVED:
        assert found[name] == wanted[name], name


def test_a_night_whose_ingest_is_killed_is_tried_again_and_leaves_the_same_tables(
    airflow, undisturbed, contents
):
    place = airflow.home / "lake"
    with airflow.running("dags", "test", "deepinsight_nightly") as night:
        wait_until((place / "_plan-events.json").exists, night, "a batch was planned")
        killed = drivers(place)
        for driver in killed:
            driver.kill()
        assert killed
        assert pending_plan(open_lake(place), "events") is not None
        assert night.wait(LONGEST_S) == 0, airflow.output()
    same(open_lake(place), undisturbed, contents)
    assert (place / "_report" / "index.html").is_file()
    tries = dict(asked(airflow, "SELECT task_id, try_number FROM task_instance"))
    assert tries == {"ingest": 2, "evaluation": 1, "dissection": 1, "risk": 1, "report": 1}


def test_under_a_scheduler_a_night_triggers_who_follows_its_tables(airflow, undisturbed, contents):
    note = airflow.home / "follower-was-here"

    def are_known():
        known = {name for (name,) in asked(airflow, "SELECT dag_id FROM serialized_dag")}
        return known >= {"deepinsight_nightly", "follower"}

    def has_ended():
        of_night = "SELECT state FROM dag_run WHERE dag_id = 'deepinsight_nightly'"
        [(state,)] = asked(airflow, of_night)
        assert state != "failed", airflow.output()
        return state == "success"

    with airflow.running("standalone") as process:
        wait_until(lambda: airflow.is_up() and are_known(), process, "the DAGs were known")
        airflow.trigger("deepinsight_nightly")
        wait_until(has_ended, process, "the night had ended")
        wait_until(note.is_file, process, "the follower had run")
    assert note.read_text() == "deepinsight.findings None"
    same(open_lake(airflow.home / "lake"), undisturbed, contents)
