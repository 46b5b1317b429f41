"""spark-submit entry points, one a stage of the nightly pipeline."""
