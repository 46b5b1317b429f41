"""Entry point of ``insight``: find the subcommand, run it, turn named errors into exit status 2.

Exit status: 0 success; 1 success, with a run as bad as ``--fail-on`` says; 2 an error that the
user can fix; 130 interrupted; 141 the output pipe was closed; 143 terminated. Anything else is a
bug and keeps its traceback.
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

# Listed in the order in which users need them; a module is imported only when it is called.
COMMANDS = {
    "demo": "train real small models, run the whole pipeline on them, end with the report",
    "ingest": "ingest new event and prediction files into the lake",
    "nightly": "run every stage, in order, on the new data",
    "stages": "list the stages of a night, and the tasks in which a scheduler runs them",
    "maintain": "merge the lake's small files and delete old replaced ones; run it weekly",
    "diagnose": "diagnose the runs of one directory in seconds, without a lake",
    "series": "list what each series of a directory, or of a lake, is taken for, and why",
    "rules": "list the diagnosis rules; `rules NAME` explains one and its thresholds",
    "sql": "query the lake's tables and views with SQL, without a JVM",
    "serve": "serve the lake's tables and views to BI tools and notebooks, read only",
    "runs": "list the runs of a lake; `runs diff A B` shows how runs differ",
    "compare": "test whether two runs differ in AUC on the examples that both scored",
    "findings": "list what the rules found in the runs of a lake, and since when",
    "mute": "do not tell of a rule on a run until a day",
    "unmute": "tell of a muted rule again",
    "note": "note whose a run or an experiment is, and what there is to say of it",
    "alerts": "list what people were told by e-mail and webhook; --test tries a receiver",
    "label": "label a run as healthy or failed",
    "risk": "show which runs are predicted to fail and why; train, promote or roll back the model",
    "watch": "watch trainings as they run; exit with 1 where one should be stopped",
    "report": "write the failure-risk report",
    "zoo": "train small real models, some with injected faults",
}

# Which optional dependencies bring all that a command imports; a test holds each against them.
EXTRAS = {
    "demo": ("zoo", "spark", "risk", "report"),
    "ingest": ("spark",),
    "nightly": ("spark", "risk", "report"),
    "stages": ("diagnose", "sql"),
    "maintain": ("spark",),
    "diagnose": ("diagnose",),
    "series": ("diagnose",),
    "rules": ("diagnose",),
    "sql": ("sql",),
    "serve": ("spark",),
    "runs": ("sql",),
    "compare": ("diagnose", "sql"),
    "findings": ("diagnose", "sql"),
    "mute": ("diagnose", "sql"),
    "unmute": ("sql",),
    "note": ("sql",),
    "alerts": ("diagnose", "sql"),
    "label": ("sql",),
    "risk": ("risk",),
    "watch": ("diagnose",),
    "report": ("report",),
    "zoo": ("zoo",),
}

STATUSES = (
    "exit status: 0 success; 1 success, with a run as bad as --fail-on says; 2 invalid input (the "
    "message says how to fix it); 130 interrupted; 141 output pipe closed; 143 terminated"
)
# What is said of a command that was interrupted.
GO_ON = "committed work is kept, run the same command again to continue"
NOTHING_CHANGED = "nothing was changed"
AFTER = dict.fromkeys(
    (
        "stages",
        "diagnose",
        "series",
        "sql",
        "serve",
        "runs",
        "compare",
        "findings",
        "alerts",
        "risk",
        "watch",
    ),
    NOTHING_CHANGED,
) | {"zoo": "not all of its runs are trained; remove its folder and run the same command again"}


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
        return "(not installed, version unknown)"


def _module(command: str) -> ModuleType:
    with needs_extra(*EXTRAS[command]):
        return importlib.import_module(f"insight_lib.cli.{command}")


if __name__ == "__main__":
    run()
