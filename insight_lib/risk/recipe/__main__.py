"""Make the learning table of a zoo, or the model that ships of such tables."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from insight_lib.errors import InsightError
from insight_lib.risk.features.peers import MODEL_FEATURES
from insight_lib.risk.models.storage import save_bundle
from insight_lib.risk.recipe.table import learning_rows
from insight_lib.risk.recipe.zoo import read_zoo
from insight_lib.risk.training.learning_table import joined_tables, read_learning_table
from insight_lib.risk.training.peers import among_peers
from insight_lib.risk.training.train import train_bundle
from insight_lib.screen import print_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what was asked for; return 0, or 2 where the input does not serve."""
    parser = argparse.ArgumentParser(prog="python -m insight_lib.risk.recipe", description=__doc__)
    makes = parser.add_subparsers(dest="makes", required=True)
    table = makes.add_parser("table", help="the learning table of a zoo")
    table.add_argument("zoo", type=Path, help="folder that `insight zoo --shard` wrote")
    table.add_argument("out", type=Path, help="Parquet file")
    model = makes.add_parser("model", help="the model that ships, of learning tables")
    model.add_argument("tables", type=Path, nargs="+", help="Parquet files")
    model.add_argument("--out", type=Path, required=True, help="file of the model, .npz")
    asked = parser.parse_args(arguments)
    try:
        if asked.makes == "table":
            _make_table(asked.zoo, asked.out)
        else:
            _make_model(asked.tables, asked.out)
    except InsightError as error:
        print_text(str(error))
        return 2
    return 0


def _make_table(zoo: Path, out: Path) -> None:
    rows = learning_rows(*read_zoo(zoo))
    pq.write_table(rows, out, compression="zstd", compression_level=19)
    print_text(f"wrote {rows.num_rows:,} rows of {zoo} to {out}")


def _make_model(tables: Sequence[Path], out: Path) -> None:
    table = among_peers(joined_tables([read_learning_table(path) for path in tables]))
    bundle = train_bundle(table, MODEL_FEATURES)
    save_bundle(bundle, out)
    print_text(f"wrote model {bundle.version} of {len(set(table.matrix.run_ids)):,} runs to {out}")


if __name__ == "__main__":
    sys.exit(main())
