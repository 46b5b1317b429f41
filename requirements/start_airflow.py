"""Start the Airflow of `build/airflow/venv` with the project's DAGs: the embedded case.

Run it with the Python of `.venv`. Airflow keeps its database, its settings and its logs in
`build/airflow/home`; everything that it is told otherwise is an environment variable.
"""

import argparse
import json
import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from insight_lib.lake.java import java_home

ROOT = Path(__file__).resolve().parent.parent
AIRFLOW = ROOT / "build" / "airflow"
AIRFLOW_BIN = AIRFLOW / "venv" / "bin"
DAGS = ROOT / "airflow_dags"
MASTER = "local[2]"
PASSWORDS = "build/airflow/home/simple_auth_manager_passwords.json.generated"


def environment(home: Path, port: int, lake: Path, log_roots: Sequence[str]) -> dict[str, str]:
    """Return the environment of an Airflow that runs the DAGs on this machine.

    Args:
        home: The folder of its database and logs.
        port: Of its pages and its programming interface, on the loopback address.
        lake: The lake's folder, the default of a run.
        log_roots: Where runs are, the default of a run.
    """
    connection = {"conn_type": "spark", "host": MASTER}
    return {
        **os.environ,
        # Airflow's components start each other as the first `airflow` on PATH.
        "PATH": os.pathsep.join([str(AIRFLOW_BIN), os.environ.get("PATH", os.defpath)]),
        "JAVA_HOME": str(java_home()),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "DEEPINSIGHT_HOME": str(ROOT),
        "DEEPINSIGHT_LAKE": str(lake),
        "DEEPINSIGHT_LOG_ROOTS": shlex.join(log_roots),
        "AIRFLOW_CONN_DEEPINSIGHT_SPARK": json.dumps(connection),
        **settings(home, port),
    }


def settings(home: Path, port: int) -> Mapping[str, str]:
    """Return Airflow's own settings as environment variables."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def main() -> None:
    """Become `airflow standalone`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--lake", type=Path, default=AIRFLOW / "lake", metavar="DIR")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("log_roots", nargs="*", metavar="LOG_ROOT")
    given = parser.parse_args()
    named = [one if "://" in one else str(Path(one).resolve()) for one in given.log_roots]
    home = AIRFLOW / "home"
    home.mkdir(parents=True, exist_ok=True)
    print(
        f"Airflow: http://127.0.0.1:{given.port}, user admin, password in {PASSWORDS}", flush=True
    )
    airflow = AIRFLOW_BIN / "airflow"
    given_environment = environment(home, given.port, given.lake.resolve(), named)
    os.execve(airflow, [airflow, "standalone"], given_environment)  # noqa: S606


if __name__ == "__main__":
    main()
