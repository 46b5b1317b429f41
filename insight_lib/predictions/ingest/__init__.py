"""Ingest prediction files into the lake exactly once: plan, read, commit."""
