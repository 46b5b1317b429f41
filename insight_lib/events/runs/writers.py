"""Which library wrote a run, in a word that a person knows.

What a library leaves behind names it: the tags that only it writes, its plugins, the model in its
graph. Where nothing does, the event files' names and first records say which writer of files it
used:

* ``events.out.tfevents.<time>.<host>.<process>.<number>`` is of TensorBoard's own writer, which
  ``torch.utils.tensorboard`` uses;
* the same and ``.v2`` is of ``tf.summary.create_file_writer`` of TensorFlow 2;
* ``events.out.tfevents.<time>.<host>`` is of TensorFlow 1 or of tensorboardX: of the former where
  it holds a session's records, of the latter where it holds a graph of PyTorch's modules, and else
  of either, so that the writer is not known.
"""

import re
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass

from insight_lib.events.format.protobuf_fields import content, text
from insight_lib.events.runs.graph_nodes import graph_nodes
from insight_lib.events.runs.plain_json import json_object
from insight_lib.events.runs.torch_graph import torch_layers
from insight_lib.tracer.stats_format import STATS_PLUGIN

SESSION_PLUGINS = ("meta_graph_def", "session_log")
"""Plugins of the events that only sessions of TensorFlow 1 write."""

_WRITER = (10, 1)  # Event.source_metadata, SourceMetadata.writer
_OF_TENSORBOARD = "tensorboard.summary.writer.event_file_writer"

_LIGHTNING_FOLDER = re.compile(r"(^|/)lightning_logs/version_\d+(/|$)")
_NAME = re.compile(r"(^|/)events\.out\.tfevents\.\d+\.(?P<rest>[^/]*)$")
_OF_PROCESS = re.compile(r".*\.\d+\.\d+")
_OF_TENSORFLOW_2 = re.compile(r".*\.\d+\.\d+\.v2")

KERAS = "Keras"
PYTORCH, TENSORBOARDX = "PyTorch", "tensorboardX"
TENSORFLOW_1, TENSORFLOW_2 = "TensorFlow 1", "TensorFlow 2"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Traces:
    """What a run's event files hold that may tell of their writer.

    Attributes:
        run_id: the run.
        names: of its event files, with or without their folders.
        tags: of its scalars, and those that its files declare.
        plugins: of its values and other events.
        is_recorded: whether TensorDealer wrote its configuration.
        keras_model: the JSON of a Keras model; None where there is none.
        graph: a GraphDef message; None likewise.
        versions: the Event messages that begin its files.
    """

    run_id: str
    names: Collection[str] = ()
    tags: Set[str] = frozenset()
    plugins: Set[str] = frozenset()
    is_recorded: bool = False
    keras_model: str | None = None
    graph: bytes | None = None
    versions: Collection[bytes] = ()


def writer(traces: Traces) -> str:
    """Return the libraries that wrote a run, sorted; ``UNKNOWN`` where nothing tells."""
    found = set(_libraries(traces)) or set(_file_writers(traces))
    return ", ".join(sorted(found)) or UNKNOWN


def _libraries(traces: Traces) -> Iterator[str]:
    tags = traces.tags
    is_traced = traces.is_recorded or STATS_PLUGIN in traces.plugins
    if is_traced:
        yield "TensorTracer"
    if traces.keras_model is not None:
        yield _keras(traces.keras_model)
    elif "epoch_loss" in tags and not is_traced:
        yield KERAS
    if any(tag.startswith("ray/tune/") for tag in tags):
        is_rllib = any(tag.startswith(_RLLIB) for tag in tags)
        yield "RLlib" if is_rllib else "Ray Tune"
    if "time/fps" in tags and any(tag.startswith(("rollout/", "train/")) for tag in tags):
        yield "Stable-Baselines3"
    if not _ML_AGENTS.isdisjoint(tags):
        yield "ML-Agents"
    if tags >= _HUGGING_FACE or "train/train_runtime" in tags:
        yield "Hugging Face Trainer"
    if "hp_metric" in tags or _LIGHTNING_FOLDER.search(traces.run_id):
        yield "PyTorch Lightning"


_RLLIB = tuple(
    f"ray/tune/{name}"
    for name in ("info/learner/", "episode_reward_", "env_runners/", "sampler_results/")
)
_ML_AGENTS = frozenset({"Environment/Cumulative Reward", "Environment/Episode Length"})
_HUGGING_FACE = frozenset({"args/text_summary", "model_config/text_summary"})


def _keras(document: str) -> str:
    """Return Keras with its number: Keras 2 states its version, Keras 3 each object's module."""
    model = json_object(document)
    version = model.get("keras_version")
    if isinstance(version, str) and (number := re.match(r"\d+", version)):
        return f"{KERAS} {number[0]}"
    return f"{KERAS} 3" if "module" in model else KERAS


def _file_writers(traces: Traces) -> Iterator[str]:
    stated = {text(content(version, *_WRITER)) for version in traces.versions}
    if _OF_TENSORBOARD in stated:
        yield PYTORCH
    for found in map(_NAME.search, traces.names):
        if found and _OF_TENSORFLOW_2.fullmatch(found["rest"]):
            yield TENSORFLOW_2
        elif found and _OF_PROCESS.fullmatch(found["rest"]):
            yield PYTORCH
        elif found:
            yield from _of_either(traces)


def _of_either(traces: Traces) -> Iterator[str]:
    if "global_step/sec" in traces.tags or not traces.plugins.isdisjoint(SESSION_PLUGINS):
        yield TENSORFLOW_1
    elif traces.graph is not None:
        yield from _of_graph(traces.graph)


def _of_graph(graph: bytes) -> Iterator[str]:
    try:
        nodes = graph_nodes(graph)
    except ValueError:
        # A damaged one tells nothing; that it is so is said where the layers are read.
        return
    yield TENSORBOARDX if torch_layers(nodes) else TENSORFLOW_1
