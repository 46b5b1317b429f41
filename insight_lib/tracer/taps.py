"""Reading a tensor inside a compiled step without changing how TensorFlow optimises the step.

TensorFlow fuses an operation with the next, or sums in another order, only where nothing else reads
what lies between; both change the last bits of a result. So a tensor is read where it is only if
the step itself reads it more than once and adds it to nothing. Any other is computed once more from
the nearest tensors of which that is true: in a network mostly one product of matrices for a layer
without an activation, since the gradients read the other outputs a second time.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import tensorflow as tf

Nested = TypeVar("Nested")

# Reads of a tensor that are gone once shapes are known.
_READS_SHAPE_ONLY = {
    "BroadcastGradientArgs",
    "OnesLike",
    "Rank",
    "Shape",
    "ShapeN",
    "Size",
    "ZerosLike",
}
# A sum of three begins with a term that nobody else will read: its memory takes the result.
_SUMS = {"Add", "AddN", "AddV2"}
# These give what they are given, and are gone when the step is optimised.
_PASSES_ON = {"Identity", "IdentityN"}
_LOOPS_AND_BRANCHES = {"Case", "If", "While", "StatelessCase", "StatelessIf", "StatelessWhile"}
_SOURCES = {"Const", "Placeholder", "PlaceholderWithDefault"}


def tapped(tensors: Nested, results: object) -> Nested:
    """Return tensors of the same values, which may be read without the step being optimised less.

    What a stateful operation, a loop or a branch gives is read where it is: it cannot be computed
    twice. In eager mode nothing is optimised, and every tensor is.

    Args:
        tensors: nested, of a step all of whose operations exist.
        results: what the step returns, nested.
    """
    if tf.executing_eagerly():
        return tensors
    graph = tf.compat.v1.get_default_graph()
    flat = tf.nest.flatten(tensors, expand_composites=True)
    reads = _Reads(graph, _tensors_of(graph, results))
    copies = _Copies(graph, _to_copy(_tensors_of(graph, flat), reads))
    taps = [copies.of(each) if _is_in(graph, each) else each for each in flat]
    packed: Nested = tf.nest.pack_sequence_as(tensors, taps, expand_composites=True)
    return packed


class _Reads:
    """Which reads of a tensor the step needs."""

    def __init__(self, graph: tf.Graph, returned: Sequence[tf.Tensor]) -> None:
        self._returned = {each.ref() for each in returned}
        roots = [each.op for each in returned]
        roots += [each for each in graph.get_operations() if each.op_def.is_stateful]
        self._needed = _with_ancestors(roots)

    def allow_another(self, tensor: tf.Tensor) -> bool:
        """Return whether one more read of a tensor changes nothing in the optimised step."""
        readers = list(self._readers(tensor))
        operations = [each for each in readers if each is not None]
        if any(each.type in _SUMS for each in operations):
            return False
        return len({*map(_signature, operations)}) + (None in readers) > 1

    def _readers(self, tensor: tf.Tensor) -> Iterator[tf.Operation | None]:
        """Yield the operations that read a tensor, under any name; None is the step's caller."""
        if tensor.ref() in self._returned:
            yield None
        for reader in tensor.consumers():
            if reader not in self._needed or reader.type in _READS_SHAPE_ONLY:
                continue
            if reader.type not in _PASSES_ON:
                yield reader
                continue
            for given, passed in zip(reader.inputs, reader.outputs, strict=True):
                if given is tensor:
                    yield from self._readers(passed)


def _with_ancestors(roots: Iterable[tf.Operation]) -> set[tf.Operation]:
    found: set[tf.Operation] = set()
    left = list(roots)
    while left:
        operation = left.pop()
        if operation not in found:
            found.add(operation)
            left += [each.op for each in operation.inputs]
            left += operation.control_inputs
    return found


def _signature(operation: tf.Operation) -> tuple[object, ...]:
    """Return what is the same for operations that TensorFlow merges."""
    attributes = operation.node_def.attr
    contents = [(name, attributes[name].SerializeToString()) for name in sorted(attributes)]
    return operation.type, tuple(_origin(each).ref() for each in operation.inputs), tuple(contents)


def _origin(tensor: tf.Tensor) -> tf.Tensor:
    while tensor.op.type in _PASSES_ON:
        tensor = tensor.op.inputs[tensor.value_index]
    return tensor


def _to_copy(tensors: Iterable[tf.Tensor], reads: _Reads) -> set[tf.Operation]:
    found: set[tf.Operation] = set()
    left = list(tensors)
    while left:
        tensor = left.pop()
        if tensor.op not in found and _is_pure(tensor.op) and not reads.allow_another(tensor):
            found.add(tensor.op)
            left += tensor.op.inputs
    return found


def _is_pure(operation: tf.Operation) -> bool:
    is_fixed = operation.type in _SOURCES or operation.type in _LOOPS_AND_BRANCHES
    return not is_fixed and not operation.op_def.is_stateful


class _Copies:
    """Operations of a graph made a second time, which TensorFlow cannot merge with the first."""

    def __init__(self, graph: tf.Graph, originals: set[tf.Operation]) -> None:
        self._copies: dict[tf.Operation, tf.Operation] = {}
        self._seams: dict[object, tf.Tensor] = {}
        # In the order of their making inputs come first.
        for each in [each for each in graph.get_operations() if each in originals]:
            with graph.control_dependencies(each.control_inputs):
                self._copies[each] = graph.create_op(
                    each.type,
                    [self._input(tensor) for tensor in each.inputs],
                    [output.dtype for output in each.outputs],
                    attrs=dict(each.node_def.attr),
                )

    def of(self, tensor: tf.Tensor) -> tf.Tensor:
        """Return the copy of a tensor, or itself where its operation has none."""
        copy = self._copies.get(tensor.op)
        return tensor if copy is None else copy.outputs[tensor.value_index]

    def _input(self, tensor: tf.Tensor) -> tf.Tensor:
        if tensor.op in self._copies or tensor.op.type == "Const":
            return self.of(tensor)
        if tensor.ref() not in self._seams:
            # Passes its input on, which TensorFlow cannot know when it optimises.
            seam = tf.raw_ops.PlaceholderWithDefault(input=tensor, shape=tensor.shape)
            self._seams[tensor.ref()] = seam
        return self._seams[tensor.ref()]


def _tensors_of(graph: tf.Graph, nested: object) -> list[tf.Tensor]:
    flat = tf.nest.flatten(nested, expand_composites=True)
    return [each for each in flat if _is_in(graph, each)]


def _is_in(graph: tf.Graph, value: object) -> bool:
    return isinstance(value, tf.Tensor) and getattr(value, "graph", None) is graph
