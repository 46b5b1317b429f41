"""The Thrift server and Spark Connect in one Spark process, on the loopback address."""

import os
import socket
import subprocess
from dataclasses import dataclass
from typing import Any

from insight_lib.errors import InputError
from insight_lib.lake.session import LOOPBACK, spark_session
from insight_lib.lake.sql.served.queries_only import NO_PYTHON, SETTINGS, queries_only
from insight_lib.lake.sql.spark import register_lake
from insight_lib.lake.tables import Lake


@dataclass(frozen=True)
class Ports:
    """Where clients reach the servers: `thrift` speaks JDBC and ODBC, `connect` Spark Connect."""

    thrift: int = 10_000
    connect: int = 15_002


def start_servers(lake: Lake, ports: Ports) -> "subprocess.Popen[bytes]":
    """Start Spark and both servers, and return the process of the JVM.

    They have the tables and views of `insight sql`, whose newest versions each query sees, and run
    nothing but queries.

    Raises:
        InputError: A port is taken.
        SetupError: There is no fitting Java, or the Delta JARs cannot be fetched.
    """
    for port in (ports.thrift, ports.connect):
        _check_free(port)
    os.environ["PYSPARK_PYTHON"] = NO_PYTHON
    session = spark_session("insight serve", SETTINGS | _addresses(ports))
    register_lake(session, lake)
    queries = queries_only(session)
    jvm: Any = session._jvm
    spark = jvm.org.apache.spark
    spark.sql.hive.thriftserver.HiveThriftServer2.startWithContext(queries.sqlContext())
    # Not as a plugin, which would take statements before these are checked.
    spark.sql.connect.service.SparkConnectService.start(session._jsc.sc())
    gateway: Any = session.sparkContext._gateway
    process: subprocess.Popen[bytes] = gateway.proc
    return process


def _addresses(ports: Ports) -> dict[str, str]:
    return {
        # All clients share the one session that is checked.
        "spark.sql.hive.thriftServer.singleSession": "true",
        "spark.hadoop.hive.server2.thrift.bind.host": LOOPBACK,
        "spark.hadoop.hive.server2.thrift.port": str(ports.thrift),
        "spark.connect.grpc.binding.address": LOOPBACK,
        "spark.connect.grpc.binding.port": str(ports.connect),
    }


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        # As servers do, so that a port whose last connections still close is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise InputError(
                f"port {port} cannot be served ({error.strerror}); name another with --thrift-port "
                "or --connect-port"
            ) from error
