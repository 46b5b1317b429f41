"""Signs of a learning rate that is too high, one kind a file."""
