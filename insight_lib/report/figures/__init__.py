"""Records -> plotly figures, and what a figure does not show, in words."""
