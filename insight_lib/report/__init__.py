"""The nightly failure-risk report: a folder of static HTML that opens from disk.

The way of the data: ``tables`` (what is asked of the lake) -> ``read*`` (tables to ``records``) ->
``figures*`` (records to plotly figures) -> ``render`` (records to HTML) -> ``folder`` (the finished
folder takes the old one's place). ``write`` joins them. Rendering never recounts: whatever a page
says stands in a record.
"""
