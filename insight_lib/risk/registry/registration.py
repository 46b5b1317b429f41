"""What becomes of the models when the default changes, and when one was trained, or was not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from insight_lib.errors import InputError
from insight_lib.lake.tables import Lake
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.registry.in_use import usable
from insight_lib.risk.registry.model_stage import Stage
from insight_lib.risk.registry.record import ModelRecord
from insight_lib.risk.registry.store import read_records, write_records

BY_HAND = "promoted by hand"
ROLLED_BACK = "rolled back by hand"
FORMER_DEFAULT = "the default of an earlier version"


def register_default(lake: Lake, bundle: RiskBundle, now: datetime) -> None:
    """Make a model the default of the lake unless it is."""
    records = read_records(lake)
    if any(one.version == bundle.version and one.stage is Stage.DEFAULT for one in records):
        return
    former = [
        replace(one, stage=Stage.RETIRED, reason=FORMER_DEFAULT)
        for one in records
        if one.stage is Stage.DEFAULT
    ]
    write_records(lake, [*former, ModelRecord.of(bundle, Stage.DEFAULT, now)])


def defaults_so_far(lake: Lake) -> int:
    """Return how many defaults the lake has had; each is another model to correct."""
    return sum(
        one.stage is Stage.DEFAULT or one.reason == FORMER_DEFAULT for one in read_records(lake)
    )


def register_trained(
    lake: Lake, candidate: RiskBundle, adopted: bool, why: str, now: datetime
) -> None:
    """Keep a model that was trained, and let it score if it is better and no person said otherwise.

    Args:
        lake: its only writer calls.
        candidate: the model.
        adopted: whether it is better than the default by more than noise.
        why: so, in words.
        now: with a time zone.
    """
    records = read_records(lake)
    held = next((one for one in records if one.reason == BY_HAND and _scores(one, records)), None)
    known = next((one for one in records if one.version == candidate.version), None)
    if known is not None and (known.reason == ROLLED_BACK or known is held):
        return
    if held is not None:
        why = f"{held.version} was promoted by hand; {why}"
    stage = Stage.CURRENT if adopted and held is None else Stage.REJECTED
    if known is not None and known.stage is stage:
        return
    record = ModelRecord.of(candidate, stage, now, why)
    former = [] if held else retired(records, candidate.version, "a newer one was trained")
    write_records(lake, [*former, record])


def note_untrained(lake: Lake, why: str) -> None:
    """Note on the default why no model was trained from the lake's runs; what scored retires."""
    records = read_records(lake)
    if any(one.reason == BY_HAND and _scores(one, records) for one in records):
        return
    noted = [
        replace(one, reason=why)
        for one in records
        if one.stage is Stage.DEFAULT and one.reason != why
    ]
    write_records(lake, [*retired(records, "", why), *noted])


def reject_unusable(lake: Lake) -> str | None:
    """Reject a current model that cannot be used; return why it cannot, None where it can.

    It is damaged, of another version of DeepInsight, or its features are not computed any more.
    """
    for record in read_records(lake):
        if record.stage is Stage.CURRENT:
            try:
                usable(record)
            except InputError as error:
                write_records(lake, [replace(record, stage=Stage.REJECTED, reason=str(error))])
                return str(error)
    return None


def retired(records: Sequence[ModelRecord], but: str, why: str) -> list[ModelRecord]:
    """Return what becomes of the current model, unless it is the version ``but``."""
    return [
        replace(one, stage=Stage.RETIRED, reason=why)
        for one in records
        if one.stage is Stage.CURRENT and one.version != but
    ]


def _scores(record: ModelRecord, records: Sequence[ModelRecord]) -> bool:
    has_current = any(one.stage is Stage.CURRENT for one in records)
    return record.stage is (Stage.CURRENT if has_current else Stage.DEFAULT)
