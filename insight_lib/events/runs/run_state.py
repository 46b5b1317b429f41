"""Whether a run goes on, as far as its events tell."""

from collections.abc import Set

RUNNING, ENDED, FINISHED = "running", "ended", "finished"

# A night looks at a run once a day, so that one that wrote nothing for a day has missed a night.
QUIET_S = 86_400.0
# What belongs to the end of a session, such as other files' last events, is written within this.
END_S = 60.0

# Hugging Face's Trainer writes it when ``train`` returns.
_LAST_TAG = "train/train_runtime"


def run_state(tags: Set[str], last_event_s: float | None, now_s: float) -> str:
    """Return the state of a run that told TensorBoard's plugin of no end.

    Args:
        tags: of its scalars.
        last_event_s: wall time of its latest event since the Unix epoch; None where it is lost.
        now_s: the time of looking, likewise.
    """
    if _LAST_TAG in tags:
        return FINISHED
    return ENDED if is_quiet(last_event_s, now_s) else RUNNING


def has_gone_on(ended_s: float, last_event_s: float | None, now_s: float) -> bool:
    """Return whether a run writes on after a session's end, as one that is fitted again.

    Args:
        ended_s: wall time of that end since the Unix epoch.
        last_event_s: wall time of its latest event, likewise; None where it is lost.
        now_s: the time of looking, likewise.
    """
    written_after = last_event_s is not None and last_event_s > ended_s + END_S
    return written_after and not is_quiet(last_event_s, now_s)


def is_quiet(last_event_s: float | None, now_s: float) -> bool:
    """Return whether a run wrote nothing for a day; a clock that is a day ahead says nothing."""
    return last_event_s is None or not abs(now_s - last_event_s) < QUIET_S
