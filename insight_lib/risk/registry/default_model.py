"""The model that ships with DeepInsight."""

from functools import cache
from importlib.resources import as_file, files

from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.models.storage import load_bundle

FILE = files("insight_lib.risk").joinpath("default", "model.npz")
"""Made of the zoo by the recipe, see docs/risk.md."""


@cache
def default_model() -> RiskBundle:
    """Return the model that ships; it scores without anybody's labels.

    Raises:
        InputError: the file of this installation is missing or damaged.
    """
    with as_file(FILE) as path:
        return load_bundle(path)
