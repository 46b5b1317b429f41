"""What a finding takes over from what it follows from: the part that has to change is the root's.

A loss that does not fall because a layer was initialised with zeros asks for another
initialisation, as the root does, whatever would help a loss that does not fall for itself.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from insight_lib.dissection.findings.finding import RUN_LAYER, Finding
from insight_lib.fault_types import FaultType

_FIRST_SENTENCE = re.compile(r".*?[.](?=\s+[A-Z]|$)", re.DOTALL)


def linked(chain: Sequence[Finding]) -> Finding:
    """Return the first finding of a chain, with its cause and what has to change.

    The fault type is that of the root, or of the finding nearest to the root that names a part,
    and so is the remedy; the advice then says what to fix first. A finding whose causes name no
    part keeps its own.

    Args:
        chain: the finding, its cause, and so on up to the root.
    """
    effect = chain[0]
    if len(chain) == 1:
        return replace(effect, caused_by=None, caused_by_layer=None)
    effect = replace(effect, caused_by=chain[1].rule, caused_by_layer=chain[1].layer)
    source = next((one for one in reversed(chain) if names_part(one)), chain[0])
    if source is chain[0]:
        return effect
    of_same_part = [one for one in reversed(chain) if one.fault_type == source.fault_type]
    remedy = next((one.remedy for one in of_same_part if one.remedy is not None), None)
    return replace(effect, fault_type=source.fault_type, remedy=remedy, advice=_fix_first(source))


def names_part(finding: Finding) -> bool:
    """Return whether a finding says which part of the training has to change."""
    return finding.fault_type not in (None, FaultType.OTHER)


def _fix_first(source: Finding) -> str:
    place = "" if source.layer == RUN_LAYER else f" of layer {source.layer}"
    first = _FIRST_SENTENCE.match(source.advice)
    return f"Follows from {source.rule}{place}: {first[0] if first else source.advice}"
