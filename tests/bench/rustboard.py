"""The data server of TensorBoard (RustBoard), timed by its own clock."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tensorboard_data_server import server_binary

_FINISHED = re.compile(r"Finished load cycle \(([\d.]+)(ns|µs|ms|s)\)")
_SECONDS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}


def load_s(log_dir: Path) -> float:
    """Return the seconds of the server's first load cycle, checksums verified.

    It is the released binary with its default sampling. What is returned is the elapsed time that
    it logs itself, without its start; on an empty directory that is a ten-thousandth of a second.

    Raises:
        RuntimeError: it logged a warning or an error, or it ended before it had loaded.
    """
    command = [server_binary(), "--logdir", log_dir, "--checksum", "--reload", "once"]
    with subprocess.Popen(
        [*command, "--port", "0", "--verbose"], stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        try:
            return _load_cycle_s(server.stderr or ())
        finally:
            server.kill()


def _load_cycle_s(log: Iterable[str]) -> float:
    for line in log:
        if finished := _FINISHED.search(line):
            return float(finished[1]) * _SECONDS[finished[2]]
        if " WARN " in line or " ERROR " in line:
            raise RuntimeError(f"the data server cannot load all of the files: {line.strip()}")
    raise RuntimeError("the data server ended before it had loaded: look at its output")
