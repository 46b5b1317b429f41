"""Which model scores: the current one of the lake, else the default that ships."""

from collections.abc import Sequence
from dataclasses import dataclass

from insight_lib.errors import InputError
from insight_lib.lake.tables import Lake
from insight_lib.risk.features.peers import MODEL_FEATURES
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.registry.default_model import default_model
from insight_lib.risk.registry.model_stage import Stage
from insight_lib.risk.registry.record import ModelRecord
from insight_lib.risk.registry.store import read_records


@dataclass(frozen=True)
class InUse:
    """The model that scores.

    Attributes:
        bundle: the model.
        is_default: whether it is the one that ships.
        fallen_back: why the lake's current model is not used, with the remedy; None where it is,
            or where there is none.
    """

    bundle: RiskBundle
    is_default: bool
    fallen_back: str | None = None


def model_in_use(lake: Lake) -> InUse:
    """Return the model that scores the runs of a lake.

    A current model that is damaged, of another version or whose features are not computed (any
    more) does not score: the default does, and ``fallen_back`` says so.

    Raises:
        InputError: the default model of this installation cannot be used either.
    """
    return in_use_of(read_records(lake))


def in_use_of(records: Sequence[ModelRecord]) -> InUse:
    """Return the model that scores, of all that a lake knows; see `model_in_use`."""
    for record in records:
        if record.stage is Stage.CURRENT:
            try:
                return InUse(usable(record), is_default=False)
            except InputError as error:
                return InUse(default_model(), is_default=True, fallen_back=str(error))
    return InUse(default_model(), is_default=True)


def usable(record: ModelRecord) -> RiskBundle:
    """Return the model of a record, which fits the features that are computed.

    Raises:
        InputError: it is damaged, of another version of DeepInsight, or its features do not match.
    """
    bundle = record.bundle()
    bundle.check(tuple(feature.name for feature in MODEL_FEATURES))
    return bundle
