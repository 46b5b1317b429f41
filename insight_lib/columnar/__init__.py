"""Arrow tables and columns: groups, codes, constant columns; shared by all that works on them."""
