"""``insight stages``: the stages of a night, and the tasks in which a scheduler runs them."""

import argparse

from insight_lib.cli.options import add_json
from insight_lib.cli.output import print_table
from insight_lib.pipeline.tasks import TASKS, stages_file_text

COLUMNS = ("task", "stage", "what it does", "writes")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the stages in order, as a table or as DAG files read them."""
    if arguments.json:
        print(stages_file_text(), end="")
        return 0
    rows = [
        (task.name, stage.name, stage.purpose, ", ".join((*stage.writes, *stage.adds_to)))
        for task in TASKS
        for stage in task.stages
    ]
    print_table("", COLUMNS, rows)
    return 0
