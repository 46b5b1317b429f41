"""What may be known of a training at a cut-off, as bounded numbers that compare across models."""
