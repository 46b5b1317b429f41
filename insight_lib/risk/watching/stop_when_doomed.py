"""StopWhenDoomed: a Keras callback that ends a training which is going to fail."""

import os
import warnings
from collections.abc import Mapping, Sequence

import keras

from insight_lib.errors import InputError, InsightError
from insight_lib.risk.registry.default_model import default_model
from insight_lib.risk.watching.advice import Advice, Limit, advise, checked_risk
from insight_lib.risk.watching.cadence import LookCadence
from insight_lib.risk.watching.sight import Sight, look
from insight_lib.risk.watching.which_model import watching_model
from insight_lib.tracer.streams import run_dir_of_model


class StopWhenDoomed(keras.callbacks.Callback):  # type: ignore[misc] # Keras is not typed
    """Stops ``Model.fit`` when what `TensorTracer` wrote so far says that it is going to fail.

    After an epoch it looks at the run's own event files as ``insight watch`` does: after each of
    the first 20, then whenever a twentieth more epochs have gone by. It stops where the predicted
    probability of failure is at least ``risk``; never where the run is outside of what the model
    knows. Put it after `TensorTracer`, which has written the epoch by then.

    Where the files cannot be read it warns once, stops looking, and the training goes on.

    Attributes:
        sight: the run at the last look; None before the first.
        advice: whether to stop by that look, and why.

    Args:
        log_dir: the run directory; that of the `TensorTracer` of the same training by default.
        risk: from which predicted probability of failure on, above 0 and at most 1.
        lake: folder of a lake whose model says the risk, the one that scores its runs at the start
            of the training; the model that ships by default.
        advise_only: say so, and stop nothing.

    Raises:
        InputError: ``risk`` is out of range, or the lake has no model that can be used; after the
            first epoch, if no directory is named and no `TensorTracer` traces the model.
        LakeError: ``lake`` is no lake.
        MissingExtraError: what reads lakes is not installed, and one is named.

    Example:
        >>> import keras, numpy as np
        >>> from insight_lib import StopWhenDoomed, TensorTracer
        >>> inputs = np.random.default_rng(0).normal(size=(64, 4))
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        >>> model.compile("adam", "mse")
        >>> callbacks = [TensorTracer("logs/run-9"), StopWhenDoomed(risk=0.95)]
        >>> history = model.fit(inputs, inputs[:, 0], epochs=2, verbose=0, callbacks=callbacks)
        >>> callbacks[1].advice.stop
        False
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        *,
        risk: float = 0.95,
        lake: str | os.PathLike[str] | None = None,
        advise_only: bool = False,
    ) -> None:
        super().__init__()
        self.sight: Sight | None = None
        self.advice = Advice(stop=False)
        self._limit = Limit(risk=checked_risk(risk))
        # Now, so that a lake that does not serve is refused before the training takes time.
        self._scores_by = None if lake is None else watching_model(lake)
        self._log_dir = log_dir
        self._advise_only = advise_only
        self._cadence = LookCadence()
        self._is_on = True

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        """Look where a look is due, and stop the training where it is advised."""
        if not self._is_on or not self._cadence.is_due(epoch + 1):
            return
        log_dir = self._run_dir()
        try:
            self.sight = _only(look(log_dir, self._scores_by or default_model()))
        except (InsightError, OSError) as error:
            self._is_on = False
            warnings.warn(f"StopWhenDoomed looks no more: {error}", stacklevel=2)
            return
        self.advice = advise(self.sight, self._limit)
        if self.advice.stop:
            self._act()

    def _act(self) -> None:
        if self._advise_only:
            warnings.warn(f"this training should be stopped: {self.advice.why}", stacklevel=3)
            return
        self.model.stop_training = True
        warnings.warn(f"this training is stopped: {self.advice.why}", stacklevel=3)

    def _run_dir(self) -> str | os.PathLike[str]:
        found = self._log_dir if self._log_dir is not None else run_dir_of_model(self.model)
        if found is None:
            raise InputError(
                "StopWhenDoomed knows no run directory; add TensorTracer to the callbacks, or name "
                'the directory of the event files, as in StopWhenDoomed("logs/run-8")'
            )
        return found


def _only(sights: Sequence[Sight]) -> Sight:
    if len(sights) > 1:
        named = ", ".join(one.run_id for one in sights)
        raise InputError(f"several runs are in the directory: {named}; name that of one run")
    return sights[0]
