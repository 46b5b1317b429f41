"""Findings: the record, and which finding follows from which."""
