"""Workers without Spark, for tests of what the driver plans and commits."""


class InProcess:
    """Workers in this process; they remember what they were asked for."""

    parallelism = 2

    def __init__(self):
        self.asked = []

    def run(self, function, tasks, what):
        self.asked += [what] * len(tasks)
        return [function(task) for task in tasks]
