"""The tables that are the same wherever and however often the pipeline ran on the same files."""

# All but those that name a moment, such as a report's or a model's.
DERIVED = ("scalars", "histograms", "artifacts", "predictions", "quarantine", "runs", "evaluations")
DERIVED += ("curves", "score_histograms", "probability_sums", "layer_stats", "findings")
DERIVED += ("run_features", "group_aucs", "sample_counts", "volatility", "score_drift")
