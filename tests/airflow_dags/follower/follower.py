"""Somebody else's DAG: it runs when a table of the lake has been brought up to date."""

import os
from pathlib import Path

from airflow.sdk import DAG, Asset, Context, task

with DAG("follower", schedule=[Asset("deepinsight.findings")]):

    @task
    def note(**context: Context) -> None:
        """Note by which asset the run was triggered, and that it has no logical date."""
        [asset] = context["triggering_asset_events"]
        told = f"{asset.name} {context['dag_run'].logical_date}"
        Path(os.environ["AIRFLOW_HOME"], "follower-was-here").write_text(told)

    note()
