"""Which model scores next, as a person says: promote one, or roll the current one back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from insight_lib.errors import InputError
from insight_lib.lake.tables import Lake
from insight_lib.risk.registry.in_use import usable
from insight_lib.risk.registry.model_stage import Stage
from insight_lib.risk.registry.record import ModelRecord
from insight_lib.risk.registry.registration import BY_HAND, ROLLED_BACK, retired
from insight_lib.risk.registry.store import read_records, write_records


def promote(lake: Lake, version: str | None, now: datetime) -> ModelRecord:
    """Let a model score, whatever its figures; no training replaces it until it is rolled back.

    Args:
        lake: its only writer calls.
        version: of the model, or how it begins; None takes the newest that does not score.
        now: with a time zone.

    Raises:
        InputError: the lake knows no such model, or several, or it cannot be used.
    """
    records = read_records(lake)
    chosen = _newest_waiting(records) if version is None else _named(records, version)
    if chosen.stage is not Stage.DEFAULT:
        usable(chosen)
        chosen = replace(chosen, stage=Stage.CURRENT, promoted_at=now)
    chosen = replace(chosen, reason=BY_HAND)
    write_records(lake, [*retired(records, chosen.version, "another was promoted"), chosen])
    return chosen


def rollback(lake: Lake) -> ModelRecord:
    """Reject the current model and let the one before it score again; return that one.

    It is the one that was promoted last before it, else the default. A rejected model is promoted
    by nobody but a person.

    Raises:
        InputError: the default scores already.
    """
    records = read_records(lake)
    current = next((one for one in records if one.stage is Stage.CURRENT), None)
    if current is None:
        raise InputError(
            "the default model scores already, so there is none to go back to; "
            "`insight risk show` lists the models"
        )
    before = _before(records, current)
    rejected = replace(current, stage=Stage.REJECTED, reason=ROLLED_BACK)
    restored = replace(
        before,
        stage=before.stage if before.stage is Stage.DEFAULT else Stage.CURRENT,
        reason=f"again, after {current.version} was rolled back",
    )
    write_records(lake, [rejected, restored])
    return restored


def _before(records: Sequence[ModelRecord], current: ModelRecord) -> ModelRecord:
    """Return the model that scored before the current one."""
    earlier = [
        one
        for one in records
        if one.stage is Stage.RETIRED
        and one.promoted_at is not None
        and current.promoted_at is not None
        and one.promoted_at < current.promoted_at
    ]
    for one in sorted(earlier, key=lambda one: str(one.promoted_at), reverse=True):
        if _is_usable(one):
            return one
    return next(one for one in records if one.stage is Stage.DEFAULT)


def _is_usable(record: ModelRecord) -> bool:
    try:
        usable(record)
    except InputError:
        return False
    return True


def _newest_waiting(records: Sequence[ModelRecord]) -> ModelRecord:
    waiting = (one for one in records if one.stage in (Stage.REJECTED, Stage.RETIRED))
    found = next(waiting, None)
    if found is None:
        raise InputError("there is no model to promote; train one with `insight risk train`")
    return found


def _named(records: Sequence[ModelRecord], version: str) -> ModelRecord:
    found = list(_beginning(records, version))
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.version for one in records) or "none"
    number = "no risk model" if not found else f"{len(found)} risk models"
    raise InputError(f"{number} of this lake begin with {version!r}; the versions are {known}")


def _beginning(records: Sequence[ModelRecord], version: str) -> Iterator[ModelRecord]:
    return (one for one in records if version and one.version.startswith(version))
