"""Outputs that do not fit the loss or the labels, one kind a file."""
