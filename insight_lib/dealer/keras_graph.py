"""Which layers feed which, in a Keras model that is a graph of layers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras


@dataclass(frozen=True)
class _Scope:
    """The call of a model within another: its node, and the scope that the node lies in."""

    node: Any
    outer: "_Scope | None"


class LayerGraph:
    """The connections of a model's layers.

    A model within the model is looked through, and so are operations that are no layers.

    Args:
        model: the model.
        paths: the name of each layer, by its ``id``; layers without a name are looked through.

    ``feeding`` maps a layer's name to the names of the layers and of the model's inputs that feed
    it; ``outputs`` names the layer that gives each output, None where an operation that is no layer
    comes last. Both are None where the model is no graph.
    """

    def __init__(self, model: keras.Model, paths: dict[int, str]) -> None:
        self._paths = paths
        self.feeding: dict[str, tuple[str, ...]] | None = None
        self.outputs: tuple[str | None, ...] | None = None
        function = _function(model)
        if function is not None:
            self.feeding = self._feeding(function)
            self.outputs = tuple(self._giving(tensor) for tensor in function.outputs)

    def _feeding(self, function: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - Keras
        found: dict[str, dict[str, None]] = {}
        for node, scope in _calls(function, None):
            name = self._paths.get(id(node.operation))
            if name is not None and not node.is_input:
                for tensor in node.input_tensors:
                    found.setdefault(name, {}).update(dict.fromkeys(self._sources(tensor, scope)))
        return {name: tuple(sources) for name, sources in found.items()}

    def _giving(self, tensor: Any) -> str | None:  # noqa: ANN401 - Keras
        tensor, node, _ = _inwards(tensor, None)
        if node.is_input:
            return str(node.operation.name)
        return self._paths.get(id(node.operation))

    def _sources(self, tensor: Any, scope: _Scope | None) -> Iterator[str]:  # noqa: ANN401 - Keras
        """Yield the layers and inputs that a tensor comes from, each once a visited tensor."""
        waiting, seen = [(tensor, scope)], set()
        while waiting:
            tensor, node, scope = _inwards(*waiting.pop())
            if (id(tensor), scope) in seen:
                continue
            seen.add((id(tensor), scope))
            name = self._paths.get(id(node.operation))
            if node.is_input and scope is not None:
                waiting.append((_given(tensor, scope), scope.outer))
            elif node.is_input:
                yield str(node.operation.name)
            elif name is not None:
                yield name
            else:
                waiting.extend((each, scope) for each in reversed(node.input_tensors))


def _function(operation: object) -> Any:  # noqa: ANN401 - Keras
    """Return the graph of a functional or a built sequential model; None of anything else."""
    operation = getattr(operation, "_functional", None) or operation
    return operation if hasattr(operation, "_nodes_by_depth") else None


def _calls(function: Any, scope: _Scope | None) -> Iterator[tuple[Any, _Scope | None]]:  # noqa: ANN401 - Keras
    """Yield the nodes of a graph and of the graphs in it, each with its scope."""
    for nodes in function._nodes_by_depth.values():
        for node in nodes:
            inner = _function(node.operation)
            if inner is None:
                yield node, scope
            else:
                yield from _calls(inner, _Scope(node, scope))


def _inwards(tensor: Any, scope: _Scope | None) -> tuple[Any, Any, _Scope | None]:  # noqa: ANN401 - Keras
    """Follow a tensor into the models that give it: the tensor there, its node and its scope."""
    while True:
        operation, node_index, tensor_index = tensor._keras_history
        node = operation._inbound_nodes[node_index]
        inner = _function(operation)
        if inner is None:
            return tensor, node, scope
        tensor, scope = inner.outputs[tensor_index], _Scope(node, scope)


def _given(tensor: Any, scope: _Scope) -> Any:  # noqa: ANN401 - Keras
    """Return what a call of a model was given for one of its input tensors."""
    inputs = _function(scope.node.operation).inputs
    place = next(at for at, each in enumerate(inputs) if each is tensor)
    return scope.node.input_tensors[place]
