"""A training step that also hands out its inside.

The model's own ``train_step`` runs, with three methods watched while TensorFlow traces it (or, in
eager mode, runs it): the optimizers' ``apply`` sees the gradients, each layer's ``call`` its
output, ``compute_loss`` the loss. What they see goes out as further results of the compiled step,
read so that TensorFlow optimises the step as it would without (``taps``); nothing that the step
computes is changed or replaced, so that the gradients are those applied, dropout included. Seen in
a loop or a branch inside the step, a tensor has no value outside of it and is left out.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple, ParamSpec, TypeAlias, TypeVar

import keras
import numpy as np
import tensorflow as tf

from insight_lib.tracer.batch_names import Batch, Named, named_batch
from insight_lib.tracer.layers import TracedLayer
from insight_lib.tracer.packing import Packed, Packer
from insight_lib.tracer.patch_method import replaced
from insight_lib.tracer.stats_format import ACTIVATION_TENSOR, format_tag
from insight_lib.tracer.taps import tapped

LOSS = "loss"
LEARNING_RATE = "learning_rate"

Gradient: TypeAlias = "tf.Tensor | tf.IndexedSlices | None"
P = ParamSpec("P")
R = TypeVar("R")


class Captured(NamedTuple):
    """What a watched step hands out: tensors while it is traced, arrays of what a run of it gave.

    ``scalars`` holds ``loss`` and ``learning_rate`` where they are known, ``tensors`` the layers'
    by their tags of ``stats_format``; ``inputs``, ``labels`` and ``weights`` are the batch's by
    name, and ``lookups`` what embeddings looked up, by their layers' names.
    """

    scalars: dict[str, Any]
    tensors: dict[str, Any]
    inputs: dict[str, Any]
    labels: dict[str, Any]
    weights: dict[str, Any]
    lookups: dict[str, Any]


@dataclass(eq=False)
class StepCapture:
    """Makes the watched step, and remembers in which order the layers were called.

    Filled when TensorFlow traces the step (``tracings`` counts how often): ``call_order``, names of
    layers by their first call; ``output_shapes``, by tag, of the outputs, without the examples'
    axis. ``failure`` is what kept the step from handing out what it saw.
    """

    model: keras.Model
    optimizers: list[keras.optimizers.Optimizer]
    layers: list[TracedLayer]
    call_order: dict[str, int] = field(default_factory=dict)
    output_shapes: dict[str, tuple[int | None, ...]] = field(default_factory=dict)
    tracings: int = 0
    failure: Exception | None = None
    _packer: Packer = field(default_factory=Packer)

    def watched(self, train_step: Callable[P, R]) -> Callable[P, tuple[R, Packed]]:
        """Wrap ``train_step``: the result returns what it returned, and what was captured."""

        def step(*args: P.args, **kwargs: P.kwargs) -> tuple[R, Packed]:
            watch = _Watch(self.call_order)
            self.tracings += 1
            rates = [tf.identity(each.learning_rate) for each in self.optimizers]
            before = {id(weight): tf.identity(weight) for _, _, weight in self._weights()}
            with ExitStack() as stack:
                for owner, method, replacement in self._watched_methods(watch):
                    stack.enter_context(replaced(owner, method, replacement))
                result = train_step(*args, **kwargs)
            try:
                loss = watch.seen.loss or dict(_returned_loss(result))
                batch = _batch(self.model, args)
                seen, loss, batch = tapped((watch.seen, loss, batch), result)
                rate = next((i for i, o in enumerate(self.optimizers) if id(o) in watch.applied), 0)
                packed = self._pack(seen, {LEARNING_RATE: rates[rate], **loss}, before, batch)
            except Exception as error:  # noqa: BLE001 - the training step itself is done
                self.failure, packed = error, self._packer.pack({})
            return result, packed

        return step

    def unpack(self, packed: Packed) -> Captured:
        """Return what a run of the watched step captured."""
        groups = self._packer.unpack(packed)
        return Captured(*(groups.get(name, {}) for name in Captured._fields))

    def _pack(
        self,
        seen: "_Seen",
        scalars: Named,
        before: dict[int, tf.Tensor],
        batch: Batch,
    ) -> Packed:
        self.output_shapes.update(_without_examples(seen.outputs))
        tensors = {**seen.outputs, **self._tensors(before, seen.gradients)}
        captured = Captured(scalars, tensors, *batch, seen.lookups)
        return self._packer.pack(captured._asdict())

    def _watched_methods(self, watch: "_Watch") -> Iterator[tuple[object, str, Callable[..., Any]]]:
        for optimizer in self.optimizers:
            yield optimizer, "apply", watch.apply(optimizer)
        for layer in self.layers:
            yield layer.layer, "call", watch.call(layer, layer.layer.call)
        yield self.model, "compute_loss", watch.compute_loss(self.model.compute_loss)

    def _weights(self) -> Iterator[tuple[str, str, keras.Variable]]:
        for layer in self.layers:
            for tensor, weight in layer.weights:
                yield layer.name, tensor, weight

    def _tensors(self, before: dict[int, tf.Tensor], gradients: dict[int, "_Scaled"]) -> Named:
        tensors = {}
        for layer, tensor, weight in self._weights():
            old = before[id(weight)]
            tensors[format_tag(layer, tensor, "weight")] = old
            tensors[format_tag(layer, tensor, "update")] = tf.convert_to_tensor(weight) - old
            if id(weight) in gradients:
                gradient = _unscaled(gradients[id(weight)])
                dense = tf.zeros_like(old) if gradient is None else gradient
                tensors[format_tag(layer, tensor, "gradient")] = dense
        return tensors


def optimizers_of(model: keras.Model) -> Iterator[keras.optimizers.Optimizer]:
    """Yield the optimizers that a model holds: its compiled one, or those of a custom step."""
    for value in list(vars(model).values()):
        if isinstance(value, keras.optimizers.Optimizer):
            yield value


class _Scaled(NamedTuple):
    """A gradient as the optimizer was given it, and what mixed precision multiplied it by."""

    gradient: Gradient
    scale: tf.Tensor | float | None


class _Seen(NamedTuple):
    """Tensors of one tracing of the step: gradients by their weights' ids, the others by name."""

    loss: Named
    outputs: Named
    lookups: Named
    gradients: dict[int, _Scaled]


