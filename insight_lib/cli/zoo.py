"""``insight zoo``: train small real models, healthy ones and ones with an injected fault."""

import argparse
import gc
import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from insight_lib.dealer.extras import needs_extra
from insight_lib.errors import InputError
from insight_lib.zoo.shard import Shard


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the zoo")
    parser.add_argument("--runs", type=int, default=13, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")
    parser.add_argument(
        "--shard",
        metavar="I/N",
        help="train part I of N of a wide zoo (faults of many strengths, sampled settings); what "
        "is trained is kept, so that an interrupted part is taken up again",
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, and say where the runs and the truth about them are."""
    out, runs, seed = arguments.out, arguments.runs, arguments.seed
    if arguments.shard is not None:
        trained = train_part(out, runs, seed, arguments.shard)
        print(f"{trained} of {runs} runs: {out / 'runs'}; the truth: {out / 'truth'}")
        return 0
    train_zoo(out, runs, seed)
    print(f"{runs} runs: {out / 'runs'}; the truth: {out / 'truth.json'}")
    return 0


def train_zoo(out: Path, runs: int, seed: int) -> None:
    """Train a zoo with a progress bar.

    Raises:
        InputError: The folder holds runs already, or cannot be written.
    """
    _load_keras()
    from insight_lib.zoo import run_zoo  # noqa: PLC0415

    with _shown_progress(out, runs) as progress:
        run_zoo(out, runs, seed, progress)


def train_part(out: Path, runs: int, seed: int, written: str) -> int:
    """Train a part of a wide zoo with a progress bar; return how many runs it has.

    Raises:
        InputError: There is no such part, or the folder cannot be written.
    """
    shard = Shard.parse(written)
    _load_keras()
    from insight_lib.zoo import plan_wide_runs, train_runs  # noqa: PLC0415

    part = shard.of(plan_wide_runs(runs, seed))
    with _shown_progress(out, len(part)) as progress, _frozen():
        train_runs(out, part, progress)
    return len(part)


def _load_keras() -> None:
    screen = Console(file=sys.stderr)
    with screen.status("loading TensorFlow"), _quiet_standard_error(), needs_extra("zoo"):
        importlib.import_module("insight_lib.zoo.running")
        import keras  # noqa: PLC0415

        keras.distribution.list_devices()


@contextmanager
def _frozen() -> Iterator[None]:
    """Leave what is loaded out of the search for garbage, for as long as many runs are trained.

    TensorFlow alone makes a million objects; searching them took 15 % of a run.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def _shown_progress(out: Path, runs: int) -> Iterator[Callable[[int, int, str], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(file=sys.stderr)) as bars:
        bar = bars.add_task("", total=runs)

        def progress(done: int, total: int, text: str) -> None:
            bars.update(bar, completed=done, total=total, description=f"{text:<28}")

        try:
            yield progress
        except OSError as error:
            raise InputError(f"{out} cannot be written ({error}); name another folder") from error


@contextmanager
def _quiet_standard_error() -> Iterator[None]:
    """Hold back what TensorFlow says about the processor while it loads; no setting silences it."""
    sys.stderr.flush()
    screen = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        is_loaded = False
        try:
            yield
            is_loaded = True
        finally:
            if not is_loaded:
                held.seek(0)
                os.write(screen, held.read())
            os.dup2(screen, 2)
            os.close(screen)
