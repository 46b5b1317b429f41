"""Example rows of a lake's tables, short enough to be shown in ``docs/tables.md``."""

import json
from collections.abc import Mapping

import pyarrow as pa

from insight_lib.lake.contract import table_names
from insight_lib.lake.tables import Lake

LONGEST = 48
"""Characters of a value that are shown."""


def example_rows(lake: Lake) -> dict[str, dict[str, str]]:
    """Return, for each table that has rows, the first row with the fewest nulls, as shown."""
    examples = {}
    for name in table_names():
        rows = lake.read(name)
        if rows.num_rows:
            examples[name] = _shown(_fullest(rows))
    return examples


def _fullest(rows: pa.Table) -> Mapping[str, object]:
    """Return the first of the rows with the fewest nulls."""
    nulls = sum(rows[name].is_null().to_numpy().astype(int) for name in rows.column_names)
    row: Mapping[str, object] = rows.slice(int(nulls.argmin()), 1).to_pylist()[0]
    return row


def _shown(row: Mapping[str, object]) -> dict[str, str]:
    return {name: _short(value) for name, value in row.items()}


def _short(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bytes):
        text = value.hex(" ")
    elif isinstance(value, list):
        text = json.dumps(dict(value) if value and isinstance(value[0], tuple) else value)
    else:
        text = str(value)
    text = " ".join(text.split()).replace("`", "'")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
