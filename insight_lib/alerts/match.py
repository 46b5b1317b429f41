"""Something that holds in the lake and that an alert rule may ask for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """What one alert is about.

    Attributes:
        subject: what it is known by among the matches of its condition, from night to night.
        run_id: the run.
        severity: error, warning or info.
        title: what there is, a sentence.
        advice: what to do about it; may be empty.
    """

    subject: tuple[str, ...]
    run_id: str
    severity: str
    title: str
    advice: str
