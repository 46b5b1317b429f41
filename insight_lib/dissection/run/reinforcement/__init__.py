"""The returns of a run of reinforcement learning, and the critics that predict them."""
