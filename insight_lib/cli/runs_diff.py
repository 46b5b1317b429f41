"""``insight runs diff``: runs side by side, a row for each field that differs."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass

from insight_lib.cli.options import add_json, add_lake
from insight_lib.cli.output import print_json, print_table
from insight_lib.dealer.difference import FieldRow, differing, field_rows
from insight_lib.lake.tables import open_lake
from insight_lib.report.run_fields import read_run_fields

SUMMARY = "show how runs differ in configuration and outcome"
_MOST_CHARACTERS = 120
"""Of a value in a table; JSON has it whole."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "run_ids", nargs="+", metavar="RUN", help="two runs or more, as `insight runs` names them"
    )
    # What was given before `diff` stays.
    add_lake(parser, required=False, default=argparse.SUPPRESS)
    parser.add_argument("--all", action="store_true", help="also show equal fields")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print a table of the configuration and one of the outcome, a column a run."""
    runs = read_run_fields(open_lake(arguments.lake), arguments.run_ids)
    sections = {
        "configuration": field_rows([run.configuration for run in runs]),
        "outcome": field_rows([run.outcome for run in runs]),
    }
    if not arguments.all:
        sections = {name: differing(rows) for name, rows in sections.items()}
    if arguments.json:
        print_json({name: _as_json(arguments.run_ids, rows) for name, rows in sections.items()})
        return 0
    for name, rows in sections.items():
        _print(name, arguments.run_ids, rows)
    return 0


def _as_json(run_ids: Sequence[str], rows: Sequence[FieldRow]) -> list[dict[str, object]]:
    return [
        {
            "field": row.field,
            "differs": row.differs,
            "values": {
                run_id: _plain(value) for run_id, value in zip(run_ids, row.values, strict=True)
            },
        }
        for row in rows
    ]


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _print(name: str, run_ids: Sequence[str], rows: Sequence[FieldRow]) -> None:
    if not rows:
        print(f"{name}: nothing differs")
        return
    print_table(name, ("field", *run_ids), [(row.field, *map(_shown, row.values)) for row in rows])


def _shown(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    text = ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
