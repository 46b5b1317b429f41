"""``make bench``: run the benchmarks, print the table, write ``build/bench.json``.

With names as arguments, or the beginning of names, only these run and only their entries are
replaced.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from insight_lib.cli.output import print_table
from insight_lib.errors import InputError
from tests.bench.conditions import Watch, machine
from tests.bench.decode import (
    decode_histograms_vs_eventaccumulator,
    decode_histograms_vs_rustboard,
    decode_memory,
    decode_scalars_vs_eventaccumulator,
    decode_scalars_vs_rustboard,
)
from tests.bench.demo import demo_s, nightly_again_s
from tests.bench.diagnose import diagnose_100mb_s
from tests.bench.dissection import (
    dissection_false_errors,
    dissection_false_warnings,
    dissection_fault_types,
    dissection_zoo,
)
from tests.bench.entry import Entry
from tests.bench.evaluation import auc_increment, metrics_from_histograms_s
from tests.bench.evaluation_stage import (
    evaluation_stage_vs_duckdb_10k,
    evaluation_stage_vs_duckdb_exact,
    evaluation_stage_vs_spark_ml,
)
from tests.bench.ingest import ingest_nothing_new_s, ingest_points_per_s, ingest_proportional
from tests.bench.many_runs import diagnose_memory_mb, nightly_1000_runs_s
from tests.bench.public_runs import public_runs_false_alarms, public_runs_recall
from tests.bench.risk.entries import (
    risk_auc_at_10,
    risk_auc_at_25,
    risk_calibration,
    risk_compute_saved,
    risk_recall_at_5pct_fpr,
)
from tests.bench.risk.features_speed import risk_features_10k_s
from tests.bench.risk.public_auc import risk_public_auc
from tests.bench.sql import sql_first_row_s
from tests.bench.tracer import (
    trace_overhead_cnn,
    trace_overhead_embedding,
    trace_overhead_mlp,
)

RESULTS = Path("build/bench.json")
BENCHMARKS = {
    "demo_s": demo_s,
    "nightly_again_s": nightly_again_s,
    "nightly_1000_runs_s": nightly_1000_runs_s,
    "ingest_points_per_s": ingest_points_per_s,
    "ingest_nothing_new_s": ingest_nothing_new_s,
    "ingest_proportional": ingest_proportional,
    "decode_scalars_vs_rustboard": decode_scalars_vs_rustboard,
    "decode_histograms_vs_rustboard": decode_histograms_vs_rustboard,
    "decode_scalars_vs_eventaccumulator": decode_scalars_vs_eventaccumulator,
    "decode_histograms_vs_eventaccumulator": decode_histograms_vs_eventaccumulator,
    "decode_memory": decode_memory,
    "diagnose_100mb_s": diagnose_100mb_s,
    "diagnose_memory_mb": diagnose_memory_mb,
    "evaluation_stage_vs_duckdb_exact": evaluation_stage_vs_duckdb_exact,
    "evaluation_stage_vs_duckdb_10k": evaluation_stage_vs_duckdb_10k,
    "evaluation_stage_vs_spark_ml": evaluation_stage_vs_spark_ml,
    "auc_increment": auc_increment,
    "metrics_from_histograms_s": metrics_from_histograms_s,
    "sql_first_row_s": sql_first_row_s,
    "dissection_zoo": dissection_zoo,
    "dissection_false_errors": dissection_false_errors,
    "dissection_false_warnings": dissection_false_warnings,
    "dissection_fault_types": dissection_fault_types,
    "public_runs_recall": public_runs_recall,
    "public_runs_false_alarms": public_runs_false_alarms,
    "risk_auc_at_10": risk_auc_at_10,
    "risk_auc_at_25": risk_auc_at_25,
    "risk_recall_at_5pct_fpr": risk_recall_at_5pct_fpr,
    "risk_calibration": risk_calibration,
    "risk_public_auc": risk_public_auc,
    "risk_features_10k_s": risk_features_10k_s,
    "risk_compute_saved": risk_compute_saved,
    "trace_overhead_mlp": trace_overhead_mlp,
    "trace_overhead_cnn": trace_overhead_cnn,
    "trace_overhead_embedding": trace_overhead_embedding,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all, and return the exit status."""
    unknown = [name for name in names if not _named(name)]
    if unknown:
        print(f"no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    entries = (
        {} if not RESULTS.exists() else {e["name"]: e for e in json.loads(RESULTS.read_text())}
    )
    for name in _wanted(names):
        try:
            with Watch() as watch:
                entry = BENCHMARKS[name]()
        except InputError as error:  # what it is measured on is not here
            print(f"{name} is left out: {error}", file=sys.stderr)
            continue
        entries[name] = asdict(entry) | asdict(watch.conditions)
        RESULTS.parent.mkdir(exist_ok=True)
        kept = [entries[known] for known in BENCHMARKS if known in entries]
        RESULTS.write_text(json.dumps(kept, indent=2) + "\n")
    # The machine is the same of all entries, and in the file. Older entries lack conditions.
    columns = [*Entry.__dataclass_fields__, "cpu_s", "peak_mb", "load"]
    shown = [[entry.get(c) for c in columns] for entry in entries.values()]
    print_table(f"Benchmarks, {machine()}", columns, shown)
    return 0


def _wanted(names: list[str]) -> list[str]:
    return [each for name in names for each in _named(name)] or list(BENCHMARKS)


def _named(name: str) -> list[str]:
    """Return the benchmark of a name, else those whose names begin so."""
    return [name] if name in BENCHMARKS else [each for each in BENCHMARKS if each.startswith(name)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
