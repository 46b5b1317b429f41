"""What the artifacts of a run say about it: configuration, hyper-parameters, graph, state."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.dealer.reading import CONFIG_TAG, parse
from insight_lib.errors import ConfigError
from insight_lib.events.format.protobuf_fields import content, fields, varint
from insight_lib.events.ingest.placement import TRIAL_NAME
from insight_lib.events.runs import graph_nodes, hparams, keras_json, text_hparams
from insight_lib.events.runs.plain_json import json_object
from insight_lib.events.runs.run_state import FINISHED
from insight_lib.events.runs.text_summary import summary_text
from insight_lib.events.runs.topology import DEALER
from insight_lib.events.runs.writers import SESSION_PLUGINS

_TEXT = "text"
_VERSION = "file_version"
SESSION_LOG = "session_log"
_SESSION_FIELD = 7  # of an Event message
_START, _STOP = 1, 2  # tensorflow/core/util/event.proto, SessionLog.SessionStatus

USED_ARTIFACTS = (
    (ds.field("plugin") == _TEXT)
    & (
        (ds.field("tag") == CONFIG_TAG)
        | pc.match_substring_regex(ds.field("tag"), text_hparams.TAGS)
    )
) | ds.field("plugin").isin(
    [hparams.PLUGIN, keras_json.PLUGIN, graph_nodes.PLUGIN, _VERSION, *SESSION_PLUGINS]
)
"""Holds for the artifacts that are looked at."""

TRIAL = rf"^(?P<run>.+)/{TRIAL_NAME.pattern}$"
"""A run that is the folder of a trial: its run held no value when it was first seen."""


def run_of_trial(run_id: str) -> str | None:
    """Return the run whose trial has a folder; None where the folder is none of a trial."""
    trial = re.fullmatch(TRIAL, run_id)
    return trial["run"] if trial else None


@dataclass
class RunArtifacts:
    """What the artifacts of one run say of it; of what was recorded twice the last.

    Attributes:
        config: what TensorDealer recorded.
        session: hyper-parameters of TensorBoard's plugin.
        trials: those of each stream that ``add_hparams`` made below the run.
        texts: those of text summaries.
        state: how the last session ended, by the hparams plugin or TensorFlow's session log; None
            where neither says.
        ended_s: when it did by the session log, in seconds since the Unix epoch.
        keras_model: the JSON of a Keras model.
        graph: a GraphDef message.
        plugins: of the artifacts.
        versions: the Event messages that begin its files.
        problems: what cannot be read.
    """

    config: str | None = None
    session: dict[str, str] = field(default_factory=dict)
    trials: dict[str, dict[str, str]] = field(default_factory=dict)
    texts: dict[str, object] = field(default_factory=dict)
    state: str | None = None
    ended_s: float | None = None
    keras_model: str | None = None
    graph: bytes | None = None
    plugins: set[str] = field(default_factory=set)
    versions: set[bytes] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def artifacts_by_run(artifacts: pa.Table) -> dict[str, RunArtifacts]:
    """Gather what the artifacts say, by run; a run without any has an empty record."""
    order = [("wall_time", "ascending"), ("file_id", "ascending"), ("record_offset", "ascending")]
    found: dict[str, RunArtifacts] = defaultdict(RunArtifacts)
    for row in artifacts.sort_by(order).to_pylist():
        facts = found[row["run_id"]]
        facts.plugins.add(row["plugin"])
        if row["plugin"] == hparams.PLUGIN and TRIAL_NAME.fullmatch(_last_part(row["stream"])):
            _add_trial(facts, row["stream"], row["payload"])
        elif row["plugin"] == hparams.PLUGIN:
            _add_session(facts, row["payload"], is_trial=run_of_trial(row["run_id"]) is not None)
        elif row["plugin"] == SESSION_LOG:
            _add_session_log(facts, row["payload"], row["wall_time"])
        else:
            _add(facts, row["plugin"], row["tag"], row["payload"])
    for facts in found.values():
        facts.session = _of_trials(facts) | facts.session
    return found


def _of_trials(facts: RunArtifacts) -> dict[str, str]:
    """Return the hyper-parameters that the trials of a run agree on; none where they differ."""
    first, *others = facts.trials.values() or [{}]
    return dict(first) if all(each == first for each in others) else {}


def _add_trial(facts: RunArtifacts, stream: str, payload: bytes) -> None:
    """Note the hyper-parameters; the end that is written with them is not that of the run."""
    if hparams.is_session_start(payload):
        facts.trials[stream] = hparams.session_hparams(payload)
    facts.problems += hparams.problems(payload)


def _last_part(stream: str) -> str:
    return stream.rpartition("/")[2]


def _add_session_log(facts: RunArtifacts, payload: bytes, wall_time_s: float) -> None:
    """Note the start of a session, or its end as TensorFlow 1 and TensorTracer write it."""
    status = [varint(f.content) for f in fields(content(payload, _SESSION_FIELD)) if f.number == 1]
    if status[-1:] == [_STOP]:
        facts.state, facts.ended_s = FINISHED, wall_time_s
    elif status[-1:] == [_START]:
        facts.state, facts.ended_s = None, None


def _add_session(facts: RunArtifacts, payload: bytes, *, is_trial: bool) -> None:
    if hparams.is_session_start(payload):
        facts.session = hparams.session_hparams(payload) or facts.session
        facts.state = None
    state = hparams.session_state(payload)
    # add_hparams writes an end without a time together with the start, whatever is to come; in a
    # folder that it made itself nothing comes.
    if state is not None and (is_trial or hparams.has_end_time(payload)):
        facts.state = state
    facts.problems += hparams.problems(payload)


def _add(facts: RunArtifacts, plugin: str, tag: str, payload: bytes) -> None:
    if plugin == keras_json.PLUGIN:
        facts.keras_model = summary_text(payload) or facts.keras_model
    elif plugin == graph_nodes.PLUGIN:
        facts.graph = content(payload, graph_nodes.EVENT_FIELD) or facts.graph
    elif plugin == _VERSION:
        facts.versions.add(payload)
    elif tag == CONFIG_TAG:
        _add_config(facts, summary_text(payload) or "")
    elif plugin == _TEXT:
        facts.texts |= text_hparams.text_hparams(summary_text(payload) or "")


def _add_config(facts: RunArtifacts, text: str) -> None:
    """Keep a configuration that is an object even where fields do not fit: others may want them."""
    facts.config = text if json_object(text) else facts.config
    try:
        parse(text, DEALER)
    except ConfigError as error:
        facts.problems.append(str(error))
