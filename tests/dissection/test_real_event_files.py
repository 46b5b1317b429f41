"""The rules on event files by others, where nothing but scalars and histograms is to be had.

What is known of each run is the ``notes`` column of the corpus's manifest: runs noted as
``FAILED?`` were judged so from their curves by hand.
"""

import csv

import pytest

from insight_lib.dissection.diagnose import diagnose


@pytest.fixture(scope="module")
def diagnoses(tfevents_dir):
    folders = sorted(path for path in tfevents_dir.iterdir() if path.is_dir())
    return {folder.name: diagnose(folder) for folder in folders}


@pytest.fixture(scope="module")
def noted_as_failed(tfevents_dir):
    """Run directories (project, path) whose notes say that the run failed, and the notes."""
    with (tfevents_dir / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))
    return {
        f"{row['repo'].replace('/', '+')}/{row['path'].rpartition('/')[0]}": row["notes"]
        for row in rows
        if "FAILED?" in row["notes"]
    }


_NAMES = ("1-1-super", "1-2-super", "1-3", "2-3", "2-3-super", "3-2-super", "3-3", "4-1", "4-2")
FORGOTTEN = tuple(
    f"EamonTracey+maria/crc/outputs/{name}/board/PPO_1"
    for name in (*_NAMES, "4-1-super-restricted", "4-3")
)
"""Of one project: drawn, their returns break off to a constant or waver, with no entropy left."""


def findings_of(diagnoses):
    return [finding for diagnosis in diagnoses.values() for finding in diagnosis.findings]


def test_every_file_is_read_and_no_layer_summary_is_rejected(diagnoses):
    assert sum(diagnosis.files for diagnosis in diagnoses.values()) == 325
    assert sum(diagnosis.rejected for diagnosis in diagnoses.values()) == 0


def test_every_run_whose_loss_became_nan_is_found(diagnoses, noted_as_failed):
    became_nan = [run for run, notes in noted_as_failed.items() if "nan-loss" in notes]
    found = [f.run_id for f in findings_of(diagnoses) if f.rule == "non_finite_loss"]
    assert became_nan
    for run in became_nan:
        assert any(run.startswith(run_id) for run_id in found)


def test_every_run_that_stayed_at_chance_is_found(diagnoses, noted_as_failed):
    at_chance = [run for run, notes in noted_as_failed.items() if "flat-at-chance" in notes]
    found = [f.run_id for f in findings_of(diagnoses) if f.rule == "loss_not_decreasing"]
    assert len(at_chance) == 4
    assert set(at_chance) <= set(found)


def test_a_trainer_that_logs_a_step_again_when_it_evaluates_was_not_restarted(diagnoses):
    found = diagnoses["AguLeon+LoRA_RoBERTa_AGNews"].findings
    assert "repeated_steps" not in {finding.rule for finding in found}


def test_no_error_is_given_to_a_run_that_is_not_noted_or_seen_as_failed(diagnoses, noted_as_failed):
    for finding in findings_of(diagnoses):
        if finding.severity == "error" and finding.run_id not in FORGOTTEN:
            assert any(run.startswith(finding.run_id) for run in noted_as_failed), finding


def test_runs_whose_policy_was_forgotten_are_found(diagnoses):
    rules = {"return_collapsed", "return_below_start", "return_never_improved"}
    found = {f.run_id for f in findings_of(diagnoses) if f.rule in rules}
    assert set(FORGOTTEN) <= found
