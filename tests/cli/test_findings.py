"""What `insight findings` lists, and what `insight mute` hides from it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from insight_lib.cli.main import main
from tests.cli.told_lake import NIGHTS, told_lake

A, B, C = "logs/digits/a", "logs/digits/b", "logs/other/c"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def lake(tmp_path):
    return told_lake(tmp_path / "lake")


@pytest.fixture
def insight(lake, capsys):
    """insight(command, ...): run it on the lake; return its status and what it printed."""

    def insight(command, *arguments):
        status = main([command, "--lake", str(lake.root), *map(str, arguments)])
        said = capsys.readouterr()
        return status, said.out + said.err

    return insight


@pytest.fixture
def listed(insight):
    """listed(...): run and rule of each finding that is listed."""

    def listed(*arguments):
        status, said = insight("findings", "--format", "json", *arguments)
        assert status == 0
        return [(row["run_id"], row["rule"]) for row in json.loads(said)["findings"]]

    return listed


def test_what_stands_is_listed_the_worst_first_and_causes_before_what_follows(listed):
    expected = [(A, "dead_units"), (A, "stuck_at_chance"), (B, "plateau"), (B, "few_examples")]
    assert listed() == listed("--open") == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--new"], [(B, "plateau")]),
        (["--resolved"], [(C, "overfitting")]),
        (["--since", "2026-03-03"], [(B, "plateau")]),
        (["--since", "2026-03-04"], []),
        (["--resolved", "--since", "2026-03-03"], [(C, "overfitting")]),
        (["--resolved", "--since", "2026-03-04"], []),
        (["--run", A], [(A, "dead_units"), (A, "stuck_at_chance")]),
        (["--run", "logs/digits/*", "--rule", "plateau"], [(B, "plateau")]),
        (["--rule", "loss_diverged"], []),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_only_what_is_asked_for_is_listed(listed, arguments, expected):
    assert listed(*arguments) == expected


def test_the_table_says_since_when_and_how_often(insight):
    _, said = insight("findings")
    cells = [[cell.strip() for cell in line.split("│")] for line in said.splitlines()]
    [found] = [row for row in cells if "plateau" in row]
    assert found[1:-1] == [
        *("warning", B, "plateau", "-"),
        *("The loss stands still", "2026-03-03, new, opened 3 times"),
    ]
    assert any(row[-2] == "earlier" for row in cells if "few_examples" in row)
    assert "follows: dead_units" in said
    assert "findings: 4 open, runs: 2; last night with news: 2026-03-03 02:00 UTC" in said
    _, said = insight("findings", "--resolved")
    assert "2026-03-01 to 2026-03-03" in said


def test_json_has_every_column_with_evidence_as_an_object(insight):
    _, said = insight("findings", "--run", B, "--format", "json")
    told = json.loads(said)
    assert datetime.fromisoformat(told["night"]) == NIGHTS[2]
    assert [row["is_new"] for row in told["findings"]] == [True, False]
    assert told["findings"][0]["evidence"] == {"share": 1.0}
    assert told["findings"][1]["opened_at"] is None


def test_muted_findings_are_counted_and_not_shown(insight, listed):
    status, said = insight("mute", A, "dead_units", "--until", TODAY, "--reason", "known")
    tomorrow = TODAY + timedelta(days=1)
    assert (status, said) == (
        0,
        f"dead_units on {A} is muted until {tomorrow} 00:00 UTC: 1 finding now\n",
    )
    assert listed("--run", A) == [(A, "stuck_at_chance")]
    _, said = insight("findings")
    assert "findings: 3 open, runs: 2; 1 muted; " in said
    assert json.loads(insight("findings", "--format", "json")[1])["muted"] == 1
    assert insight("unmute", A, "dead_units") == (0, f"dead_units on {A} is shown again\n")
    assert listed("--run", A) == [(A, "dead_units"), (A, "stuck_at_chance")]


def test_a_later_mute_takes_the_place_of_the_one_before(lake, insight):
    for until, reason in ((TODAY, "first"), (TODAY + timedelta(days=9), "second")):
        insight("mute", A, "dead_units", "--until", until, "--reason", reason)
    insight("mute", B, "dead_units", "--until", TODAY, "--reason", "another run")
    rows = {row["run_id"]: row for row in lake.read("mutes").to_pylist()}
    assert {run: row["reason"] for run, row in rows.items()} == {A: "second", B: "another run"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["findings", "--run", "logs/none"],
            "no run matches --run logs/none; `insight runs` lists",
        ),
        (["findings", "--rule", "plateu"], "there is no rule plateu; the nearest are plateau"),
        (
            ["mute", A, "dead", "--until", TODAY, "--reason", "x"],
            "there is no rule dead; `insight rules`",
        ),
        (["mute", "digits/a", "plateau", "--until", TODAY, "--reason", "x"], f"did you mean {A}?"),
        (["mute", A, "plateau", "--until", "2026-03-01", "--reason", "x"], "2026-03-01 is over; "),
        (["mute", A, "plateau", "--until", TODAY, "--reason", " "], "the reason is empty; say"),
        (["unmute", A, "plateau"], f"plateau is not muted on {A}; muted on this run is nothing"),
        (["note", A], "there is nothing to note; give --owner, --text or both"),
        (["note", "--owner", "x"], "neither of RUN and --experiment is given; give one of them"),
        (["note", A, "--experiment", "digits", "--owner", "x"], "both of RUN and --experiment"),
        (["note", "--experiment", "digit", "--owner", "x"], "did you mean digits?"),
        (["note", "logs/none", "--owner", "x"], "the lake has no run logs/none; "),
    ],
    ids=lambda value: None if isinstance(value, str) else value[0],
)
def test_what_cannot_be_done_is_one_line_with_the_remedy(lake, insight, arguments, said):
    status, message = insight(*arguments)
    assert status == 2
    assert said in message
    assert message.count("\n") == 1
    assert lake.read("mutes").num_rows == lake.read("notes").num_rows == 0


def test_a_day_that_is_none_is_refused(insight, capsys):
    with pytest.raises(SystemExit):
        insight("findings", "--since", "yesterday")
    assert "yesterday is no day such as 2026-08-31" in capsys.readouterr().err


def test_a_note_on_an_experiment_holds_for_its_runs_and_one_on_a_run_goes_first(insight):
    said = insight("note", "--experiment", "digits", "--owner", "anna")
    assert said == (0, "experiment digits: owner anna\n")
    assert insight("note", A, "--text", "a try") == (0, f"{A}: note: a try\n")
    assert insight("note", A, "--owner", "ben") == (0, f"{A}: owner ben, note: a try\n")
    owners = {row["run_id"]: row["owner"] for row in json.loads(insight("runs", "--json")[1])}
    assert owners == {A: "ben", B: "anna", C: None}
    assert insight("note", A, "--owner", "", "--text", "") == (0, f"{A}: nothing is noted\n")
    owners = {row["run_id"]: row["owner"] for row in json.loads(insight("runs", "--json")[1])}
    assert owners[A] == "anna"


def test_the_list_of_runs_counts_what_stands(insight):
    rows = json.loads(insight("runs", "--json")[1])
    counts = {row["run_id"]: (row["errors"], row["warnings"]) for row in rows}
    assert counts == {A: (2, 0), B: (0, 1), C: (0, 0)}
