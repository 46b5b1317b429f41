"""What to change first, in words and as one parameter."""
