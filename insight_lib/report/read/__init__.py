"""The lake's tables -> the records of the pages."""
