"""What the DAGs share: places, parameters, retries, and how a job of the project is submitted.

Set in the environment of Airflow:

* ``DEEPINSIGHT_HOME``: the project with its ``.venv`` (default: the folder above this one);
* ``DEEPINSIGHT_LAKE``, ``DEEPINSIGHT_LOG_ROOTS``: defaults of the parameters, the latter as words
  of a shell;
* ``DEEPINSIGHT_FAILURE_WEBHOOK``: a URL to which a task that has failed posts ``{"text": ...}``.
"""

import json
import logging
import os
import shlex
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import Asset, Context, Param

HOME = Path(os.environ.get("DEEPINSIGHT_HOME", Path(__file__).resolve().parents[1]))
BIN = HOME / ".venv" / "bin"
CONNECTION = "deepinsight_spark"
WEBHOOK_TIMEOUT_S = 30

# pip's spark-submit asks a Python where its Spark is, and Spark starts its workers with it. Where
# nobody says which, it is the first `python3` on PATH: Airflow's, whose pyspark has no JVM.
JOB_ENVIRONMENT = {
    "PYSPARK_PYTHON": str(BIN / "python"),
    "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)]),
}

LAKE = Param(
    os.environ.get("DEEPINSIGHT_LAKE", str(HOME / "build" / "airflow" / "lake")),
    type="string",
    minLength=1,
    description="folder of the lake",
)
LOG_ROOTS = Param(
    shlex.split(os.environ.get("DEEPINSIGHT_LOG_ROOTS", "")),
    type="array",
    items={"type": "string", "minLength": 1},
    description="folders or URIs that hold runs; {date} stands for the day of the run, as in "
    "2026-12-01 (UTC); none: those that the lake knows",
)
# What comes before --lake where a job reads files; a date that every run has, whatever started it.
LOG_ROOT_WORDS = "(params.log_roots | map('replace', '{date}', dag_run.run_after | ds) | list)"


def report_failure(context: Context) -> None:
    """Log that a task has failed for good and what to do; post it to the webhook, if any."""
    task = context["task_instance"]
    text = (
        f"{task.dag_id}: task {task.task_id} of run {task.run_id} failed after {task.try_number} "
        f"tries: {context.get('exception')}. What was committed is kept: fix the cause and clear "
        "the task, it goes on from there."
    )
    logging.getLogger(__name__).error(text)
    webhook = os.environ.get("DEEPINSIGHT_FAILURE_WEBHOOK")
    if webhook:
        post(webhook, text)


def post(webhook: str, text: str) -> None:
    """Post a text as chats understand it.

    Raises:
        OSError: The webhook cannot be reached or refuses it.
    """
    body = json.dumps({"text": text}).encode()
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(webhook, body, headers), timeout=WEBHOOK_TIMEOUT_S):  # noqa: S310
        pass


# The first delay is Airflow's own setting, [core] default_task_retry_delay: 5 minutes. A lake that
# another pipeline writes to is waited for in this way too.
RETRIES: dict[str, Any] = {
    "retries": 3,
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(hours=1),
    "on_failure_callback": report_failure,
}

SHARED: dict[str, Any] = {
    "catchup": False,
    "max_active_runs": 1,
    "default_args": {"owner": "deepinsight", **RETRIES},
    "render_template_as_native_obj": True,
    "tags": ["deepinsight"],
}


def assets(tables: Sequence[str]) -> list[Asset]:
    """Return the asset of each table, such as ``deepinsight.findings``."""
    return [Asset(f"deepinsight.{table}", group="deepinsight") for table in tables]


def submit(
    task_id: str, job: str, arguments: str, timeout: timedelta, **more: object
) -> SparkSubmitOperator:
    """Return a task that submits a job.

    Args:
        task_id: As Airflow shows it.
        job: The program, a path below the project.
        arguments: A Jinja expression of the list of words before ``--lake``.
        timeout: After which an attempt is stopped.
        more: Further arguments of the operator.
    """
    return SparkSubmitOperator(
        task_id=task_id,
        conn_id=CONNECTION,
        spark_binary=str(BIN / "spark-submit"),
        application=str(HOME / job),
        application_args="{{ " + arguments + " + ['--lake', params.lake] }}",
        name="deepinsight {{ task.task_id }} {{ run_id }}",
        env_vars=JOB_ENVIRONMENT,
        # In local mode the driver is the executor too.
        driver_memory="2g",
        conf={"spark.log.level": "ERROR"},
        execution_timeout=timeout,
        **more,
    )
