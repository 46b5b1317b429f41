"""The nightly: which log roots are read, and every stage in order."""
