"""The stages of a night: features and outcomes, models and scores, and how these turned out."""
