"""DeepInsight: a quality platform for deep-learning training.

The packages are the flow, left to right: ``tracer``, ``dealer`` (in the training process),
``events``, ``predictions`` (bytes to rows), ``evaluation``, ``dissection``, ``risk`` (rows to
judgements), ``report`` (what people see). ``lake`` lies under those that keep tables, ``cli`` on
top of all.
"""
