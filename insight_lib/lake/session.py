"""The one place that builds the Spark session, and the workers that run on it."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from socket import socket
from socketserver import BaseServer
from typing import Any, TypeVar

from insight_lib.dealer.extras import needs_extra
from insight_lib.errors import InsightError
from insight_lib.lake.jars import fetch_jars
from insight_lib.lake.java import java_home
from insight_lib.lake.worker_tuning import read_archives_once, set_imports_apart
from insight_lib.shutdown import heed_again
from insight_lib.write_errors import refusal

with needs_extra("spark"):
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    from insight_lib.lake.gateway import local_gateway, temporary_places

Task = TypeVar("Task")
Result = TypeVar("Result")

# The driver keeps plans, ledgers and small results; in local mode it is the executor too.
DRIVER_MEMORY = "2g"
LOOPBACK = "127.0.0.1"
# Errors only: a pipeline's own output must stay readable.
QUIET_LOGS = Path(__file__).with_name("log4j2.properties")

SETTINGS = {
    # Delta's SQL and catalogue; its two JARs lie next to pyspark's own.
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # 50 by default: seconds a query on a lake whose logs are small.
    "spark.databricks.delta.snapshotPartitions": "2",
    # Times mean the same on every machine.
    "spark.sql.session.timeZone": "UTC",
    # Rows that do go to Python and back go as columns.
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # Partition counts follow the data's size, not a constant.
    "spark.sql.adaptive.enabled": "true",
    # A night is looked at through its report; the web interface costs start time and a port.
    "spark.ui.enabled": "false",
}


def spark_session(
    application: str = "deepinsight", more: Mapping[str, str] | None = None
) -> SparkSession:
    """Return the running session, or build one.

    Under `spark-submit` master, memory and addresses are the submitter's; otherwise the session is
    local, on all cores, and bound to the loopback address.

    Args:
        application: Its name.
        more: Settings that no other application needs.

    Raises:
        SetupError: There is no fitting Java, or the Delta JARs cannot be fetched.
    """
    # A bar for every stage that takes longer than half a second, where somebody watches.
    watched = str(sys.stderr.isatty()).lower()
    settings: dict[str, Any] = (
        SETTINGS
        | dict(more or {})
        | {
            "spark.app.name": application,
            "spark.ui.showConsoleProgress": watched,
        }
    )
    with _refusals_named():
        if not _is_submitted() and SparkSession.getActiveSession() is None:
            settings |= _start_locally(settings)
        session = SparkSession.builder.config(map=settings).getOrCreate()
    heed_again()  # a new context takes Ctrl-C for itself
    return session


class SparkWorkers:
    """Runs tasks on a Spark application, which starts when the first task comes.

    A night that brings nothing new thus never pays for a JVM.
    """

    def __init__(self) -> None:
        self._session: SparkSession | None = None

    @property
    def parallelism(self) -> int:
        """How many tasks run at once."""
        return int(self._context().defaultParallelism)

    def run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task], what: str
    ) -> list[Result]:
        """Return ``function`` of each task, in order.

        Function, tasks and results are pickled; the function must be importable on the workers or
        be a closure over small values.

        Raises:
            InsightError: The function raised it for some task; the first such task's.
        StorageError: A file system takes nothing more, the lake's or that of temporary files.
        """
        if not tasks:
            return []
        context = self._context()
        context.setJobDescription(what)
        with _refusals_named():
            work = context.parallelize(tasks, len(tasks)).map(partial(_outcome, function))
            outcomes = work.collect()
        results: list[Result] = []
        for outcome in outcomes:
            if isinstance(outcome, InsightError):
                raise outcome
            results.append(outcome)
        return results

    def _context(self) -> SparkContext:
        if self._session is None:
            self._session = spark_session()
        return self._session.sparkContext


@contextmanager
def _refusals_named() -> Iterator[None]:
    """Name what the file system of Spark's own temporary files refuses.

    Raises:
        StorageError: It takes nothing more.
    """
    try:
        yield
    except (Py4JError, OSError) as error:
        raise refusal(error, temporary_places()[0]) or error from error


def _outcome(function: Callable[[Task], Result], task: Task) -> Result | InsightError:
    """Carry a named error back as a value: Spark would bury it in the JVM's own traceback."""
    try:
        return function(task)
    except InsightError as error:
        return error
    except OSError as error:
        refused = refusal(error)
        if refused is None:
            raise
        return refused
    finally:
        read_archives_once()
        set_imports_apart()


def _is_submitted() -> bool:
    # spark-submit starts the JVM first and tells the Python driver its port.
    return "PYSPARK_GATEWAY_PORT" in os.environ


def _start_locally(settings: Mapping[str, Any]) -> dict[str, str]:
    """Start a local context, unless one runs, and return the settings that make it so."""
    os.environ["JAVA_HOME"] = str(java_home())
    fetch_jars()
    # Workers would start the python3 of the PATH otherwise.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    local = {
        "spark.master": "local[*]",
        "spark.driver.host": LOOPBACK,
        "spark.driver.memory": DRIVER_MEMORY,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={QUIET_LOGS.as_uri()}",
    }
    if SparkContext._gateway is None:
        conf = SparkConf().setAll([*settings.items(), *local.items()])
        context = SparkContext(conf=conf, gateway=local_gateway(conf))
        _let_its_client_go(context._accumulatorServer)
    return local


def _let_its_client_go(server: BaseServer) -> None:
    """Have a server print no traceback when its one client, the JVM, is killed at the end."""
    report = server.handle_error

    def handle_error(request: socket | tuple[bytes, socket], client_address: object) -> None:
        if not isinstance(sys.exception(), (EOFError, ConnectionError)):
            report(request, client_address)

    server.handle_error = handle_error  # type: ignore[method-assign]
