"""Event files as a Spark data source, for queries that want no lake.

``spark.read.format("tfevents").load("logs")`` gives one row for each value of each record, and one
for each damaged span. Spark finds the source by itself, through the module ``pyspark_tfevents``.
"""
