"""Ingest what trainings wrote, evaluate, diagnose and score the runs, and write the report.

Each task runs some stages of the pipeline in one Spark application, on what is new and on nothing
else.

* **Started again**, a task goes on from what was committed: nothing is lost and nothing counts
  twice. So a failed task is cleared, and a whole run may be repeated.
* **Backfill**: `{date}` in a log root stands for the day of the run, so that
  `airflow backfill create --dag-id deepinsight_nightly --from-date 2026-11-01 --to-date 2026-11-07
  --dag-run-conf '{"log_roots": ["/archive/{date}"]}'` brings in one day after the other.
* **Assets**: a task updates the asset of each table that it completes, such as
  `deepinsight.findings`; DAGs that are scheduled by it run after it.
"""

import json
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG, chain
from deepinsight_jobs import LAKE, LOG_ROOT_WORDS, LOG_ROOTS, SHARED, assets, submit

# `insight stages --json` writes it.
STRUCTURE = json.loads(Path(__file__).with_name("stages.json").read_text(encoding="utf-8"))
LONGEST = timedelta(hours=6)


def words(task: str) -> str:
    """Return the arguments of a task as a Jinja expression; only the first reads files."""
    named = f"[{task!r}]"
    return f"{named} + {LOG_ROOT_WORDS}" if task == STRUCTURE["tasks"][0]["name"] else named


with DAG(
    "deepinsight_nightly",
    schedule="0 2 * * *",
    params={"lake": LAKE, "log_roots": LOG_ROOTS},
    doc_md=__doc__,
    **SHARED,
):
    chain(
        *(
            submit(
                task["name"],
                STRUCTURE["job"],
                words(task["name"]),
                LONGEST,
                outlets=assets(task["completes"]),
                doc_md="\n".join(f"* `{one['name']}`: {one['purpose']}" for one in task["stages"]),
            )
            for task in STRUCTURE["tasks"]
        )
    )
