"""``insight serve``: a lake's tables and views for BI tools and notebooks."""

import argparse

from insight_lib.cli.options import add_lake
from insight_lib.errors import SetupError
from insight_lib.lake.session import LOOPBACK
from insight_lib.lake.sql.served.servers import Ports, start_servers
from insight_lib.lake.tables import open_lake


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    parser.add_argument(
        "--thrift-port",
        type=int,
        default=Ports.thrift,
        metavar="PORT",
        help="of the Thrift server, for JDBC and ODBC (default: %(default)s)",
    )
    parser.add_argument(
        "--connect-port",
        type=int,
        default=Ports.connect,
        metavar="PORT",
        help="of Spark Connect (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until the program is asked to end.

    Raises:
        SetupError: Spark ended by itself.
    """
    ports = Ports(arguments.thrift_port, arguments.connect_port)
    spark = start_servers(open_lake(arguments.lake), ports)
    print(f"Thrift: jdbc:hive2://{LOOPBACK}:{ports.thrift}")
    print(f"Spark Connect: sc://{LOOPBACK}:{ports.connect}")
    print("Ctrl-C ends both", flush=True)
    spark.wait()
    raise SetupError("Spark has ended; what it said stands above; run the same command again")
