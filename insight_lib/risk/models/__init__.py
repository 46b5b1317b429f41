"""Learners of the model on model, and the bundle that ships."""
