"""Metrics that the hparams plugin was told of, by TensorBoard's own messages."""

import pytest
from tensorboard.plugins.hparams import summary_v2
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from insight_lib.events.runs.hparams_metrics import MetricInfo, experiment_metrics

INFOS = [
    summary_v2.Metric(
        "epoch_acc", "val", display_name="accuracy", dataset_type=summary_v2.Metric.VALIDATION
    ),
    summary_v2.Metric("loss", dataset_type=summary_v2.Metric.TRAINING),
    summary_v2.Metric("hp_metric"),
]


@pytest.fixture
def summary():
    return summary_v2.hparams_config_pb(hparams=[], metrics=INFOS)


def read(summary):
    return experiment_metrics(summary.value[0].SerializeToString())


def test_tag_group_name_and_data_of_each_metric_are_read(summary):
    assert read(summary) == [
        MetricInfo("epoch_acc", "val", "accuracy", "validation"),
        MetricInfo("loss", "", "", "training"),
        MetricInfo("hp_metric", "", "", ""),
    ]


def test_a_session_and_a_damaged_experiment_state_no_metric(summary):
    assert read(summary_v2.hparams_pb({"lr": 0.1})) == []
    assert experiment_metrics(summary.value[0].SerializeToString()[:-3]) == []


def test_a_data_set_of_a_later_version_is_not_known(summary):
    plugin_data = summary.value[0].metadata.plugin_data
    data = HParamsPluginData.FromString(plugin_data.content)
    data.experiment.metric_infos[1].dataset_type = 9
    plugin_data.content = data.SerializeToString()
    assert read(summary)[1] == MetricInfo("loss", "", "", "")
