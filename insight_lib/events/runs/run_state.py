"""Whether a run goes on, as far as its events tell.

A run that has not said that it ended is judged by its silence, next to the longest silence that it
has come through so far. How far it had come tells one that reached its end from one that broke off;
where nothing says how long it was to be, either may be.
"""

from collections.abc import Set

RUNNING, FINISHED, FAILED = "running", "finished", "failed"
STALLED, CRASHED, ENDED = "stalled", "crashed", "ended"
NOT_STARTED, SCORED = "not started", "scored"

_HOUR_S = 3600.0
_DAY_S = 24 * _HOUR_S

PATIENCE = 3.0
"""How many times as long as ever before a run may be silent. Where pauses come at random, the next
is above three times the longest of n with a probability of 6 / ((n + 1) (n + 2) (n + 3)): of the
exponential distribution, the product of k / (k + 3) for k from 1 to n."""
LEAST_GAPS = 10
"""Pauses from which the longest says something: by the above, one of 286 is taken for an end."""
LEAST_PATIENCE_S = _HOUR_S
"""Checkpoints, evaluations that log nothing and restarts after a preemption take minutes."""
MOST_PATIENCE_S = 7 * _DAY_S
"""Nobody waits longer; a longer gap is of a clock that was set, or of a training taken up again."""
PATIENCE_UNKNOWN_S = _DAY_S
"""Of a run with few pauses: a night looks once a day, so that it has then missed a night."""
CRASHED_AFTER_S = _DAY_S
"""Silent, short of its end, for as long: it was seen so the night before, or has missed one."""
# What belongs to the end of a session, such as other files' last events, is written within this.
END_S = 60.0

# Hugging Face's Trainer writes it when ``train`` returns.
_LAST_TAG = "train/train_runtime"


def end_said(told: str | None, tags: Set[str]) -> str | None:
    """Return how a run said that it ended, ``finished`` or ``failed``; None where it did not.

    Args:
        told: what the last session told of itself; None where none did.
        tags: of its scalars.
    """
    if told is None:
        return FINISHED if _LAST_TAG in tags else None
    return None if told == RUNNING else told


def has_gone_on(ended_s: float | None, last_event_s: float | None) -> bool:
    """Return whether a run wrote on after a session's end, as one that is fitted again.

    Args:
        ended_s: wall time of that end since the Unix epoch; None where it is not known.
        last_event_s: wall time of its latest event, likewise; None where it is lost.
    """
    return ended_s is not None and last_event_s is not None and last_event_s > ended_s + END_S


def state_of_silence(
    said: str | None,
    is_short: bool | None,
    last_event_s: float | None,
    longest_gap_s: float | None,
    now_s: float,
) -> str:
    """Return the state of a run that was writing when it was last looked at.

    Args:
        said: how it said that it ended, which counts once it is silent; None where it did not.
        is_short: whether it is short of its planned length; None where that is not known.
        last_event_s: wall time of its latest event since the Unix epoch; None where it is lost.
        longest_gap_s: the longest that it was silent before; None where that says nothing.
        now_s: the time of looking since the Unix epoch.
    """
    # A clock that is a day ahead says nothing.
    if last_event_s is None or last_event_s - now_s >= _DAY_S:
        return said or ENDED
    silent_s, patience_s = now_s - last_event_s, _patience_s(longest_gap_s)
    if silent_s < patience_s:
        return RUNNING
    if said is not None or is_short is None:
        return said or ENDED
    if not is_short:
        return FINISHED
    return CRASHED if silent_s >= max(CRASHED_AFTER_S, 2 * patience_s) else STALLED


def _patience_s(longest_gap_s: float | None) -> float:
    if longest_gap_s is None:
        return PATIENCE_UNKNOWN_S
    return min(max(PATIENCE * longest_gap_s, LEAST_PATIENCE_S), MOST_PATIENCE_S)
