"""What a writer states of its metrics counts, in a directory and in a lake."""

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.plugins.hparams import summary_v2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.dissection.list_series import list_series
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.stage import Context
from insight_lib.pipeline.stages import stage_named
from tests.in_process import InProcess
from tests.series.writing import write_run

INFOS = [
    summary_v2.Metric("zorp", "eval", display_name="accuracy"),
    summary_v2.Metric("quux", dataset_type=summary_v2.Metric.VALIDATION),
]


def state(folder):
    writer = EventFileWriter(str(folder))
    summary = summary_v2.hparams_config_pb(hparams=[], metrics=INFOS)
    writer.add_event(Event(wall_time=1.0, summary=summary))
    writer.close()


def test_a_stated_metric_is_what_its_writer_calls_it(tmp_path):
    run = tmp_path / "logs" / "run"
    write_run(run, zorp=[0.5, 0.75], quux=[1.0, 2.0])
    write_run(run / "eval", zorp=[0.5, 0.75])
    state(run)

    lake = open_lake(tmp_path / "lake", create=True)
    for name in ("ingest_summaries", "classify_series"):
        stage_named(name).run(Context(lake, InProcess(), Inputs((run.parent,))))
    rows = lake.read("series").to_pylist()
    assert rows == list_series(run.parent, ()).rows.to_pylist()
    found = {(row["stream"], row["tag"]): (row["role"], row["phase"]) for row in rows}
    assert found["eval", "zorp"][0] == "accuracy"
    assert found[".", "zorp"][0] == "other"
    assert found[".", "quux"] == ("score", "validation")
