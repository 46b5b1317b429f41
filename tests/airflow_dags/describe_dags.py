"""Run by Airflow's own Python: print what its DAG processor finds in a folder, as JSON."""

import json
import sys
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import BundleDagBag


def described(dag: Any) -> dict[str, Any]:
    return {
        "doc": dag.doc_md,
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "tags": sorted(dag.tags),
        "params": sorted(dag.params),
        "tasks": [task_described(task) for task in dag.topological_sort()],
    }


def task_described(task: Any) -> dict[str, Any]:
    return {
        "name": task.task_id,
        "upstream": sorted(task.upstream_task_ids),
        "outlets": [asset.name for asset in task.outlets],
        "owner": task.owner,
        "retries": task.retries,
        "backoff": task.retry_exponential_backoff,
        "longest_s": task.execution_timeout.total_seconds(),
        "tells_of_failure": bool(task.on_failure_callback),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder")
    dags = {name: described(dag) for name, dag in bag.dags.items()}
    json.dump({"errors": bag.import_errors, "dags": dags}, sys.stdout)
