"""Watch trainings while they run: look, advise, and leave the action to who asked."""
