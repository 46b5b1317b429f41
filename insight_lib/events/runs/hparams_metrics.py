"""Metrics that TensorBoard's plugin ``hparams`` was told of: ``Experiment.metric_infos``.

Written by ``hparams_config`` of Keras's API for all runs of a folder, and by ``add_hparams`` of
PyTorch and tensorboardX into the folder of a trial:
https://github.com/tensorflow/tensorboard/blob/2.20.0/tensorboard/plugins/hparams/api.proto
"""

from dataclasses import dataclass

from insight_lib.events.format import protobuf
from insight_lib.events.format.protobuf_fields import content, contents, fields, text, varint
from insight_lib.events.runs.hparams import PLUGIN_CONTENT

_EXPERIMENT = 2  # of HParamsPluginData
_METRIC_INFOS = 5  # of Experiment
_NAME, _DISPLAY_NAME, _DATASET = 1, 3, 5  # of MetricInfo
_GROUP, _TAG = 1, 2  # of MetricName
_DATASETS = {1: "training", 2: "validation"}


@dataclass(frozen=True)
class MetricInfo:
    """A scalar that its writer says is a metric.

    Attributes:
        tag: of the scalar.
        group: the directory below the run that holds it, '' for the run's own.
        display_name: what people are to call it; '' where nothing is said.
        dataset: on which data it is, ``training`` or ``validation``; '' where nothing is said.
    """

    tag: str
    group: str
    display_name: str
    dataset: str


def experiment_metrics(payload: bytes) -> list[MetricInfo]:
    """Return the metrics that a Summary.Value of the plugin names; none where it names none."""
    experiment = content(payload, *PLUGIN_CONTENT, _EXPERIMENT)
    return [_metric(info) for info in contents(experiment, _METRIC_INFOS)]


def _metric(info: bytes) -> MetricInfo:
    name = content(info, _NAME)
    datasets = [
        varint(field.content)
        for field in fields(info)
        if (field.number, field.wire_type) == (_DATASET, protobuf.VARINT)
    ]
    return MetricInfo(
        tag=text(content(name, _TAG)),
        group=text(content(name, _GROUP)),
        display_name=text(content(info, _DISPLAY_NAME)),
        dataset=_DATASETS.get(datasets[-1], "") if datasets else "",
    )
