"""Which points of a run are of which training, which were written again, which in turn."""

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.events.current_rows import CURRENT_COLUMNS, current_rows
from insight_lib.events.parted_rows import parted_rows
from insight_lib.lake.contract import contract

SCHEMA = contract("scalars").empty().select(CURRENT_COLUMNS).schema


def rows_of(*files, run="logs/run", stream="."):
    """Each file: series of ``tag: [step, ...]``, or pairs of a tag and a step in order.

    A second passes from one record to the next; the value is the record's number.
    """
    rows, second = [], 0
    for number, file in enumerate(files):
        pairs = file if isinstance(file, list) else _in_step(file)
        for offset, (tag, step, *value) in enumerate(pairs):
            row = {"run_id": run, "stream": stream, "tag": tag, "step": step}
            row |= {"wall_time": float(second), "value": float(value[0] if value else second)}
            row |= {"file_id": f"{run}/{stream}/{number:04}", "record_offset": offset}
            rows.append(row | {"value_index": 0})
            second += 1
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _in_step(series):
    return sorted(
        ((tag, step) for tag, steps in series.items() for step in steps), key=lambda pair: pair[1]
    )


def steps_of(table, tag="loss", stream="."):
    return [
        row["step"] for row in table.to_pylist() if (row["tag"], row["stream"]) == (tag, stream)
    ]


def trainings(rows, tag="loss", stream="."):
    """The steps of each training, the first one first."""
    parted = parted_rows(rows)
    return [steps_of(one.current, tag, stream) for one in (*reversed(parted.earlier), parted)]


def test_a_file_that_starts_again_at_the_first_step_is_a_training():
    rows = rows_of({"loss": range(10)}, {"loss": range(4)}, {"loss": range(7)})
    assert trainings(rows) == [list(range(10)), list(range(4)), list(range(7))]
    assert parted_rows(rows).again.num_rows == 0


@pytest.mark.parametrize("resumed_at", [1, 5, 8])
def test_a_restart_from_a_checkpoint_is_none_and_supersedes_as_before(resumed_at):
    rows = rows_of({"loss": range(10)}, {"loss": range(resumed_at, 15)})
    parted = parted_rows(rows)
    assert parted.earlier == ()
    assert steps_of(parted.current) == list(range(15))
    assert steps_of(parted.again) == list(range(resumed_at, 10))


def test_nearly_the_first_step_is_less_than_one_interval_after_it():
    first = range(2048, 20_480, 2048)
    assert len(trainings(rows_of({"loss": first}, {"loss": range(4000, 9000, 1000)}))) == 2
    assert len(trainings(rows_of({"loss": first}, {"loss": range(4096, 9000, 2048)}))) == 1


def test_an_evaluation_that_starts_again_where_a_resumed_training_goes_on_makes_no_training():
    rows = rows_of(
        {"loss": range(30), "test": [10, 20]}, {"loss": range(5, 40), "test": [10, 20, 30]}
    )
    assert trainings(rows, "test") == [[10, 20, 30]]


def test_a_test_result_of_each_session_makes_no_training_of_a_run_that_goes_on():
    rows = rows_of({"loss": range(10), "test": [0]}, {"loss": range(10, 20), "test": [0]})
    assert trainings(rows) == [list(range(20))]


def test_a_training_of_a_single_point_is_one_but_a_first_value_of_each_session_is_none():
    rows = rows_of({"loss": [10]}, {"loss": [10, 20]})
    assert trainings(rows) == [[10], [10, 20]]
    assert trainings(rows_of({"hp_metric": [0]}, {"hp_metric": [0]}), "hp_metric") == [[0]]


def test_what_only_some_trainings_wrote_is_of_these():
    rows = rows_of(
        {"loss": range(10), "old": [3, 4]},
        [("new", 0), *(("loss", step) for step in range(10))],
    )
    assert trainings(rows, "old") == [[3, 4], []]
    assert trainings(rows, "new") == [[], [0]]


