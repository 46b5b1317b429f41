"""Comparisons: two runs on the same examples, and score drift between steps and runs."""
