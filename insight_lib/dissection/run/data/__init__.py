"""The examples that a run was trained on, as its tracer saw them: batches, inputs, labels."""
