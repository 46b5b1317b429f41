"""A run as the rules see it, and the questions that rules ask of it."""
