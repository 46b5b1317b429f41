"""What people say of runs, as 0 and 1."""

import pyarrow as pa

from insight_lib.errors import InputError

_FAILED = {"healthy": 0, "failed": 1}


def failed_by_run(labels: pa.Table) -> dict[str, int]:
    """Return run to 1 (failed) or 0 (healthy), from rows of `run_labels`.

    Raises:
        InputError: a label is neither word, or a run has two labels that differ; the message
            names all of them.
    """
    failed: dict[str, int] = {}
    wrong = []
    for run, label in zip(labels["run_id"].to_pylist(), labels["label"].to_pylist(), strict=True):
        if label not in _FAILED:
            wrong.append(f"{run} is labelled {label!r}")
        elif failed.setdefault(run, _FAILED[label]) != _FAILED[label]:
            wrong.append(f"{run} is labelled both healthy and failed")
    if wrong:
        raise InputError(
            f"labels that cannot be used: {'; '.join(wrong)}; "
            "label each run once, with `insight label RUN healthy` or `insight label RUN failed`"
        )
    return failed
