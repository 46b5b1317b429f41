"""The formats of prediction files: a file -> rows of `predictions`, and the rows it cannot take."""
