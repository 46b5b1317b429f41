"""Metrics over mergeable score histograms, each with its own error; no lake, no tables."""
