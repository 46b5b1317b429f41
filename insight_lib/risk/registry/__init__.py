"""The models that a lake knows: which one scores, what became of the others, and why."""
