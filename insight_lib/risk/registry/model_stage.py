"""What became of a model."""

from enum import StrEnum


class Stage(StrEnum):
    """At most one model is the default, at most one current; see ``schemas/risk_models.toml``."""

    DEFAULT = "default"
    CURRENT = "current"
    RETIRED = "retired"
    REJECTED = "rejected"
