"""Jobs as a cluster runs them: through the installed pyspark's own spark-submit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from insight_lib.lake.jars import pyspark_home
from insight_lib.lake.java import java_home

JOBS = Path(__file__).parents[2] / "jobs"


@pytest.fixture(scope="session")
def spark_environment():
    return os.environ | {
        "JAVA_HOME": str(java_home()),
        "SPARK_HOME": str(pyspark_home()),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }


@pytest.fixture(scope="session")
def submit(spark_environment):
    """Submit a program, or one of the jobs by name, to a master; return the finished process."""

    def submit(master, program, *arguments):
        if isinstance(program, str):
            program = JOBS / f"{program}.py"
        options = ["--master", master, "--conf", "spark.driver.host=127.0.0.1"]
        return subprocess.run(
            [pyspark_home() / "bin/spark-submit", *options, program, *arguments],
            env=spark_environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return submit
