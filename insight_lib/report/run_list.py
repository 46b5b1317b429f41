"""All runs of the index page as data, which the page searches, filters and sorts by itself.

A value that many runs share is written once: a column of such values holds their places in a list.
"""

from collections.abc import Sequence

from markupsafe import Markup

from insight_lib.report.figures.embed import embedded
from insight_lib.report.read.needs import rule_title
from insight_lib.report.records.night import RunRow
from insight_lib.report.text import clean, moment, shorten

MOST_TITLES, TITLE_LETTERS = 6, 160
"""Findings of a run that can be searched, and letters of each."""
MOST_HPARAMS, HPARAM_LETTERS = 40, 60


class _Words:
    """Distinct values in the order of their first use."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, text: str, limit: int = 120) -> int:
        return self.places.setdefault(shorten(clean(text), limit), len(self.places))

    @property
    def all(self) -> list[str]:
        return list(self.places)


def runs_json(runs: Sequence[RunRow], *, shows_risk: bool) -> Markup:
    """Return the runs, in order, as JSON for a script element: a list a column."""
    experiments, states, standings, severities, rules, titles, names, values = (
        _Words() for _ in range(8)
    )
    columns = {
        "id": [shorten(clean(run.run_id), 200) for run in runs],
        "page": [run.page for run in runs],
        "experiment": [experiments.place(run.experiment) for run in runs],
        "state": [states.place(run.state, 40) for run in runs],
        "standing": [standings.place(run.standing.replace("_", " ")) for run in runs],
        "severity": [severities.place(run.worst or "none", 40) for run in runs],
        "rules": [[rules.place(rule, 80) for rule in run.rules] for run in runs],
        "titles": [
            [titles.place(title, TITLE_LETTERS) for title in run.titles[:MOST_TITLES]]
            for run in runs
        ],
        "hparams": [
            [
                (names.place(name, HPARAM_LETTERS), values.place(value, HPARAM_LETTERS))
                for name, value in run.hparams[:MOST_HPARAMS]
            ]
            for run in runs
        ],
        "findings": [run.findings for run in runs],
        "step": [run.last_step for run in runs],
        "auc": [_rounded(run.auc.auc if run.auc else None) for run in runs],
        "event": [moment(run.last_event_at).removesuffix(" UTC") for run in runs],
        "risk": [_risk(run) for run in runs] if shows_risk else None,
    }
    words = {
        "experiment": experiments.all,
        "state": states.all,
        "standing": standings.all,
        "severity": severities.all,
        "rules": rules.all,
        "rule_titles": [rule_title(rule) for rule in rules.all],
        "titles": titles.all,
        "names": names.all,
        "values": values.all,
    }
    return embedded({"columns": columns, "words": words})


def _risk(run: RunRow) -> float | None:
    if run.risk is None or run.risk.is_unknown:
        return None
    return _rounded(run.risk.probability)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
