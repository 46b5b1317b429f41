"""What became of a run that has ended: failed, since when and how; healthy; or unknown.

An outcome is judged from what the run's series are (their roles), not from what was done to it nor
from what the rules find: a fault that did no harm is a healthy run.
"""
