"""Layer statistics: summaries of tensors, whoever wrote them -> `layer_stats`."""
