"""How the scores of earlier nights turned out."""
