"""Spark sessions that refuse whatever is no query."""

from pathlib import Path
from typing import Any

from py4j.java_gateway import JavaObject
from pyspark.sql import SparkSession

SETTINGS = {
    # A model of Spark ML can be written over a folder.
    "spark.connect.session.connectML.enabled": "false",
}
NO_PYTHON = "the-python-of-clients-is-not-run"
"""The program that runs the Python functions of clients; there is none."""

_CHECK = Path(__file__).with_name("QueriesOnly.java")
# They call any static method of Java.
_CALL_JAVA = ("java_method", "reflect", "try_reflect")


def queries_only(session: SparkSession) -> JavaObject:
    """Return a session of the JVM that refuses whatever is no query.

    It has the catalogue of the given one, which still writes. So refuse all sessions that are made
    of either from now on, as Spark Connect makes one for each client.
    """
    jvm: Any = session._jvm
    functions = jvm.org.apache.spark.sql.catalyst.analysis.FunctionRegistry.builtin()
    for name in _CALL_JAVA:
        functions.dropFunction(jvm.org.apache.spark.sql.catalyst.FunctionIdentifier(name))
    compiler = jvm.org.codehaus.janino.SimpleCompiler()
    compiler.setParentClassLoader(jvm.Thread.currentThread().getContextClassLoader())
    compiler.cook(_CHECK.read_text(encoding="utf-8"))
    check = compiler.getClassLoader().loadClass(_CHECK.stem).newInstance()
    session._jsparkSession.extensions().injectCheckRule(check)
    return session._jsparkSession.newSession()