class _Watch:
    """Collects what one tracing of the step sees."""

    def __init__(self, call_order: dict[str, int]) -> None:
        self.seen = _Seen({}, {}, {}, {})
        self.applied: set[int] = set()
        self._call_order = call_order
        self._graph = _current_graph()

    def apply(self, optimizer: keras.optimizers.Optimizer) -> Callable[..., None]:
        original = optimizer.apply

        def apply(
            grads: Sequence[Gradient],
            trainable_variables: Sequence[keras.Variable] | None = None,
        ) -> None:
            self.applied.add(id(optimizer))
            gradients = list(grads)
            known = trainable_variables
            variables = list(optimizer._trainable_variables if known is None else known)
            if self._is_outside():
                # What does not match is Keras's to refuse, or to pass over.
                for gradient, variable in zip(gradients, variables, strict=False):
                    self.seen.gradients[id(variable)] = _Scaled(gradient, _scale(optimizer))
            original(gradients, variables)

        return apply

    def call(self, layer: TracedLayer, original: Callable[P, R]) -> Callable[P, R]:
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            self._call_order.setdefault(layer.name, len(self._call_order))
            outputs = original(*args, **kwargs)
            if self._is_outside():
                self._see(layer, args, outputs)
            return outputs

        return call

    def compute_loss(self, original: Callable[P, R]) -> Callable[P, R]:
        def compute_loss(*args: P.args, **kwargs: P.kwargs) -> R:
            loss = original(*args, **kwargs)
            if tf.is_tensor(loss) and self._is_outside():
                self.seen.loss[LOSS] = loss
            return loss

        return compute_loss

    def _see(self, layer: TracedLayer, inputs: Sequence[object], outputs: object) -> None:
        if layer.has_output:
            for output in _floating(outputs)[:1]:
                self.seen.outputs[format_tag(layer.name, ACTIVATION_TENSOR, "activation")] = output
        if layer.is_embedding and inputs and isinstance(inputs[0], tf.Tensor):
            self.seen.lookups[layer.name] = inputs[0]

    def _is_outside(self) -> bool:
        """Return whether a tensor made now has a value at the end of the step."""
        return _current_graph() is self._graph


def _returned_loss(result: object) -> Iterator[tuple[str, tf.Tensor]]:
    """Find the loss in what a custom step returns: the item of this name, or the first."""
    if isinstance(result, dict):
        result = result.get(LOSS)
    flat = [
        tf.convert_to_tensor(each) if _is_number(each) else each for each in tf.nest.flatten(result)
    ]
    for value in _floating(flat)[:1]:
        if value.shape.rank == 0:
            yield LOSS, value


def _batch(model: keras.Model, arguments: Sequence[object]) -> Batch:
    """Name the batch; of a loop's third argument nobody knows what it is."""
    if len(arguments) == 1:
        return named_batch(model, arguments[0], may_be_weighted=True)
    return named_batch(model, arguments, may_be_weighted=False)


def _is_number(value: object) -> bool:
    """Return whether an eager step returned a number in place of a tensor."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind == "f"
    return isinstance(value, (float, np.floating))


def _scale(optimizer: keras.optimizers.Optimizer) -> tf.Tensor | float | None:
    """Return what the optimizer will divide the gradients by, as it is now."""
    scale = getattr(optimizer, "dynamic_scale", None)
    return optimizer.loss_scale_factor if scale is None else tf.convert_to_tensor(scale)


def _unscaled(given: _Scaled) -> tf.Tensor | None:
    """Undo the loss scaling of mixed precision, as the optimizer will."""
    if given.gradient is None:
        return None
    gradient = tf.convert_to_tensor(given.gradient)
    return gradient if given.scale is None else gradient / tf.cast(given.scale, gradient.dtype)


def _without_examples(outputs: Named) -> Iterator[tuple[str, tuple[int | None, ...]]]:
    for tag, output in outputs.items():
        if output.shape.rank:
            yield tag, tuple(output.shape.as_list()[1:])


def _floating(outputs: object) -> list[tf.Tensor]:
    """List the dense floating tensors; to ``tf.is_tensor`` a ragged or sparse one were one."""
    flat = tf.nest.flatten(outputs)
    return [each for each in flat if isinstance(each, tf.Tensor) and each.dtype.is_floating]


def _current_graph() -> tf.Graph | None:
    return None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
