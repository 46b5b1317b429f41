"""The run that a text in a path means, among the runs of the log roots."""

from collections.abc import Iterable, Sequence

import pyarrow.dataset as ds

from insight_lib.errors import InputError
from insight_lib.files.location import Root, as_root, root_name
from insight_lib.files.log_root import is_pattern
from insight_lib.lake.replaced_files import REPLACED
from insight_lib.lake.tables import Lake


class RunNames:
    """Runs are called ``<log root's name>/<directory>``; paths elsewhere often leave out the root.

    A text that is a run's whole name means that run, one that is the rest of it the run of that
    log root. Where there is no such run yet, the text belongs below the log root if there is
    just one, and otherwise stands for itself.
    """

    def __init__(self, known: Iterable[str], roots: Iterable[str]) -> None:
        """Take the runs that are known, and the names of the log roots."""
        self._known = set(known)
        self._roots = sorted(set(roots))

    def of(self, text: str) -> str:
        """Return the run that a text means.

        Raises:
            InputError: It is a run of several log roots.
        """
        if text in self._known:
            return text
        below = [f"{root}/{text}" for root in self._roots]
        meant = [run for run in below if run in self._known]
        if len(meant) > 1:
            raise InputError(
                f"the run {text} of --predictions may be {' or '.join(meant)}; include the "
                "log root in the path, or ingest the log roots separately"
            )
        return (meant or (below if len(below) == 1 else [text]))[0]


def run_names(lake: Lake, roots: Sequence[Root]) -> RunNames:
    """Return the names of the runs that have event files, or predictions next to them."""
    known: set[str] = {root_name(root) for root in roots}
    names = set(known)
    is_current = ds.field("status") != REPLACED
    for ledger in ("event_files", "prediction_files"):
        rows = lake.read(ledger, ["run_id", "log_root"], where=is_current)
        pairs = rows.group_by(["run_id", "log_root"]).aggregate([]).to_pylist()
        in_runs = [row for row in pairs if not is_pattern(row["log_root"])]
        known |= {row["run_id"] for row in in_runs}
        names |= {root_name(as_root(row["log_root"])) for row in in_runs}
    return RunNames(known, names)
