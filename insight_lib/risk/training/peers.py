"""What is known of the runs of a learning table among their peers: the runs of their program."""

from dataclasses import replace

from insight_lib.risk.models.peers import peer_keys, with_peers
from insight_lib.risk.training.learning_table import LearningTable


def among_peers(table: LearningTable) -> LearningTable:
    """Return the table with each run compared with those of its program at the same share.

    What became of the peers is not looked at.
    """
    keys = peer_keys(table.program, table.share, table.cutoff_step)
    return replace(table, matrix=with_peers(table.matrix, keys))
