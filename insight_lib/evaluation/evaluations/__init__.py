"""The evaluation stage: new predictions -> states, metrics and curves."""
