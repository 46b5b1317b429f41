"""What the recorded configuration says of layers, loss and data."""
