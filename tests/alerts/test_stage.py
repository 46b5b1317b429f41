"""The stage over nights: what is told once, again, later, and after a kill."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pyarrow as pa
import pytest

from insight_lib.alerts.known_conditions import CONDITIONS
from insight_lib.alerts.settings.store import remember_alerts
from insight_lib.alerts.stage import GIVEN_UP_AFTER, READS, refresh_alerts
from insight_lib.dissection.findings.history import open_rows
from insight_lib.lake.contract import contract
from tests.alerts.servers import wait_until, web_server
from tests.cli.told_lake import NIGHTS
from tests.watched_lake import WatchedLake

NIGHT = [NIGHTS[2] + timedelta(days=day) for day in range(12)]
RULES = {"errors": {"when": "finding"}}


def no_wait(_):
    pass


@pytest.fixture
def configured(lake):
    def configured(url, rules=RULES, **receiver):
        hook = {"type": "webhook", "url": url} | receiver
        remember_alerts(lake, {"receivers": {"chat": hook}, "rules": rules})

    return configured


def night(lake, day):
    return refresh_alerts(lake, NIGHT[day], no_wait)


def statuses(lake):
    return sorted(lake.read("alerts", ["status"])["status"].to_pylist())


def change_finding(lake, number, **changed):
    rows = [
        row | (changed if row["rule"] == "dead_units" else {})
        for row in lake.read("findings").to_pylist()
    ]
    new = pa.Table.from_pylist(rows, schema=contract("findings").schema)
    lake.replace("findings", "run_id", {row["run_id"] for row in rows}, new, "test 2", number)


def test_nothing_is_sent_where_no_rule_is_set(lake):
    assert night(lake, 0).text == "no rule is set: see section [alerts]"


def test_what_stands_is_told_once(lake, hook, configured):
    configured(hook.url)
    assert night(lake, 0).text == "1 of 1 alerts sent"
    assert night(lake, 1).text == "nothing new"
    assert len(hook.posts) == 1
    assert statuses(lake) == ["sent"]


def test_what_came_again_or_became_graver_is_told_again(lake, hook, configured):
    configured(hook.url, {"all": {"when": "finding", "severity": "warning", "rules": ["dead_*"]}})
    change_finding(lake, 0, severity="warning")
    night(lake, 0)
    change_finding(lake, 1, severity="error")
    night(lake, 1)
    change_finding(lake, 2, resolved_at=NIGHT[2])
    night(lake, 2)
    assert len(open_rows(lake.read("findings"))) < lake.read("findings").num_rows
    change_finding(lake, 3, resolved_at=None)
    night(lake, 3)
    assert len(hook.posts) == 3
    assert len({headers["Idempotency-Key"] for headers, _ in hook.posts}) == 3


def test_a_night_sends_one_message_a_receiver(lake, hook, mail):
    mailed = {"type": "email", "host": "127.0.0.1", "port": mail.port, "security": "none"}
    mailed |= {"sender": "a@b.example", "recipients": ["c@d.example"]}
    rules = {
        "all": {"when": "finding", "severity": "warning"},
        "silent": {"when": "state", "receivers": ["mail"]},
    }
    chat = {"type": "webhook", "url": hook.url}
    remember_alerts(lake, {"receivers": {"chat": chat, "mail": mailed}, "rules": rules})
    assert night(lake, 0).text == "5 of 5 alerts sent"
    assert len(hook.posts) == len(mail.messages) == 1
    assert "2 errors, 1 warning in 2 runs" in mail.messages[0]["Subject"]


def test_what_is_not_delivered_waits_and_goes_out_under_the_same_id(lake, configured):
    with web_server(*[500] * 4) as server:
        configured(server.url)
        done = night(lake, 0)
        assert done.text == "0 of 1 alerts sent"
        assert done.remarks == ("chat: 127.0.0.1 answers 500; the next night tries again",)
        assert statuses(lake) == ["pending"]
        assert night(lake, 1).text == "1 of 1 alerts sent"
        assert len({headers["Idempotency-Key"] for headers, _ in server.posts}) == 1
    assert lake.read("alerts", ["attempts"])["attempts"].to_pylist() == [5]


def test_what_cannot_be_delivered_for_a_week_is_given_up_and_said(lake, configured):
    with web_server(*[404] * 9) as server:
        configured(server.url)
        night(lake, 0)
        done = night(lake, GIVEN_UP_AFTER.days)
        assert done.remarks == (
            "chat: 127.0.0.1 answers 404; given up after 7 days, 1 alerts were not told",
        )
        assert night(lake, 8).text == "nothing new"
    assert statuses(lake) == ["given up"]


def test_a_receiver_that_is_configured_no_more_is_told_nothing(lake, configured):
    with web_server(404) as server:
        configured(server.url)
        night(lake, 0)
    remember_alerts(lake, {})
    night(lake, 1)
    assert statuses(lake) == ["given up"]


def test_the_stage_reads_what_it_declares(lake, hook, configured):
    configured(hook.url, {name: {"when": name} for name in CONDITIONS})
    watched = WatchedLake(lake.root)
    night(watched, 0)
    assert {"findings", "quarantine"} < watched.was_read <= {*READS, "alerts"}


NIGHT_IN_A_PROCESS = """
import sys
from datetime import datetime
from insight_lib.alerts.stage import refresh_alerts
from insight_lib.lake.tables import open_lake
refresh_alerts(open_lake(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.slow
def test_a_message_whose_sender_was_killed_comes_once_under_one_id(lake, configured):
    with web_server(0) as server:  # it takes the message and does not answer
        configured(server.url)
        arguments = [sys.executable, "-c", NIGHT_IN_A_PROCESS, str(lake.root), NIGHT[0].isoformat()]
        process = subprocess.Popen(arguments)
        wait_until(lambda: server.posts)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert statuses(lake) == ["pending"]
        night(lake, 1)
        night(lake, 2)
        keys = [headers["Idempotency-Key"] for headers, _ in server.posts]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert statuses(lake) == ["sent"]
