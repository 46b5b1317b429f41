"""``insight series``: what each scalar series of a directory, or of a lake, is taken for."""

import argparse
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from insight_lib.cli.log_dir import check_records, tell_closed, tell_damaged
from insight_lib.cli.options import SERIES_HELP, add_json, add_lake
from insight_lib.cli.output import print_json, print_table
from insight_lib.dealer.extras import needs_extra
from insight_lib.dissection.findings.finding import percent
from insight_lib.dissection.list_series import list_series
from insight_lib.errors import InputError
from insight_lib.events.format.compile import compiling_told
from insight_lib.screen import print_text
from insight_lib.series.importance import importance
from insight_lib.series.override import Override
from insight_lib.series.role import Phase
from insight_lib.series.settings import FIELDS, read_overrides
from insight_lib.series.stated import OWN_STREAM

COLUMNS = ("run", "series", "role", "phase", "unit", "direction", "cadence", "sure", "why")

Row = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "log_dir",
        type=Path,
        nargs="?",
        metavar="LOG_DIR",
        help="directory of a run, or a folder of runs; without it --lake DIR",
    )
    add_lake(parser, required=False)
    parser.add_argument(
        "--run",
        dest="wanted",
        metavar="GLOB",
        default="*",
        help="only runs of this name, such as 'logs/resnet/*'; * matches / too",
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help=f"TOML file for LOG_DIR whose {SERIES_HELP}"
    )
    add_json(parser)
    parser.epilog = " ".join(f"{name}: {', '.join(kind)}." for name, kind in FIELDS.items())


def run(arguments: argparse.Namespace) -> int:
    """Print a row a series: of each run what matters most first.

    Raises:
        InputError: neither or both of a directory and a lake are named, a lake is given a
            configuration, there is nothing to be read, or no run is of the wanted name.
    """
    log_dir, lake = arguments.log_dir, arguments.lake
    if (log_dir is None) == (lake is None):
        given = "neither" if lake is None else "both"
        raise InputError(f"{given} of LOG_DIR and --lake DIR is given; give one of them")
    if lake is not None and arguments.config is not None:
        raise InputError(
            "a lake has settings of its own; give --config FILE to `insight nightly` instead"
        )
    found = _of_lake(lake) if log_dir is None else _of_directory(log_dir, arguments.config)
    rows = [row for row in found if fnmatchcase(row["run_id"], arguments.wanted)]
    if found and not rows:
        raise InputError(f"no run matches --run {arguments.wanted}; use *, and quote the pattern")
    rows.sort(key=_importance)
    if arguments.json:
        print_json(rows)
    else:
        _print(rows)
    return 0


def _of_directory(log_dir: Path, config: Path | None) -> list[Row]:
    overrides = None if config is None else read_overrides(config)
    with compiling_told(lambda line: print(line, file=sys.stderr, flush=True)):
        listed = list_series(log_dir, overrides or ())
    tell_closed(listed.folder.closed)
    check_records(log_dir, len(listed.folder.files), listed.records)
    tell_damaged(listed.damaged, "`insight diagnose --json` lists them")
    rows: list[Row] = listed.rows.to_pylist()
    for override in overrides or ():
        _tell_unused(override, rows)
    return rows


def _tell_unused(override: Override, rows: Sequence[Row]) -> None:
    """Say on stderr that a pattern matches nothing, as a misspelt one does."""
    if not any(override.matches((row["stream"], row["tag"])) for row in rows):
        print(f'  no series matches "{override.pattern}" of [series]', file=sys.stderr)


def _of_lake(folder: Path) -> list[Row]:
    # A directory is read without what lakes need.
    with needs_extra("sql"):
        from insight_lib.lake.tables import open_lake  # noqa: PLC0415
    lake = open_lake(folder)
    rows: list[Row] = lake.read("series").to_pylist()
    if not rows and any(file.rows for file in lake.files("scalars")):
        print(
            f"  the series were not looked at yet; run `insight nightly --lake {folder}`",
            file=sys.stderr,
        )
    return rows


def _importance(row: Row) -> tuple[str, int, int, str, str]:
    phase = 0 if row["phase"] is None else 1 + list(Phase).index(row["phase"])
    return row["run_id"], importance(row["role"]), phase, row["stream"], row["tag"]


def _print(rows: Sequence[Row]) -> None:
    if rows:
        print_table("", COLUMNS, [_shown(row) for row in rows])
    print_text(f"series: {len(rows):,}, runs: {len({row['run_id'] for row in rows}):,}")


def _shown(row: Row) -> tuple[object, ...]:
    name = row["tag"] if row["stream"] == OWN_STREAM else f"{row['stream']}/{row['tag']}"
    unit = row["unit"] if row["scale"] == 1 else f"{row['unit']} (written × {row['scale']:g})"
    about = (row["role"], row["phase"], unit, row["direction"], row["cadence"])
    return (row["run_id"], name, *about, percent(row["sure"]), row["why"])
