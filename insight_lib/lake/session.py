"""The one place that builds the Spark session, and the workers that run on it."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from insight_lib.dealer.extras import needs_extra
from insight_lib.errors import InsightError
from insight_lib.lake.between_tasks import read_archives_once, set_imports_apart
from insight_lib.lake.jars import fetch_jars
from insight_lib.lake.java import java_home

with needs_extra("spark"):
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

Task = TypeVar("Task")
Result = TypeVar("Result")

# The driver keeps plans, ledgers and small results; in local mode it is the executor too.
DRIVER_MEMORY = "2g"
LOOPBACK = "127.0.0.1"
# Errors only: a pipeline's own output must stay readable.
QUIET_LOGS = Path(__file__).with_name("log4j2.properties")

SETTINGS = {
    # Delta's SQL and catalogue; its two JARs lie beside pyspark's own.
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


def spark_session(application: str = "deepinsight") -> SparkSession:
    """Return the running session, or build one.

    Under `spark-submit` master, memory and addresses are the submitter's; otherwise the session is
    local, on all cores, and bound to the loopback address.

    Raises:
        SetupError: There is no fitting Java, or the Delta JARs cannot be fetched.
    """
    # A bar for every stage that takes longer than half a second, where somebody watches.
    watched = str(sys.stderr.isatty()).lower()
    builder = SparkSession.builder.appName(application)
    builder = builder.config("spark.ui.showConsoleProgress", watched)
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    if not _is_submitted() and SparkSession.getActiveSession() is None:
        builder = _local(builder)
    return builder.getOrCreate()


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
        """
        if not tasks:
            return []
        context = self._context()
        context.setJobDescription(what)
        outcomes = context.parallelize(tasks, len(tasks)).map(partial(_outcome, function)).collect()
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


def _outcome(function: Callable[[Task], Result], task: Task) -> Result | InsightError:
    """Carry a named error back as a value: Spark would bury it in the JVM's own traceback."""
    try:
        return function(task)
    except InsightError as error:
        return error
    finally:
        read_archives_once()
        set_imports_apart()


def _is_submitted() -> bool:
    # spark-submit starts the JVM first and tells the Python driver its port.
    return "PYSPARK_GATEWAY_PORT" in os.environ


def _local(builder: SparkSession.Builder) -> SparkSession.Builder:
    os.environ["JAVA_HOME"] = str(java_home())
    fetch_jars()
    # Workers would start the python3 of the PATH otherwise.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    return (
        builder.master("local[*]")
        .config("spark.driver.host", LOOPBACK)
        .config("spark.driver.memory", DRIVER_MEMORY)
        .config(
            "spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={QUIET_LOGS.as_uri()}"
        )
    )
