"""What a notebook does through Spark Connect; run by a Python that has its client.

It prints, as JSON, the rows of a query and what was said to each attempt to change something.
"""

import json
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

address, query, table, folder, *statements = sys.argv[1:]
session = SparkSession.builder.remote(address).getOrCreate()
rows = session.sql("SELECT run_id FROM runs")
attempts = {statement: lambda text=statement: session.sql(text) for statement in statements} | {
    "write": lambda: rows.write.parquet(folder),
    "overwrite": lambda: rows.write.format("delta").mode("overwrite").save(table),
    "save": lambda: rows.write.saveAsTable("mine"),
    "stream": lambda: session.readStream.format("rate").load().writeStream.start(folder),
    "function": lambda: rows.select(udf(lambda run: run)("run_id")).collect(),
}


def said(attempt):
    try:
        attempt()
    except PySparkException as error:
        return str(error)
    return "done"


found = [list(row) for row in session.sql(query).collect()]
sys.stdout.write(json.dumps([found, {name: said(attempt) for name, attempt in attempts.items()}]))
