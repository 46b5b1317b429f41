"""Two runs on the examples that both scored: is one better, or is it chance?"""

from dataclasses import dataclass

from insight_lib.errors import InputError
from insight_lib.evaluation.comparing.common_examples import common_examples
from insight_lib.evaluation.metrics.paired_delong import PairedTest, paired_test
from insight_lib.lake.known_runs import check_known
from insight_lib.lake.tables import Lake

FOREMOST_SPLIT = "validation"
"""Of several splits at the last common step, the one a training is judged by."""

Place = tuple[int, str]
"""A step and a split."""


@dataclass(frozen=True)
class RunComparison:
    """What was compared, and what the test says of it.

    Attributes:
        run_a: The first run.
        run_b: The second run.
        step: The step of both.
        split: The split of both.
        examples: Common examples, on which all that follows rests.
        positives: Those of label 1.
        only_a: Examples that run A alone scored.
        only_b: Examples that run B alone scored.
        test: The AUCs, their difference, and whether it is more than chance.
    """

    run_a: str
    run_b: str
    step: int
    split: str
    examples: int
    positives: int
    only_a: int
    only_b: int
    test: PairedTest


def compare_runs(
    lake: Lake, run_a: str, run_b: str, step: int | None = None, split: str | None = None
) -> RunComparison:
    """Compare two runs by the paired DeLong test.

    Args:
        lake: The lake.
        run_a: The first run.
        run_b: The second run.
        step: A step at which both were evaluated; by default the last one.
        split: A split of that step; by default validation where both have it, or the first by name.

    Raises:
        InputError: A run is not in the lake or has no predictions, both were evaluated at no
            common step and split, or their examples do not match (``common_examples``).
    """
    places = [_places(lake, run_id) for run_id in (run_a, run_b)]
    chosen = [
        place
        for place in places[0] & places[1]
        if step in (None, place[0]) and split in (None, place[1])
    ]
    if not chosen:
        raise InputError(_nothing_common((run_a, run_b), places, step, split))
    at_step, of_split = min(chosen, key=lambda place: (-place[0], *_rank(place[1])))
    common = common_examples(lake, (run_a, run_b), at_step, of_split)
    return RunComparison(
        run_a,
        run_b,
        at_step,
        of_split,
        len(common.rows.scores),
        int(common.rows.labels.sum()),
        common.only_a,
        common.only_b,
        paired_test(common.rows, common.other_scores),
    )


def _places(lake: Lake, run_id: str) -> set[Place]:
    rows = lake.read("predictions", ["step", "split"], [run_id]).group_by(["step", "split"])
    found = {(row["step"], row["split"]) for row in rows.aggregate([]).to_pylist()}
    if not found:
        check_known(lake, [run_id])
        raise InputError(
            f"run {run_id} has no predictions; write them to {run_id}/predictions/ and run "
            "`insight nightly`"
        )
    return found


def _rank(split: str) -> tuple[bool, str]:
    return split != FOREMOST_SPLIT, split


def _nothing_common(
    run_ids: tuple[str, str], places: list[set[Place]], step: int | None, split: str | None
) -> str:
    wanted = "".join(
        f" with {name} {value}"
        for name, value in (("step", step), ("split", split))
        if value is not None
    )
    last = [
        f"{run} last at {_said(max(found))}" for run, found in zip(run_ids, places, strict=True)
    ]
    return (
        f"runs {run_ids[0]} and {run_ids[1]} were evaluated at no common step and split{wanted} "
        f"({' and '.join(last)}); evaluate both at the same step, or name one with --step and "
        "--split"
    )


def _said(place: Place) -> str:
    return f"step {place[0]} of split {place[1]}"
