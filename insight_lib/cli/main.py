"""Entry point of ``insight``: find the subcommand, run it, turn named errors into exit status 2.

Exit status: 0 done; 1 done, and something at or above ``--fail-on`` was found; 2 a named error that
the user can mend; 130 interrupted; 141 nobody reads the output any more; 143 terminated. Anything
else is a bug and keeps its traceback.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib import metadata
from types import ModuleType

from insight_lib.cli.answer import answer
from insight_lib.dealer.extras import DISTRIBUTION, needs_extra
from insight_lib.shutdown import leave

# By hand and in the order in which people meet them; a module is imported only when it is called.
COMMANDS = {
    "demo": "train real small models, run the whole pipeline on them, end with the report",
    "ingest": "bring new event and prediction files into the lake",
    "nightly": "run every stage, in order, on what is new",
    "maintain": "merge the lake's small files, delete what was replaced long ago; weekly",
    "diagnose": "name what is wrong with the runs of one directory; no lake, seconds",
    "rules": "list what is looked for; `rules NAME` explains one and its thresholds",
    "sql": "query the lake's tables; no JVM",
    "runs": "list the runs of a lake; `runs diff A B` shows what differs between some",
    "compare": "test whether two runs differ in AUC on the examples that both scored",
    "label": "say whether a run was healthy or failed",
    "risk": "show the predicted failures and the model's measured quality",
    "report": "write the failure-risk report",
    "zoo": "train small real models, some with injected faults",
}

# Which optional dependencies bring all that a command imports; a test holds each against them.
EXTRAS = {
    "demo": ("zoo", "spark", "risk", "report"),
    "ingest": ("spark",),
    "nightly": ("spark", "risk", "report"),
    "maintain": ("spark",),
    "diagnose": ("diagnose",),
    "rules": ("diagnose",),
    "sql": ("sql",),
    "runs": ("sql",),
    "compare": ("diagnose", "sql"),
    "label": ("sql",),
    "risk": ("risk",),
    "report": ("report",),
    "zoo": ("zoo",),
}

STATUSES = (
    "exit status: 0 done; 1 done, and something at or above --fail-on was found; 2 wrong input, "
    "named with its remedy; 130 interrupted; 141 the output's reader has gone; 143 terminated"
)
# What is said of a command that was interrupted.
GO_ON = "what was committed stays, run the same command again to go on"
NOTHING_CHANGED = "nothing was changed"
AFTER = dict.fromkeys(("diagnose", "sql", "runs", "compare", "risk"), NOTHING_CHANGED) | {
    "zoo": "not all of its runs are trained; remove its folder and run the same command again"
}


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    chosen = next((word for word in argv if not word.startswith("-")), None)
    return answer(f"insight {chosen}", AFTER.get(str(chosen), GO_ON), lambda: _run(chosen, argv))


def _run(chosen: str | None, argv: Sequence[str]) -> int:
    try:
        arguments = _parser(chosen).parse_args(argv)
        status: int = arguments.run(arguments)
    finally:
        # Here, not when the interpreter ends, so that a reader who has gone is noticed.
        print(end="", flush=True)
    return status


def run() -> None:
    """Run the command line of this process; the entry point of the ``insight`` script."""
    leave(main(sys.argv[1:]))


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="insight",
        description="A quality platform for deep-learning training.",
        epilog=STATUSES,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name == chosen:
            module = _module(name)
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


def _version() -> str:
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "(not installed, so of no known version)"


def _module(command: str) -> ModuleType:
    with needs_extra(*EXTRAS[command]):
        return importlib.import_module(f"insight_lib.cli.{command}")


if __name__ == "__main__":
    run()
