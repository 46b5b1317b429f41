"""The JVM of a local Spark, which never outlives the program that started it.

pyspark's own way leaves it to the JVM to notice that its program has gone. Interrupted while it
starts, it does not: it stays for good, or ends with a Java stack. Here the JVM belongs to the
process group of a guard, a shell that waits for the end of the program and then kills its group.
A terminal's Ctrl-C does not reach that group; whoever ends the program ends it.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from py4j.java_gateway import JavaGateway
from pyspark import SparkConf
from pyspark.java_gateway import launch_gateway

from insight_lib.shutdown import end_with_program

# The pipe that it reads from closes when the program ends, however it does.
GUARD = ("/bin/sh", "-c", "read -r line; kill -s KILL 0")
FOLDERS = "SPARK_LOCAL_DIRS"
# Java says so whenever Spark starts, and nobody can do anything about it.
USELESS = b"WARNING: Using incubator modules: jdk.incubator.vector\n"


def local_gateway(conf: SparkConf) -> JavaGateway:
    """Start the JVM and return the way to it.

    Args:
        conf: What must be known before it starts, such as its memory.

    Raises:
        OSError: A folder for its temporary files cannot be made.
    """
    folders = _temporary_folders()
    guard = subprocess.Popen(GUARD, stdin=subprocess.PIPE, process_group=0)  # noqa: S603
    owner = os.getpid()

    def end() -> None:
        # What was forked from the program is not its owner; a group that has ended may be another.
        if os.getpid() == owner and guard.returncode is None:
            os.killpg(guard.pid, signal.SIGKILL)
            guard.wait()
            for folder in folders:
                shutil.rmtree(folder, ignore_errors=True)

    end_with_program(end)
    atexit.register(end)
    options = conf.get("spark.driver.extraJavaOptions", "")
    # It is killed in the end, so that all that it leaves must lie where we delete it.
    conf.set(
        "spark.driver.extraJavaOptions", f"{options} -Djava.io.tmpdir={folders[0]} -XX:-UsePerfData"
    )
    said, words = os.pipe()
    threading.Thread(target=_pass_on, args=(said,), daemon=True).start()
    before = os.environ.get(FOLDERS)
    os.environ[FOLDERS] = ",".join(folders)
    try:
        return launch_gateway(  # type: ignore[no-untyped-call]
            conf, {"process_group": guard.pid, "stderr": words}
        )
    finally:
        os.close(words)
        del os.environ[FOLDERS]
        os.environ.update({} if before is None else {FOLDERS: before})


def _pass_on(said: int) -> None:
    """Write to our standard error what the JVM and its workers write to theirs."""
    while words := os.read(said, 1 << 16):
        os.write(sys.stderr.fileno(), words.replace(USELESS, b""))


def temporary_places() -> list[str]:
    """Return where Spark keeps temporary files: as configured, else where this system has them."""
    return (os.environ.get(FOLDERS) or tempfile.gettempdir()).split(",")


def _temporary_folders() -> list[str]:
    """Make a folder of our own in each of these places."""
    for place in temporary_places():
        Path(place).mkdir(parents=True, exist_ok=True)
    return [tempfile.mkdtemp(prefix="insight-spark-", dir=place) for place in temporary_places()]
