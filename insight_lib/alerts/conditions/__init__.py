"""On what an alert rule looks: each file reads the lake and returns what holds in it now."""
