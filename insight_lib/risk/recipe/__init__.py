"""From a wide zoo of real trainings to the learning table of the model that ships.

``insight zoo --out ZOO --runs 3000 --seed 17 --shard 1/2`` trains, ``python -m
insight_lib.risk.recipe table ZOO --out zoo.parquet`` looks at what was written, and ``... default
zoo.parquet --out default.npz`` trains the model.
"""
