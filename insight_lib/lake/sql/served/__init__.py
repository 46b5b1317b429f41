"""A lake for BI tools and notebooks: Spark's Thrift server and Spark Connect, for queries alone."""
