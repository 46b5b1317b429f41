"""Where the study's data lies."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
ZOO = DATA / "zoo.parquet"
"""The learning table: a row a run and landmark. Its recipe is ``insight_lib``'s."""
BASELINES = DATA / "baselines.parquet"
"""What the baselines look at, at the same rows; written by ``baselines.recipe``."""
PUBLIC = DATA / "public.parquet"
"""The same of public runs of others, their repositories numbered; written by ``public``."""
TOKENS = DATA / "tokens.npz"
"""What a set network looks at, at the same rows; written by ``set_tokens``."""
