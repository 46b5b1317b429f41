"""What turns the features of a run into a risk, a novelty and reasons, and how that is kept."""
