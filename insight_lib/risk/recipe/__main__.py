"""``python -m insight_lib.risk.recipe table ZOO OUT``: make the learning table of a zoo."""

import argparse
import sys
from pathlib import Path

import pyarrow.parquet as pq

from insight_lib.errors import InsightError
from insight_lib.risk.recipe.table import learning_rows
from insight_lib.risk.recipe.zoo import read_zoo
from insight_lib.screen import print_text


def main() -> int:
    """Make what was asked for; return 0, or 2 where the input does not serve."""
    parser = argparse.ArgumentParser(prog="python -m insight_lib.risk.recipe", description=__doc__)
    parser.add_argument("zoo", type=Path, help="folder that `insight zoo --shard` wrote")
    parser.add_argument("out", type=Path, help="Parquet file of the learning table")
    asked = parser.parse_args()
    try:
        rows = learning_rows(*read_zoo(asked.zoo))
    except InsightError as error:
        print_text(str(error))
        return 2
    pq.write_table(rows, asked.out, compression="zstd", compression_level=19)
    print_text(f"wrote {rows.num_rows:,} rows of {asked.zoo} to {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
