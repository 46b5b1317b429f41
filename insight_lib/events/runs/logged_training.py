"""What the artifacts of runs tell of their training: hyper-parameters, and a configuration."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from insight_lib.events.runs import logged_config
from insight_lib.events.runs.hparams import as_text
from insight_lib.events.runs.keras_compile import compile_settings
from insight_lib.events.runs.plain_json import json_object
from insight_lib.events.runs.run_artifacts import RunArtifacts, run_of_trial
from insight_lib.events.runs.topology import DEALER, KERAS_GRAPH, topology

HPARAMS_PLUGIN = "hparams plugin"
TEXT_SUMMARY = "text summary"


def logged_hparams(facts: RunArtifacts) -> tuple[dict[str, str], str | None]:
    """Return the hyper-parameters of all that tell of them, and the best of these."""
    recorded = json_object(facts.config).get("hparams")
    sources: dict[str, dict[Any, Any]] = {
        DEALER: recorded if isinstance(recorded, dict) else {},
        HPARAMS_PLUGIN: dict(facts.session),
        KERAS_GRAPH: compile_settings(facts.keras_model or ""),
        TEXT_SUMMARY: facts.texts,
    }
    found: dict[str, str] = {}
    for values in reversed(sources.values()):
        found |= {as_text(name): as_text(value) for name, value in values.items()}
    return found, next((source for source, values in sources.items() if values), None)


def told_by_trials(trials: Sequence[dict[str, str]]) -> dict[str, str]:
    """Return the hyper-parameters that the trials of one run tell of; none where they differ."""
    first = trials[0] if trials else {}
    return first if all(each == first for each in trials) else {}


def logged_configs(facts: Mapping[str, RunArtifacts]) -> dict[str, str]:
    """Return what runs tell of their training, JSON, of those that tell of any of it.

    It is what TensorDealer recorded, or what a Keras model and hyper-parameters tell.
    """
    trials: dict[str, list[dict[str, str]]] = defaultdict(list)
    for run_id, artifacts in facts.items():
        run = run_of_trial(run_id)
        if run is not None and (given := logged_hparams(artifacts)[0]):
            trials[run].append(given)
    found = {
        run_id: artifacts.config or _told(artifacts, told_by_trials(trials[run_id]))
        for run_id, artifacts in facts.items()
    }
    return {run_id: config for run_id, config in found.items() if config is not None}


def logged_topologies(facts: Mapping[str, RunArtifacts]) -> dict[str, str]:
    """Return the layers of the runs that tell of them, JSON."""
    found = {
        run_id: topology(json_object(one.config).get("topology"), one.keras_model, one.graph).layers
        for run_id, one in facts.items()
    }
    return {run_id: layers for run_id, layers in found.items() if layers is not None}


def _told(facts: RunArtifacts, by_trials: dict[str, str]) -> str | None:
    model = logged_config.of_keras_model(facts.keras_model, KERAS_GRAPH)
    hparams, source = logged_hparams(facts)
    return logged_config.with_hparams(model, by_trials | hparams, source or HPARAMS_PLUGIN)
