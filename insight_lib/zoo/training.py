"""Training one run of the zoo."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from insight_lib.dealer import record
from insight_lib.tracer import TensorTracer, ValidationPredictions
from insight_lib.zoo.building import compile_model
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults import FAULTS
from insight_lib.zoo.planning import ZooRun
from insight_lib.zoo.programs import PROGRAMS

RUNS_FOLDER = "runs"
_VALIDATION_BATCH = 4096


@dataclass(frozen=True)
class Truth:
    """What was really done to a run, and which rules name it rightly; both empty when healthy.

    ``run`` is its directory below the zoo's ``runs`` folder.
    """

    run: str
    program: str
    fault: str
    blamed_layers: tuple[str, ...]
    expected_rules: tuple[str, ...]


def train_run(run: ZooRun, out_dir: Path) -> Truth:
    """Train one run into ``<out_dir>/runs/<run.directory>``.

    Seeds Python's, numpy's and TensorFlow's global generators, and clears Keras's global state.

    Raises:
        OSError: its configuration cannot be written.
    """
    keras.backend.clear_session()
    keras.utils.set_random_seed(run.seed)
    rng = np.random.default_rng(run.seed)
    program, fault = PROGRAMS[run.program], FAULTS.get(run.fault)
    settings = program.settings(rng)
    if fault is not None:
        settings = fault.inject(settings)
    data = program.load(settings, rng).limited(settings, rng)
    model = program.build(settings, data)
    compile_model(model, settings, data.classes)
    run_dir = out_dir / RUNS_FOLDER / run.directory
    record(
        run_dir,
        model,
        program=run.program,
        hparams=settings.hparams(),
        data=data.describe(),
        seeds={"run": run.seed},
    )
    model.fit(
        data.train_x,
        data.train_y,
        batch_size=settings.batch_size,
        validation_batch_size=_VALIDATION_BATCH,
        epochs=settings.epochs,
        validation_data=(data.validation_x, data.validation_y),
        callbacks=[TensorTracer(run_dir, predictions=_scored(data))],
        verbose=0,
    )
    if fault is None:
        return Truth(run.directory, run.program, run.fault, (), ())
    return Truth(run.directory, run.program, run.fault, fault.blamed(settings), fault.expected)


def _scored(data: Dataset) -> ValidationPredictions | None:
    """Score class 1 of two, "is class 0" of several; nothing of a regression."""
    if data.classes is None:
        return None
    scored_class = 1 if data.classes == 2 else 0
    labels = (data.validation_y == scored_class).astype(np.int64)
    return ValidationPredictions(data.validation_x, labels, slices=data.slices)
