"""``insight watch``: look at trainings while they run; end with 1 where one should be stopped."""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from insight_lib.cli.options import RULES_HELP, SERIES_HELP
from insight_lib.dissection.rule_settings import catalogue, read_changes
from insight_lib.dissection.rules import RULES
from insight_lib.errors import InputError
from insight_lib.events.format.compile import compiling_told
from insight_lib.risk.watching.advice import NEVER, Limit, advise, limit_of
from insight_lib.risk.watching.sight import Sight, look
from insight_lib.risk.watching.watch import Seen, watch
from insight_lib.risk.watching.which_model import watching_model
from insight_lib.risk.watching.words import evidence_of, state_of
from insight_lib.screen import print_text
from insight_lib.series.settings import read_overrides

INTERVAL_S = 30.0
QUIET_S = 600.0
_INDENT = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "log_dir", type=Path, metavar="LOG_DIR", help="directory of a run, or a folder of runs"
    )
    parser.add_argument(
        "--lake",
        type=Path,
        metavar="DIR",
        help="folder of a lake whose model says the risk, the one that scores its runs (default: "
        "the model that ships)",
    )
    parser.add_argument(
        "--fail-on",
        default=NEVER,
        metavar="LIMIT",
        help="exit with 1 as soon as a run is so bad: failing or attention (the verdict of the "
        "rules), or a risk such as risk=0.95; never (default)",
    )
    parser.add_argument(
        "--interval-s",
        type=float,
        default=INTERVAL_S,
        metavar="N",
        help="seconds between looks at the size of the files (default: %(default)g)",
    )
    parser.add_argument(
        "--quiet-s",
        type=float,
        default=QUIET_S,
        metavar="N",
        help="seconds without growth that are taken for the end, for trainings that do not say "
        "that they have finished (default: %(default)g)",
    )
    parser.add_argument("--once", action="store_true", help="look once")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help=f"TOML file whose {RULES_HELP}, and whose {SERIES_HELP}",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what changes until a run reaches the limit (1), or all have ended (0).

    Raises:
        InputError: no event file came, an argument is out of range, a setting does not fit, or the
            lake has no model that can be used.
    """
    limit = limit_of(arguments.fail_on)
    interval_s = _positive("--interval-s", arguments.interval_s)
    quiet_s = _positive("--quiet-s", arguments.quiet_s)
    settings = _settings(arguments.config)
    bundle = watching_model(arguments.lake)

    def look_now() -> tuple[Sight, ...]:
        return look(arguments.log_dir, bundle, **settings)

    with compiling_told(lambda line: print(line, file=sys.stderr, flush=True)):
        if arguments.once:
            now = look_now()
            return _tell(Seen(now, now, "looked once"), limit)
        for seen in watch(arguments.log_dir, look_now, interval_s, quiet_s):
            status = _tell(seen, limit)
            if status:
                return status
    return 0


def _tell(seen: Seen, limit: Limit) -> int:
    """Print what changed, and return 1 where a run has reached the limit."""
    for sight in seen.changed:
        print_text(f"{datetime.now():%H:%M:%S} {state_of(sight)}", indent=_INDENT)
        for line in evidence_of(sight):
            print_text(f"{' ' * _INDENT}{line}", indent=2 * _INDENT)
    for sight in seen.all:
        advice = advise(sight, limit)
        if advice.stop:
            print_text(f"stop: {advice.why}")
            return 1
    if seen.ended:
        print_text(f"end: {seen.ended}")
    return 0


def _positive(name: str, value: float) -> float:
    if not value > 0:
        raise InputError(f"{name} is {value:g}; give a number of seconds above 0")
    return value


def _settings(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {"rules": RULES, "overrides": ()}
    rules = catalogue(read_changes(config) or {})
    return {"rules": rules, "overrides": read_overrides(config) or ()}
