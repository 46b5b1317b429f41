"""``summary.json`` next to the report: what a night says in short, for machines."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

from insight_lib.report.records.summary import FORMAT, Summary
from insight_lib.strict_json import strict_json

SUMMARY = "summary.json"


def summary_json(summary: Summary) -> str:
    """Return the file's text: moments in ISO format and UTC, what is not known null."""
    content = {"format": FORMAT, **asdict(summary)}
    return json.dumps(strict_json(_plain(content)), indent=1, ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
