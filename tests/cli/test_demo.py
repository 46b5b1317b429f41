import shutil

import pytest

from insight_lib.cli.main import main


@pytest.mark.spark
def test_the_demo_shows_injected_and_found_faults_side_by_side(zoo, tmp_path, capsys):
    shutil.copytree(zoo, tmp_path / "zoo")
    assert main(["demo", "--lake", str(tmp_path / "lake")]) == 0
    printed = capsys.readouterr().out
    rows = [line.split("│")[1:-1] for line in printed.splitlines() if line.startswith("│runs/run-")]
    injected = {run.strip(): (fault.strip(), found.strip()) for run, _, fault, found, *_ in rows}
    assert len(injected) == 13
    assert all(found == "-" for fault, found in injected.values() if fault == "healthy")
    assert all(found != "-" for fault, found in injected.values() if fault != "healthy")
    assert "less than a minute on two cores, and 40 MB of disk" in printed.splitlines()[0]
    for said in (
        "is already trained",
        "The first night",
        "runs: 13 (",
        "Before anybody has labelled a run, by the model that ships:",
        "Risk of failure",
        "ROC AUC",
        "Calibration slope",
    ):
        assert said in printed
    assert printed.splitlines()[-1] == f"report: {tmp_path / 'report' / 'index.html'}"
    assert (tmp_path / "report" / "index.html").exists()


def test_a_folder_that_is_no_zoo_is_not_touched(tmp_path, capsys):
    (tmp_path / "zoo").mkdir()
    (tmp_path / "zoo" / "elephant").touch()
    assert main(["demo", "--lake", str(tmp_path / "lake")]) == 2
    assert "choose another folder with --lake" in capsys.readouterr().err
    assert (tmp_path / "zoo" / "elephant").exists()
