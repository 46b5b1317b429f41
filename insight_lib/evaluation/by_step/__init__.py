"""Stages on the predictions of each run and step: group AUC, sample counts, volatility."""
