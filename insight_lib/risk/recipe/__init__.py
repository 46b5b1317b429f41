"""From a wide zoo of real trainings to the learning table, and to the model that ships.

``insight zoo --out ZOO --runs 3000 --seed 17 --shard 1/2`` trains, ``python -m
insight_lib.risk.recipe table ZOO zoo.parquet`` looks at what was written, and ``... model
zoo.parquet --out model.npz`` trains the model.
"""
