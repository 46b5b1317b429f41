"""Prediction files: finding them next to their runs, and turning them into rows."""
