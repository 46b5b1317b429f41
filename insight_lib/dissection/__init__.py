"""TensorDissection: layer statistics, the rule catalogue, findings with causes and advice.

Data goes one way: summaries -> ``measured`` -> ``layer_statistics`` -> ``view.run_views`` ->
``rules`` -> ``causes`` -> ``dissect.findings_table``. Every rule is a pure function of a
``RunView``; ``diagnose`` runs the same rules on a directory.
"""
