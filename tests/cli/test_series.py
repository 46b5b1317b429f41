"""``insight series`` on a directory and on a lake."""

import json

import pytest

from insight_lib.cli.job import run_job
from insight_lib.cli.main import main
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.stage import Context
from insight_lib.pipeline.stages import stage_named
from insight_lib.series.settings_store import remembered_series
from tests.in_process import InProcess
from tests.series.writing import write_run

CONFIG = '[series]\n"*/mAP" = {role = "accuracy", unit = "per_cent"}\n"lost" = {role = "kl"}\n'


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    logs = tmp_path_factory.mktemp("series") / "logs"
    write_run(logs / "x" / "one", lr=[0.1, 0.1], val__mAP=[3.0, 40.0], loss=[1.0, 0.5])
    write_run(logs / "y" / "two", loss=[1.0, 0.5])
    return logs


@pytest.fixture(scope="module")
def lake(logs):
    lake = open_lake(logs.parent / "lake", create=True)
    for name in ("ingest_summaries", "classify_series"):
        stage_named(name).run(Context(lake, InProcess(), Inputs((logs,))))
    return lake


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "insight.toml"
    path.write_text(CONFIG)
    return path


def listed(capsys, *arguments):
    assert main(["series", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_lake_says_what_its_directory_says(logs, lake, capsys):
    of_lake = listed(capsys, "--lake", lake.root)
    assert of_lake == listed(capsys, logs)
    assert len(of_lake) == 4


def test_what_matters_most_comes_first_within_a_run(logs, capsys):
    found = listed(capsys, logs, "--run", "*/one")
    assert (found[0]["tag"], found[0]["direction"]) == ("loss", "lower")
    assert {row["run_id"] for row in found} == {"logs/x/one"}


def test_a_configuration_has_the_last_word_and_what_matches_nothing_is_said(logs, config, capsys):
    assert main(["series", str(logs), "--config", str(config)]) == 0
    said = capsys.readouterr()
    (line,) = [line for line in said.out.splitlines() if "val/mAP" in line]
    assert [cell.strip() for cell in line.strip("│").split("│")] == [
        "logs/x/one",
        "val/mAP",
        "accuracy",
        "validation",
        "fraction (written × 0.01)",
        "higher",
        "-",
        "100 %",
        "configuration",
    ]
    assert said.out.splitlines()[-1] == "series: 4, runs: 2"
    assert said.err == '  no series matches "lost" of [series]\n'


def test_a_diagnosis_goes_by_the_configuration(tmp_path, capsys):
    write_run(tmp_path / "run", zorp=[1.0, float("nan")])
    config = tmp_path / "insight.toml"
    config.write_text('[series]\nzorp = {role = "total_loss"}\n')
    diagnose = ["diagnose", str(tmp_path / "run"), "--fail-on", "never"]
    for more, says in [([], False), (["--config", str(config)], True)]:
        assert main([*diagnose, *more]) == 0
        assert ("non_finite_loss" in capsys.readouterr().out) is says


@pytest.mark.parametrize("command", [["series"], ["diagnose"]])
def test_a_configuration_that_does_not_fit_is_one_line(logs, tmp_path, capsys, command):
    config = tmp_path / "insight.toml"
    config.write_text('[series]\n"*/mAP" = {role = "map"}\n')
    assert main([*command, str(logs), "--config", str(config)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert 'insight.toml: series."*/mAP".role should be one of total_loss, ' in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "neither of LOG_DIR and --lake DIR is given; give one of them"),
        (["LOGS", "--lake", "LAKE"], "both of LOG_DIR and --lake DIR is given; give one of them"),
        (["--lake", "LAKE", "--config", "c"], "give --config FILE to `insight nightly` instead"),
        (["LOGS", "--run", "one"], "no run matches --run one; use *, and quote the pattern"),
        (["absent"], "absent"),
    ],
)
def test_what_cannot_be_answered_is_named(logs, lake, capsys, arguments, message):
    places = {"LOGS": str(logs), "LAKE": str(lake.root)}
    assert main(["series", *(places.get(one, one) for one in arguments)]) == 2
    assert message in capsys.readouterr().err


def test_a_lake_whose_series_were_not_looked_at_says_what_to_do(logs, tmp_path, capsys):
    lake = open_lake(tmp_path / "lake", create=True)
    stage_named("ingest_summaries").run(Context(lake, InProcess(), Inputs((logs,))))
    (lake.root / "series" / "_delta_log").rename(tmp_path / "gone")
    assert main(["series", "--lake", str(lake.root)]) == 0
    said = capsys.readouterr()
    assert said.out == "series: 0, runs: 0\n"
    assert f"run `insight nightly --lake {lake.root}`" in said.err


def test_a_job_that_ingests_remembers_what_its_configuration_says(logs, config, tmp_path):
    given = [str(logs), "--lake", str(tmp_path / "lake"), "--config", str(config)]
    assert run_job("ingest_predictions", given) == 0
    assert len(remembered_series(open_lake(tmp_path / "lake")).overrides) == 2
