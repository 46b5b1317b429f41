"""Ask the log doctors about each CSV of a folder; print JSON: file, doctor, severities or null.

Run by the Python of their environment, so it imports nothing of the project.
"""

import json
import sys
from pathlib import Path

import losslint.checks
import losslint.parsing
import runmedic.checks
import runmedic.loaders
import runmedic.roles
import trainspotter


def ask_runmedic(file: Path) -> list[str]:
    """Do what ``runmedic diagnose FILE`` does."""
    (run,) = runmedic.loaders.load(str(file))
    return [one.severity for one in runmedic.checks.run_checks(run, runmedic.roles.detect(run))]


def ask_losslint(file: Path) -> list[str]:
    """Do what ``losslint check FILE`` does."""
    run = losslint.parsing.load_run(file)
    return [one.severity for one in losslint.checks.run_all_checks(run)]


def ask_trainspotter(file: Path) -> list[str]:
    """Do what ``trainspotter analyze FILE`` does."""
    return [one.severity for one in trainspotter.run_all(trainspotter.load_run(str(file)))]


DOCTORS = {
    "runmedic": ask_runmedic,
    "losslint": ask_losslint,
    "trainspotter": ask_trainspotter,
}


def main(folder: Path) -> None:
    """Print what they say; null where one refuses a file, the reason on standard error."""
    said: dict[str, dict[str, list[str] | None]] = {}
    for file in sorted(folder.glob("*.csv")):
        said[file.stem] = {}
        for name, ask in DOCTORS.items():
            try:
                said[file.stem][name] = ask(file)
            except (ValueError, ArithmeticError, IndexError, KeyError) as error:
                print(f"{name} {file.name}: {error!r}", file=sys.stderr)
                said[file.stem][name] = None
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
