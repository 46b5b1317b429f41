"""Event files as Arrow tables: the same values as TensorBoard's loader, and what is missing."""

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.errors import InputError
from insight_lib.events.read_events import read_events
from insight_lib.lake.contract import contract


@pytest.fixture
def logs(tmp_path, scalar):
    for stream in ("train", "validation"):
        writer = EventFileWriter(str(tmp_path / "logs" / "run-1" / stream))
        for step in range(3):
            writer.add_event(scalar(f"{stream}_loss", step, 1 / (step + 1)))
        writer.close()
    return tmp_path / "logs"


def only_file(folder):
    [file] = folder.glob("*tfevents*")
    return file


def test_a_folder_gives_the_points_that_tensorboard_reads_with_their_run_and_stream(logs):
    rows = read_events(logs).scalars.to_pylist()
    assert {row["run_id"] for row in rows} == {"logs/run-1"}
    for stream in ("train", "validation"):
        theirs = EventAccumulator(str(logs / "run-1" / stream)).Reload()
        points = [(p.wall_time, p.step, p.value) for p in theirs.Scalars(f"{stream}_loss")]
        ours = [row for row in rows if row["stream"] == stream]
        assert [(row["wall_time"], row["step"], row["value"]) for row in ours] == points


@pytest.mark.parametrize("name", ["scalars", "histograms", "artifacts"])
def test_the_tables_are_those_of_a_lake(logs, name):
    assert getattr(read_events(logs), name).schema == contract(name).schema


@pytest.mark.parametrize("as_given", [str, lambda path: path, lambda path: path.as_uri()])
def test_a_single_file_is_read_whatever_its_name_and_its_folder_is_the_run(logs, as_given):
    file = only_file(logs / "run-1" / "train").rename(logs / "copy.bin")
    found = read_events(as_given(file))
    assert found.scalars["run_id"].to_pylist() == ["logs"] * 3
    assert found.files.to_pylist() == [
        {
            "run_id": "logs",
            "file_id": "logs/copy.bin",
            "stream": ".",
            "path": str(file),
            "size": file.stat().st_size,
            "read_to": file.stat().st_size,
            "records": 4,
        }
    ]


def test_a_damaged_record_is_named_and_the_others_are_read(logs):
    file = only_file(logs / "run-1" / "train")
    data = bytearray(file.read_bytes())
    data[-6] ^= 1  # in the payload of the last record
    file.write_bytes(data)
    found = read_events(file)
    assert found.scalars["step"].to_pylist() == [0, 1]
    [span] = found.damaged.to_pylist()
    assert span["file_id"] == f"train/{file.name}"
    assert span["offset"] + span["length"] == len(data)
    assert "checksum" in span["reason"]


def test_an_incomplete_end_is_not_damage_and_its_file_is_not_read_to_its_size(logs):
    file = only_file(logs / "run-1" / "train")
    whole = read_events(file).files["read_to"][0].as_py()
    file.write_bytes(file.read_bytes()[:-1])
    found = read_events(file)
    assert found.scalars["step"].to_pylist() == [0, 1]
    assert found.damaged.num_rows == 0
    assert found.files["read_to"][0].as_py() < found.files["size"][0].as_py() == whole - 1


def test_what_is_not_there_is_one_error_that_names_it(tmp_path):
    with pytest.raises(InputError, match=r"there is no file or folder .*absent; name an event"):
        read_events(tmp_path / "absent")
    with pytest.raises(InputError, match=r"there is no event file below .*tfevents in its name"):
        read_events(tmp_path)
