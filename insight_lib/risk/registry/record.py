"""A row of ``risk_models``: a model, what is known of it, and what became of it."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from insight_lib.errors import InputError
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.models.storage import bundle_bytes, bundle_from_bytes
from insight_lib.risk.registry.model_stage import Stage


@dataclass(frozen=True)
class ModelRecord:
    """What the registry knows of a model.

    Attributes:
        version: of the model.
        stage: what became of it.
        reason: why, in words; None where nothing is to be said.
        trained_at: when; of the default when the lake got it.
        promoted_at: when it became current for the last time; None if never.
        data_fingerprint: digest of what it was trained on.
        features: that it is given.
        metrics: on groups that it was not trained on.
        card: its model card.
        content: the model as text.
    """

    version: str
    stage: Stage
    reason: str | None
    trained_at: datetime
    promoted_at: datetime | None
    data_fingerprint: str
    features: tuple[str, ...]
    metrics: Mapping[str, Any]
    card: Mapping[str, Any]
    content: str

    @classmethod
    def of(
        cls, bundle: RiskBundle, stage: Stage, trained_at: datetime, reason: str | None = None
    ) -> "ModelRecord":
        """Return the record of a model that was just trained, or brought."""
        return cls(
            version=bundle.version,
            stage=stage,
            reason=reason,
            trained_at=trained_at,
            promoted_at=trained_at if stage is Stage.CURRENT else None,
            data_fingerprint=bundle.data_fingerprint,
            features=bundle.feature_names,
            metrics=bundle.metrics,
            card=bundle.card,
            content=base64.b64encode(bundle_bytes(bundle)).decode(),
        )

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "ModelRecord":
        """Return the record of a row; a model of before version 2 of the table is retired."""
        is_former = row["features"] is None
        return cls(
            version=row["model_version"],
            stage=Stage.RETIRED if is_former else Stage(row["stage"]),
            reason="of an earlier version of DeepInsight" if is_former else row["reason"],
            trained_at=row["trained_at"],
            promoted_at=row["promoted_at"],
            data_fingerprint=row["data_fingerprint"],
            features=() if is_former else tuple(json.loads(row["features"])),
            metrics=_mapping(row["metrics"]),
            card=_mapping(row["card"]),
            content=row["parameters"],
        )

    def row(self) -> dict[str, Any]:
        """Return the row of ``risk_models``."""
        return {
            "model_version": self.version,
            "metrics": _json(self.metrics),
            "data_fingerprint": self.data_fingerprint,
            "parameters": self.content,
            "stage": self.stage.value,
            "trained_at": self.trained_at,
            "features": json.dumps(self.features),
            "card": _json(self.card),
            "reason": self.reason,
            "promoted_at": self.promoted_at,
        }

    def bundle(self) -> RiskBundle:
        """Return the model itself.

        Raises:
            InputError: it is damaged, or of another version of DeepInsight.
        """
        where = f"risk model {self.version} of this lake"
        try:
            content = base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InputError(
                f"{where} cannot be read: it is damaged or of an earlier version of DeepInsight; "
                "train again with `insight risk train`, or go back with `insight risk rollback`"
            ) from error
        return bundle_from_bytes(content, where)


def _mapping(text: str | None) -> Mapping[str, Any]:
    """Return a JSON object; an empty one of what is none, which a stranger may have written."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, allow_nan=False)
