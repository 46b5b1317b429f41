"""Keep the default model registered, and let the lake's own runs correct it where that helps."""

from datetime import UTC, datetime

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake
from insight_lib.risk.registry.default_model import default_model
from insight_lib.risk.registry.registration import (
    defaults_so_far,
    note_untrained,
    register_default,
    register_trained,
)
from insight_lib.risk.stages.learning_rows import lake_learning_table
from insight_lib.risk.stages.truth import TABLES
from insight_lib.risk.training.personal import train_personal

APPLICATION = "risk 3"
WATCHED = ("run_features", *TABLES)


def keep_default(lake: Lake) -> None:
    """Register the default model of this version unless it is.

    Raises:
        InputError: the default model of this installation cannot be used.
    """
    register_default(lake, default_model(), datetime.now(UTC))


def train_if_new(lake: Lake) -> str | None:
    """Train on the lake's own runs if these or the default changed; return what came of it.

    None where nothing changed. What is trained scores only if it is better than the default on
    groups of runs that it was not trained on, by more than noise; it is kept in any case.

    Raises:
        InputError: labels contradict each other.
        MissingExtraError: scikit-learn is not installed.
    """
    now = lake.watermark(WATCHED) + defaults_so_far(lake)
    if lake.committed("risk_models", APPLICATION) >= now:
        return None
    trained = train_personal(default_model(), lake_learning_table(lake))
    if trained.candidate is None:
        note_untrained(lake, trained.reason)
    else:
        register_trained(
            lake, trained.candidate, trained.adopted, trained.reason, datetime.now(UTC)
        )
    nothing = contract("risk_models").empty()
    lake.replace("risk_models", "model_version", [], nothing, APPLICATION, now)
    return trained.reason
