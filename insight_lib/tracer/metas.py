"""What is known of each traced tensor before its values are."""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.tracer.capture import StepCapture
from insight_lib.tracer.layers import TracedLayer
from insight_lib.tracer.stats_format import ACTIVATION_TENSOR, LayerMeta, format_meta, format_tag

_OF_A_WEIGHT = ("weight", "gradient", "update")


@dataclass(frozen=True)
class TracedTensor:
    """A layer's tensor; ``is_table``: is it an embedding's; ``content`` is ``meta`` written."""

    layer: str
    kind: str
    is_table: bool
    meta: LayerMeta
    content: bytes


def traced_tensors(capture: StepCapture) -> dict[str, TracedTensor]:
    """Describe what a watched step may hand out, by tag, once the step was traced.

    The depth of a layer is its place in the order of the first calls; layers that the step never
    called come last.
    """
    unseen = len(capture.call_order)
    ordered = sorted(capture.layers, key=lambda each: capture.call_order.get(each.name, unseen))
    return {
        tag: TracedTensor(layer.name, kind, is_table, meta, format_meta(meta))
        for depth, layer in enumerate(ordered)
        for tag, kind, is_table, meta in _of_layer(capture, layer, depth)
    }


def _of_layer(
    capture: StepCapture, layer: TracedLayer, depth: int
) -> Iterator[tuple[str, str, bool, LayerMeta]]:
    layer_type = type(layer.layer).__name__
    for tensor, weight in layer.weights:
        is_table = layer.is_embedding and tensor == "embeddings"
        meta = LayerMeta(
            depth, layer_type, layer.activation, tuple(weight.shape), bool(weight.trainable)
        )
        for kind in _OF_A_WEIGHT:
            yield format_tag(layer.name, tensor, kind), kind, is_table, meta
    tag = format_tag(layer.name, ACTIVATION_TENSOR, "activation")
    meta = LayerMeta(depth, layer_type, layer.activation, capture.output_shapes.get(tag))
    yield tag, "activation", False, meta
