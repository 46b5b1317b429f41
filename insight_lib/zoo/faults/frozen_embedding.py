"""The item embedding is left out of the training by mistake: a blind spot."""

from dataclasses import replace

from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings

_LAYER = "item_embedding"


def _inject(settings: Settings) -> Settings:
    return replace(settings, frozen=_LAYER)


def _blamed(_settings: Settings) -> tuple[str, ...]:
    return (_LAYER,)


FAULT = Fault(
    name="frozen_embedding",
    programs=("click_embedding",),
    expected=("blind_spot",),
    inject=_inject,
    blamed=_blamed,
)
