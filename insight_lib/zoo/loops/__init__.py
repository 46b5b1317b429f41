"""Programs with a custom loop, which write scalars alone, and the faults injected into them."""

from insight_lib.zoo.loops import actor_critic, characters, deep_q, gan
from insight_lib.zoo.loops.faults import FAULTS as LOOP_FAULTS
from insight_lib.zoo.loops.loop import Loop, LoopFault, LoopSettings

LOOPS: dict[str, Loop] = {
    loop.name: loop for loop in (actor_critic.LOOP, deep_q.LOOP, gan.LOOP, characters.LOOP)
}

__all__ = ["LOOPS", "LOOP_FAULTS", "Loop", "LoopFault", "LoopSettings"]
