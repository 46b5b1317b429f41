"""Prediction files: finding them beside their runs, and turning them into rows."""
