"""Evaluation: mergeable score histograms, and from them metrics that state their own error."""
