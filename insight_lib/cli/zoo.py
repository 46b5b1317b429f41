"""``insight zoo``: train small real models, healthy ones and ones with an injected fault."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from insight_lib.dealer.extras import needs_extra
from insight_lib.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the zoo")
    parser.add_argument("--runs", type=int, default=13, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")


def run(arguments: argparse.Namespace) -> int:
    """Train, and say where the runs and the truth about them are."""
    train_zoo(arguments.out, arguments.runs, arguments.seed)
    out = arguments.out
    print(f"{arguments.runs} runs: {out / 'runs'}; the truth: {out / 'truth.json'}")
    return 0


def train_zoo(out: Path, runs: int, seed: int) -> None:
    """Train a zoo with a progress bar.

    Raises:
        InputError: The folder holds runs already, or cannot be written.
    """
    screen = Console(file=sys.stderr)
    with screen.status("loading TensorFlow"), _quiet_standard_error():
        from insight_lib.zoo import run_zoo  # noqa: PLC0415

        with needs_extra("zoo"):
            import keras  # noqa: PLC0415
        keras.distribution.list_devices()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=screen) as bars:
        bar = bars.add_task("", total=runs)

        def progress(done: int, total: int, text: str) -> None:
            bars.update(bar, completed=done, total=total, description=f"{text:<28}")

        try:
            run_zoo(out, runs, seed, progress)
        except OSError as error:
            raise InputError(f"{out} cannot be written ({error}); name another folder") from error


@contextmanager
def _quiet_standard_error() -> Iterator[None]:
    """Hold back what TensorFlow says about the processor while it loads; no setting silences it."""
    sys.stderr.flush()
    screen = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:
            held.seek(0)
            os.write(screen, held.read())
            raise
        finally:
            os.dup2(screen, 2)
            os.close(screen)
