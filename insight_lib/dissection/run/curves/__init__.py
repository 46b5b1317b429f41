"""The losses and scores of a run, and the courses that they take."""
