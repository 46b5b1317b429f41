"""What is known of runs by the event files that they have written so far: no lake, no Spark."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from insight_lib.dissection.dissect import dissect_and_judge
from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.severity import SEVERITIES
from insight_lib.dissection.logged_runs import LoggedRuns, read_runs, recorded_configs
from insight_lib.dissection.reading import LogFolder, find_event_files, groups_of_runs
from insight_lib.dissection.rules import RULES
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.run.view import RunView
from insight_lib.dissection.verdict import Verdict
from insight_lib.lake.contract import contract
from insight_lib.risk.expected_kind import ExpectedKind, expected_kinds, unless_diverged
from insight_lib.risk.landmarks import landmarks
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.models.matrix import feature_matrix, layers_by_feature
from insight_lib.risk.models.reasons import Reason
from insight_lib.risk.outcomes.judge import outcome_of
from insight_lib.risk.stages.feature_rows import feature_row
from insight_lib.series.override import Override


@dataclass(frozen=True)
class Sight:
    """A run as it is now.

    Attributes:
        run_id: the run.
        step: the last that it wrote; None of a run without a step.
        share: of its planned length; None where that is not known.
        probability: that it fails; None where nothing is known of it yet.
        flagged: whether that is above the threshold of few false alarms.
        abstains: whether the run is outside of what the model knows.
        reasons: what moved the probability most, the strongest first.
        expected_kind: which way it fails if it does.
        verdict: of the rules.
        findings: of the rules, causes first.
        finished: whether the run said that it came to its end.
    """

    run_id: str
    step: int | None
    share: float | None
    probability: float | None
    flagged: bool
    abstains: bool
    reasons: tuple[Reason, ...]
    expected_kind: ExpectedKind
    verdict: Verdict
    findings: tuple[Finding, ...]
    finished: bool

    @property
    def gravest(self) -> tuple[Finding, ...]:
        """The findings that are no notes, errors before warnings, else causes first."""
        told = [one for one in self.findings if one.severity != "info"]
        return tuple(sorted(told, key=lambda one: -SEVERITIES.index(one.severity)))


def look(
    log_dir: str | os.PathLike[str],
    bundle: RiskBundle,
    rules: Sequence[Rule[Any]] = RULES,
    overrides: Sequence[Override] = (),
) -> tuple[Sight, ...]:
    """Return what is known now of the run, or the runs, below a directory, by rising run_id.

    Args:
        log_dir: the directory of one run, or a folder of runs.
        bundle: the model that says how likely each is to fail.
        rules: the catalogue, or what a configuration made of it.
        overrides: what a configuration says of series.

    Raises:
        InputError: it is not a folder, no event file is found in it, or the model's features are
            not those that are computed.
        EventFileError: an event file cannot be read.
    """
    folder = find_event_files(log_dir)
    return tuple(
        one for group in _groups(folder, overrides) for one in _sights(group, bundle, rules)
    )


def _groups(folder: LogFolder, overrides: Sequence[Override]) -> list[LoggedRuns]:
    configs = recorded_configs(folder)
    return [read_runs(files, configs, overrides) for files in groups_of_runs(folder.files)]


def _sights(runs: LoggedRuns, bundle: RiskBundle, rules: Sequence[Rule[Any]]) -> list[Sight]:
    views = {view.run_id: view for view in runs.views}
    findings, verdicts = dissect_and_judge(views.values(), runs.run_ids, rules)
    sights = []
    for judged in verdicts:
        sight = Sight(
            run_id=judged.run_id,
            step=None,
            share=None,
            probability=None,
            flagged=False,
            abstains=False,
            reasons=(),
            expected_kind=ExpectedKind(),
            verdict=judged.verdict,
            findings=tuple(one for one in findings if one.run_id == judged.run_id),
            finished=judged.run_id in runs.finished,
        )
        view = views.get(judged.run_id)
        sights.append(sight if view is None else _scored(sight, view, bundle))
    return sights


def _scored(sight: Sight, run: RunView, bundle: RiskBundle) -> Sight:
    """Return the sight with what the model says of the run as it is now."""
    passed = landmarks(run)
    if not passed:
        return sight
    row = feature_row(run, passed[-1])
    share = row["share"]
    sight = replace(sight, step=passed[-1].step, share=share)
    if not row["features"]:
        return sight
    rows = pa.Table.from_pylist([row], schema=contract("run_features").schema)
    seen = np.array([np.nan if share is None else share])
    matrix = feature_matrix(rows, bundle.feature_names)
    scores = bundle.score(matrix, seen, layers=layers_by_feature(rows))
    outcome, [expected] = outcome_of(run), expected_kinds(scores)
    kind = unless_diverged(expected, outcome.kind, outcome.failed_at, passed[-1].step)
    return replace(
        sight,
        probability=float(scores.probability[0]),
        flagged=bool(scores.flagged[0]),
        abstains=bool(scores.abstains[0]),
        reasons=scores.reasons[0],
        expected_kind=kind,
    )
