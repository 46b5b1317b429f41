"""``insight risk``: who is predicted to fail and why, and which model says so."""

import argparse

from insight_lib.cli.options import add_json, add_lake
from insight_lib.cli.risk.change import run_promote, run_rollback, run_score, run_train
from insight_lib.cli.risk.explain import run_explain
from insight_lib.cli.risk.show import run_show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    show = _action(actions, "show", run_show, "print the model that scores, and the runs by risk")
    add_json(show)
    explain = _action(actions, "explain", run_explain, "say why a run has its risk")
    explain.add_argument("run_id", metavar="RUN", help="the run, as `insight runs` names it")
    add_json(explain)
    _action(
        actions, "train", run_train, "learn from labels and outcomes, if any changed, and score"
    )
    _action(actions, "score", run_score, "score what the model in use has not scored")
    promote = _action(actions, "promote", run_promote, "let a model score, and score every run")
    promote.add_argument(
        "version",
        nargs="?",
        metavar="VERSION",
        help="of the model, or how it begins (default: the newest that does not score)",
    )
    _action(actions, "rollback", run_rollback, "go back to the model before the current one")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked and print the outcome."""
    status: int = arguments.act(arguments)
    return status


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    act: object,
    words: str,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words, description=words)
    add_lake(parser)
    parser.set_defaults(act=act)
    return parser
