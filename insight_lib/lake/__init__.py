"""The lake: Delta tables in one folder, the contract each of them keeps, and the Spark session."""
