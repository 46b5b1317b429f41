"""Workers without Spark, for tests of what the driver plans and commits."""


class InProcess:
    """Workers in this process; they remember what they were asked for, and with which tasks."""

    def __init__(self, parallelism=2):
        self.parallelism = parallelism
        self.jobs = []

    @property
    def asked(self):
        """What each task was for."""
        return [what for what, tasks in self.jobs for _ in tasks]

    def run(self, function, tasks, what):
        self.jobs.append((what, tasks))
        return [function(task) for task in tasks]
