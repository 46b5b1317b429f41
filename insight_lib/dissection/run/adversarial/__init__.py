"""Adversarial training: the balance of its players, and how alike is what is generated."""