def test_within_a_file_the_values_must_start_again_too():
    """The batches of each epoch are no trainings; the folds of a cross-validation are."""
    falls = [2.0, 1.7, 1.3, 1.0, 0.7, 0.5]
    folds = [("loss", step, value) for _ in range(3) for step, value in enumerate(falls)]
    assert trainings(rows_of(folds)) == [list(range(6))] * 3
    batches = [("loss", at % 6, 2.0 - at / 10) for at in range(18)]
    assert trainings(rows_of(batches)) == [list(range(6))]
    at_chance = [("loss", at % 6, 2.3 + 0.1 * (-1) ** (at // 2)) for at in range(18)]
    assert trainings(rows_of(at_chance)) == [list(range(6))]
    epochs = [("epoch", fold, 0.0) for fold in range(3)]
    mixed = [pair for fold in range(3) for pair in (epochs[fold], *folds[:6])]
    assert trainings(rows_of(mixed)) == [list(range(6))]


def test_the_streams_of_a_run_are_parted_at_the_same_trainings():
    train = rows_of({"loss": range(10)}, {"loss": range(10)}, {"loss": range(5)}, stream="train")
    # The second training ended before its first validation.
    steps, seconds = [4, 9, 4], [4.5, 9.5, 24.5]
    validation = rows_of({"loss": [4, 9]}, {"loss": [4]}, stream="validation")
    at = validation.column_names.index("wall_time")
    validation = validation.set_column(at, "wall_time", pa.array(seconds)).cast(SCHEMA)
    rows = pa.concat_tables([train, validation])
    assert steps_of(validation, stream="validation") == steps
    assert trainings(rows, stream="validation") == [[4, 9], [], [4]]


def test_runs_are_parted_each_by_itself():
    one = rows_of({"loss": range(4)}, {"loss": range(4)}, run="logs/a")
    other = rows_of({"loss": range(6)}, run="logs/b")
    parted = parted_rows(pa.concat_tables([other, one]))
    assert set(parted.current["run_id"].to_pylist()) == {"logs/a", "logs/b"}
    [earlier] = parted.earlier
    assert set(earlier.current["run_id"].to_pylist()) == {"logs/a"}


def written_in_turn(*workers):
    """Steps of each worker's file; a point is written at the second of its step."""
    rows = rows_of(*({"loss": steps} for steps in workers))
    at = rows.column_names.index("wall_time")
    times = pa.array([float(step) for step in rows["step"].to_pylist()])
    return rows.set_column(at, "wall_time", times)


@pytest.mark.parametrize(
    "workers",
    [
        ([*range(10), *range(20, 30)], range(10, 20)),
        (range(0, 30, 2), range(1, 30, 2)),
        (range(20, 30), range(10, 20), range(10)),
    ],
)
def test_files_that_were_written_in_turn_are_one_series_without_a_repeated_step(workers):
    parted = parted_rows(written_in_turn(*workers))
    assert steps_of(parted.current) == list(range(30))
    assert parted.interleaved == {("logs/run", ".", "loss"): len(workers)}
    assert (parted.again.num_rows, parted.earlier) == (0, ())
    assert steps_of(current_rows(written_in_turn(*workers))) == list(range(30))


def test_a_restart_whose_steps_fall_between_those_before_is_not_written_in_turn():
    rows = rows_of({"loss": range(0, 100, 10)}, {"loss": range(45, 100, 10)})
    parted = parted_rows(rows)
    assert parted.interleaved == {}
    assert steps_of(parted.current) == [0, 10, 20, 30, 40, *range(45, 100, 10)]


def test_a_step_counter_that_starts_again_is_neither_a_training_nor_a_restart():
    steps = np.arange(2**31 - 5000, 2**31 + 5000, 1000)
    parted = parted_rows(rows_of({"loss": []}, [("loss", int(s)) for s in steps.astype(np.int32)]))
    assert steps_of(parted.current) == steps.tolist()
    assert (parted.again.num_rows, parted.earlier) == (0, ())
    assert parted.wrapped == {("logs/run", ".", "loss"): 2**31 - 1000}
