"""What the stage of features costs: CPU time of a first night on 10,000 runs."""

import sys
import tempfile
from pathlib import Path

from insight_lib.cli.output import print_table
from insight_lib.files.log_root import check_roots
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.stage import Context
from insight_lib.pipeline.stages import STAGES
from tests.bench.conditions import Conditions, Watch
from tests.bench.entry import Entry, at_most
from tests.bench.many_runs import write_runs

RUNS = 10_000
STAGE = "risk_features"
CPU_GOAL_S = 120.0


def risk_features_10k_s() -> Entry:
    """Return the CPU time of the stage on 10,000 runs of 5,000 points, JVM and workers included."""
    spent = cpu_of_features(RUNS)
    return at_most("risk_features_10k_s", spent.cpu_s, "s of CPU", CPU_GOAL_S)


def cpu_of_features(runs: int) -> Conditions:
    """Return what the stage of features takes on so many new runs, as a night runs it.

    The Spark session has started and the stages before it are done.
    """
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        write_runs(root / "logs", runs)
        lake = open_lake(root / "lake", create=True)
        context = Context(
            lake, SparkWorkers(), Inputs(roots=check_roots([root / "logs"])), root / "report"
        )
        taken = {}
        for stage in STAGES[: 1 + [one.name for one in STAGES].index(STAGE)]:
            with Watch() as watch:
                stage.run(context)
            taken[stage.name] = watch.conditions
    return taken[STAGE]


def main() -> int:
    """Print what it takes on as many runs as are asked for."""
    rows = [(runs, one.cpu_s, one.peak_mb) for runs in map(int, sys.argv[1:])
            for one in (cpu_of_features(runs),)]  # fmt: skip
    print_table("Features of new runs", ("runs", "s of CPU", "MB"), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
