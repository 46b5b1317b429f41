"""Which model trainings are watched by: that of a lake, else the one that ships."""

import os

from insight_lib.dealer.extras import needs_extra
from insight_lib.errors import InputError
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.registry.default_model import default_model

_REMEDY = "or name no lake, to watch by the default model"


def watching_model(lake: str | os.PathLike[str] | None) -> RiskBundle:
    """Return the model that scores the runs of a lake; the default model without a lake.

    Unlike a night, which goes on with the default, this refuses a lake whose model cannot be used:
    who names a lake wants its model.

    Args:
        lake: folder of the lake.

    Raises:
        InputError: the lake has no model yet, or one that cannot be used; or no lake is named and
            the default model of this installation cannot be used.
        LakeError: it is no lake, or a newer DeepInsight wrote it.
        MissingExtraError: what reads lakes is not installed.
    """
    if lake is None:
        return default_model()
    with needs_extra("sql"):
        # Most trainings are watched without a lake, where deltalake need not be installed.
        from insight_lib.lake.tables import open_lake  # noqa: PLC0415
        from insight_lib.risk.registry.in_use import in_use_of  # noqa: PLC0415
        from insight_lib.risk.registry.store import read_records  # noqa: PLC0415
    records = read_records(open_lake(lake))
    if not records:
        raise InputError(
            f"the lake {lake} has no risk model yet; run `insight nightly --lake {lake}`, {_REMEDY}"
        )
    used = in_use_of(records)
    if used.fallen_back is not None:
        raise InputError(f"{used.fallen_back}, {_REMEDY}")
    return used.bundle
