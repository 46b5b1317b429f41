"""Train the risk model again where labels or outcomes changed, and maintain the lake.

Maintenance merges small files and deletes what was replaced more than a week ago.
"""

from datetime import timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from deepinsight_jobs import BIN, LAKE, SHARED, assets, submit

with DAG(
    "deepinsight_weekly",
    schedule="0 12 * * SUN",
    params={"lake": LAKE},
    doc_md=__doc__,
    **SHARED,
):
    train = BashOperator(
        task_id="risk_training",
        bash_command='exec "$INSIGHT" risk train --lake "$LAKE"',
        env={"INSIGHT": str(BIN / "insight"), "LAKE": "{{ params.lake }}"},
        append_env=True,
        execution_timeout=timedelta(hours=3),
        outlets=assets(["risk_models", "risk_scores"]),
    )
    train >> submit("maintenance", "jobs/maintain.py", "[]", timedelta(hours=6))
