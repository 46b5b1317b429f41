"""What the tables hold of runs already: their evaluated keys, and the states of some of these."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.evaluation.evaluations.tables import states_of
from insight_lib.evaluation.grouping import KEY, GroupKey
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.score_kind import ScoreKind
from insight_lib.lake.scan import LiveFile, read_rows
from insight_lib.lake.tables import Lake

STATE_TABLES = ("score_histograms", "probability_sums")


@dataclass(frozen=True)
class StateFiles:
    """Where the states of some runs are: by table, its URI and the files that may hold them."""

    uris: Mapping[str, str]
    files: Mapping[str, tuple[LiveFile, ...]]

    def read(self, keys: Collection[GroupKey]) -> dict[GroupKey, EvaluationState]:
        """Return the states of these keys; no file is opened that can hold none of them."""
        if not keys:
            return {}
        tables = {name: self._read(name, keys) for name in STATE_TABLES}
        found = states_of(tables["score_histograms"], tables["probability_sums"])
        return {key: state for key, state in found.items() if key in keys}

    def _read(self, name: str, keys: Collection[GroupKey]) -> pa.Table:
        run_ids, steps = sorted({k.run_id for k in keys}), sorted({k.step for k in keys})
        wanted: dict[str, list[str] | list[int]] = {"run_id": run_ids, "step": steps}
        paths = [file.path for file in self.files[name] if file.may_hold(wanted)]
        where = ds.field("run_id").isin(run_ids) & ds.field("step").isin(steps)
        return read_rows(self.uris[name], name, paths, where=where)


def state_files(lake: Lake, run_ids: Iterable[str]) -> StateFiles:
    """Return where the states of these runs are."""
    runs = list(run_ids)
    return StateFiles(
        {name: lake.table_uri(name) for name in STATE_TABLES},
        {name: tuple(lake.files(name, runs)) for name in STATE_TABLES},
    )


def evaluated_keys(lake: Lake, run_ids: Iterable[str]) -> dict[GroupKey, ScoreKind]:
    """Return the run, step, split and slice of each evaluation of these runs, and their kind."""
    runs = list(run_ids)
    if not runs:
        return {}
    rows = lake.read("evaluations", (*KEY, "score_kind"), runs)
    keys = map(GroupKey, *(rows[name].to_pylist() for name in KEY))
    return dict(zip(keys, map(ScoreKind, rows["score_kind"].to_pylist()), strict=True))
