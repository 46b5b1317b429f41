"""The bench keeps what an entry took of the machine."""

import json
import subprocess
import sys
import time

import pytest

from insight_lib.errors import InputError
from tests.bench import __main__ as bench
from tests.bench.conditions import Watch, machine
from tests.bench.entry import at_most

BURN = "import time\nwhile time.process_time() < 0.5: pass"
HOLD = "import time; held = b'x' * 200_000_000; time.sleep(1.5)"


def started(script):
    return subprocess.Popen([sys.executable, "-c", script])


def test_processor_time_is_that_of_the_process_and_of_all_it_started():
    with Watch() as watch:
        began_s = time.process_time()
        while time.process_time() - began_s < 0.3:
            pass
        assert started(BURN).wait() == 0
    assert 0.75 <= watch.conditions.cpu_s < 5


def test_processor_time_of_what_still_runs_counts():
    with Watch() as watch:
        running = subprocess.Popen(
            [sys.executable, "-c", BURN + "\nprint(flush=True); time.sleep(60)"],
            stdout=subprocess.PIPE,
        )
        running.stdout.readline()
    running.kill()
    running.communicate()
    assert watch.conditions.cpu_s >= 0.45


def test_peak_memory_is_that_of_started_processes_together_above_what_was_held():
    own = b"x" * 100_000_000
    with Watch() as watch:
        both = [started(HOLD), started(HOLD)]
        assert [one.wait() for one in both] == [0, 0]
    assert len(own) == 100_000_000
    assert 400 <= watch.conditions.peak_mb < 600


def test_the_machine_is_named_with_cores_and_memory():
    assert machine().endswith(" GB")
    assert " cores, " in machine()


@pytest.fixture
def results(tmp_path, monkeypatch):
    """The file that a bench of one quick entry writes, with an entry of an older version."""
    path = tmp_path / "bench.json"
    monkeypatch.setattr(bench, "RESULTS", path)
    measured = {"older": None, "quick": lambda: at_most("quick", 1.0, "s", 2.0)}
    monkeypatch.setattr(bench, "BENCHMARKS", measured)
    older = {"name": "older", "value": 3.0, "unit": "s", "peer": None, "peer_value": None}
    path.write_text(json.dumps([older | {"ratio": None, "goal": 4.0, "holds": True}]))
    return path


def test_an_entry_whose_data_is_elsewhere_is_left_out_with_the_reason(results, monkeypatch, capsys):
    def elsewhere():
        raise InputError("no public runs here")

    monkeypatch.setitem(bench.BENCHMARKS, "quick", elsewhere)
    assert bench.main(["quick"]) == 0
    assert [entry["name"] for entry in json.loads(results.read_text())] == ["older"]
    assert "quick is left out: no public runs here" in capsys.readouterr().err


def test_an_entry_is_printed_and_kept_with_its_conditions(results, capsys):
    assert bench.main(["quick"]) == 0
    older, quick = json.loads(results.read_text())
    assert older["name"] == "older"
    assert quick["value"] == 1.0
    assert quick["cpu_s"] >= 0
    assert quick["peak_mb"] >= 0
    assert quick["load"] >= 0
    assert quick["machine"] == machine()
    printed = capsys.readouterr().out
    assert all(column in printed for column in ("cpu_s", "peak_mb", "load", "older", "quick"))
