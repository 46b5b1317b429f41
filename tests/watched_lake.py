"""A lake that notes which tables are read."""

from insight_lib.lake.tables import Lake


class WatchedLake(Lake):
    """Keeps the names in ``was_read``."""

    def __init__(self, root):
        super().__init__(root)
        self.was_read = set()

    def files(self, name, run_ids=None):
        self.was_read.add(name)
        return super().files(name, run_ids)
