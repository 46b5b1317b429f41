"""Predictions by the command line: patterns, configurations, what is said, what comes of it."""

import pytest
from sklearn.metrics import roc_auc_score

from insight_lib.cli.main import main
from insight_lib.lake.tables import open_lake

ROWS = [(1, 0.9, "de"), (0, 0.4, "fr"), (1, 0.3, "de"), (0, 0.1, "fr"), (0, 0.35, "de")]


@pytest.fixture
def write(tmp_path):
    def write(name, rows=ROWS, header="clicked,p,country"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [header, *(",".join(map(str, row)) for row in rows)]
        path.write_text("\n".join(lines))

    return write


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "insight.toml"
    path.write_text('[predictions.columns]\nlabel = "clicked"\nscore = "p"\n')
    return path


@pytest.fixture
def insight(capfd):
    """Run a command; its status and what it printed."""

    def insight(*arguments):
        status = main([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        return status, printed.out, printed.err

    return insight


@pytest.mark.spark
def test_runs_of_nothing_but_predictions_are_listed_evaluated_and_reported(
    insight, write, config, tmp_path
):
    folder = tmp_path / "lake"
    write("scores/exp/one/val-5.csv")
    pattern = f"{tmp_path}/scores/{{run}}/{{split}}-{{step}}.csv"
    first = ("nightly", "--predictions", pattern, "--config", config, "--lake", folder)
    assert insight(*first)[0] == 0
    write("scores/exp/two/val-5.csv")
    status, out, _ = insight("nightly", "--lake", folder)
    assert status == 0
    assert "1 new files, 5 rows" in out
    lake = open_lake(folder)
    runs = {row["run_id"]: row for row in lake.read("runs").to_pylist()}
    assert set(runs) == {"exp/one", "exp/two"}
    assert {(row["state"], row["log_root"]) for row in runs.values()} == {("scored", pattern)}
    truth = roc_auc_score([row[0] for row in ROWS], [row[1] for row in ROWS])
    found = [row for row in lake.read("evaluations").to_pylist() if row["slice"] == ""]
    assert [(row["run_id"], row["step"], row["split"], row["auc"]) for row in found] == [
        (run, 5, "val", pytest.approx(truth)) for run in ("exp/one", "exp/two")
    ]
    index = (folder / "_report" / "index.html").read_text()
    assert "exp/one" in index.replace("<wbr>", "")


@pytest.mark.spark
def test_rejected_rows_are_named_with_the_query_that_lists_them(insight, write, tmp_path):
    rows = [(1, "x")] * 12 + [(1, 0.5)] * 13 + [(0, "")]
    write("logs/a/predictions/p.csv", rows, "label,score")
    for label in range(2, 10):
        write(f"logs/b/predictions/{label}.csv", [(label, 0.5)], "label,score")
    write("logs/a/predictions/q.csv", [], "a,b")
    status, out, err = insight("ingest", tmp_path / "logs", "--lake", tmp_path / "lake")
    assert status == 0
    assert "10 new files, 26 rows, 0.0 MB, 13 rows quarantined, 9 files refused as a whole" in out
    lines = err.splitlines()
    named = [line for line in lines if "quarantined: " in line]
    assert len(named) == 10
    assert all("the whole file" in line for line in named[:9])
    assert (
        'logs/a/predictions/p.csv, row 0 and 11 more: score is "x", not a finite number' in named[9]
    )
    assert "and 1 more: insight sql --lake" in err
    assert "FROM quarantine WHERE batch IN (0)" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a LOG_ROOT or --predictions GLOB"),
        (["--predictions", "scores/*.csv"], "put {run} there"),
        (["--predictions", "scores/{run}/absent.csv"], "no file matches --predictions"),
        (["--predictions", "absent/{run}.csv"], "does not exist; name a folder"),
        (["--predictions", "scores/{run}/**/x.csv"], "may be 'a' or 'a/b'; put a fixed text"),
        (["logs", "--config", "absent.toml"], "absent.toml cannot be read"),
        (["logs", "--config", "wrong.toml"], "predictions.columns.lable is not known; fix"),
    ],
)
def test_what_cannot_be_used_is_named_in_a_line_and_makes_no_lake(
    insight, write, tmp_path, monkeypatch, arguments, said
):
    monkeypatch.chdir(tmp_path)
    write("logs/a/predictions/p.csv")
    write("scores/a/b/x.csv")
    (tmp_path / "wrong.toml").write_text('[predictions.columns]\nlable = "y"\n')
    status, _, err = insight("ingest", *arguments, "--lake", "lake")
    assert status == 2
    assert err.count("\n") == 1
    assert said in err
    assert not (tmp_path / "lake").exists()


@pytest.mark.spark
def test_a_pattern_without_files_is_only_reported_if_a_root_has_some(insight, write, tmp_path):
    write("logs/a/predictions/p.csv", header="label,score,country")
    pattern = f"{tmp_path}/logs/{{run}}/none.csv"
    lake = tmp_path / "lake"
    arguments = ("ingest", tmp_path / "logs", "--predictions", pattern, "--lake", lake)
    status, out, err = insight(*arguments)
    assert status == 0
    assert "no file matches --predictions" in err
    assert "1 new files, 5 rows" in out


@pytest.mark.parametrize("command", ["ingest", "nightly"])
def test_the_help_says_how_patterns_and_configurations_are_written(capsys, command):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for part in ("{run}", "{split}", "{step}", "**", ".jsonl", "[predictions.columns]", "slices"):
        assert part in said
