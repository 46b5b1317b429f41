"""Training one run of the zoo."""

import math
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from insight_lib.dealer import record
from insight_lib.fault_types import FaultType
from insight_lib.tracer import TensorTracer, ValidationPredictions
from insight_lib.zoo.building import altered
from insight_lib.zoo.compiling import ONE_HOT, compile_model, loss_name
from insight_lib.zoo.dataset import Array, Dataset
from insight_lib.zoo.faults import FAULTS, HEALTHY, NO_FAULT, TWINS, Change, Fault
from insight_lib.zoo.loops import LOOP_FAULTS, LOOPS, LoopFault
from insight_lib.zoo.planning import ZooRun
from insight_lib.zoo.programs import PROGRAMS
from insight_lib.zoo.sampling import sampled, sampled_loop
from insight_lib.zoo.settings import Settings
from insight_lib.zoo.strength import weakened_data, weakened_loop, weakened_settings

RUNS_FOLDER = "runs"
_VALIDATION_BATCH = 4096


@dataclass(frozen=True)
class Truth:
    """What was really done to a run, and which rules name it rightly; all empty when healthy.

    ``run`` is its directory below the zoo's ``runs`` folder; ``fault_types`` are the parts of the
    training that the fault changed. ``twin`` names the twin of a fault that a healthy run is.
    ``strength`` is that of the fault; ``is_sampled`` says whether settings were drawn widely.
    """

    run: str
    program: str
    fault: str
    blamed_layers: tuple[str, ...]
    expected_rules: tuple[str, ...]
    fault_types: tuple[FaultType, ...]
    twin: str = ""
    strength: float = 1.0
    is_sampled: bool = False


def train_run(run: ZooRun, out_dir: Path) -> Truth:
    """Train one run into ``<out_dir>/runs/<run.directory>``.

    Seeds Python's, numpy's and TensorFlow's global generators, and clears Keras's global state.

    Raises:
        KeyError: there is no such program or fault.
        OSError: its configuration cannot be written.
    """
    keras.backend.clear_session()
    keras.utils.set_random_seed(run.seed)
    if run.program in LOOPS:
        return _train_loop(run, out_dir / RUNS_FOLDER / run.directory)
    program, change = PROGRAMS[run.program], _change(run)
    rng = np.random.default_rng(run.seed)
    own = program.settings(rng)
    settings = _settings(run, own, change, rng)
    loaded = program.load(settings, rng)
    data = weakened_data(loaded, change.spoil(loaded, rng), run.strength, rng)
    model = altered(program.build(settings, data), settings)
    steps = math.ceil(len(data.train_y) / settings.batch_size) * settings.epochs
    compile_model(model, settings, data.classes, steps)
    run_dir = out_dir / RUNS_FOLDER / run.directory
    if program.records:
        record(
            run_dir,
            model,
            program=run.program,
            hparams=settings.hparams(),
            data=data.describe(),
            seeds={"run": run.seed},
        )
    _fit(model, settings, data, run_dir)
    fault = change if isinstance(change, Fault) else NO_FAULT
    return _truth(run, fault, fault.blamed(settings))


def _train_loop(run: ZooRun, run_dir: Path) -> Truth:
    loop, rng = LOOPS[run.program], np.random.default_rng(run.seed)
    settings = loop.settings(rng)
    if run.fault == HEALTHY:
        loop.train(sampled_loop(settings, rng) if run.is_sampled else settings, rng, run_dir)
        return _truth(run, NO_FAULT)
    fault = LOOP_FAULTS[run.fault]
    faulty = weakened_loop(settings, fault.inject(settings), run.strength)
    loop.train(faulty, rng, run_dir)
    return _truth(run, fault)


def _truth(run: ZooRun, fault: Fault | LoopFault, blamed: tuple[str, ...] = ()) -> Truth:
    return Truth(
        run.directory,
        run.program,
        run.fault,
        blamed,
        fault.expected,
        fault.fault_types,
        run.twin,
        run.strength,
        run.is_sampled,
    )


def _settings(run: ZooRun, own: Settings, change: Change, rng: np.random.Generator) -> Settings:
    if run.is_sampled:
        return sampled(own, rng)
    return weakened_settings(own, change.inject(own), run.strength)


def _change(run: ZooRun) -> Change:
    if run.twin:
        return TWINS[run.twin]
    return NO_FAULT if run.fault == HEALTHY else FAULTS[run.fault]


def _fit(model: keras.Model, settings: Settings, data: Dataset, run_dir: Path) -> None:
    model.fit(
        data.train_x,
        _targets(data.train_y, settings, data),
        batch_size=settings.batch_size,
        validation_batch_size=_VALIDATION_BATCH,
        epochs=settings.epochs,
        validation_data=(data.validation_x, _targets(data.validation_y, settings, data)),
        callbacks=[TensorTracer(run_dir, predictions=_scored(data))],
        verbose=0,
    )


def _targets(labels: Array, settings: Settings, data: Dataset) -> Array:
    if data.classes is None or loss_name(settings, data.classes) != ONE_HOT:
        return labels
    one_hot: Array = keras.utils.to_categorical(labels, data.classes)
    return one_hot


def _scored(data: Dataset) -> ValidationPredictions | None:
    """Score class 1 of two, "is class 0" of several; nothing of a regression."""
    if data.classes is None:
        return None
    scored_class = 1 if data.classes == 2 else 0
    labels = (data.validation_y == scored_class).astype(np.int64)
    return ValidationPredictions(data.validation_x, labels, slices=data.slices)
