"""Many tensors in few: each result of a compiled step costs more than most tensors' contents."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Groups = dict[str, dict[str, tf.Tensor]]
Arrays = dict[str, dict[str, NDArray[Any]]]
Packed = dict[str, tf.Tensor]
_LAYOUT, _SHAPES = "layout", "shapes"


@dataclass
class Packer:
    """Packs named tensors in a graph, and unpacks what a run of the graph gives."""

    _layouts: list[list[tuple[str, str, str, int]]] = field(default_factory=list)

    def pack(self, groups: Groups) -> Packed:
        """Join dense tensors by type, but those of unknown rank."""
        layout = []
        shapes = [tf.zeros([0], tf.int32)]
        rows: dict[str, list[tf.Tensor]] = {}
        for group, tensors in groups.items():
            for name, tensor in tensors.items():
                if tensor.shape.rank is None:
                    continue
                layout.append((group, name, tensor.dtype.name, tensor.shape.rank))
                shapes.append(tf.shape(tensor))
                rows.setdefault(tensor.dtype.name, []).append(tf.reshape(tensor, [-1]))
        if layout not in self._layouts:
            self._layouts.append(layout)
        packed = {dtype: tf.concat(tensors, 0) for dtype, tensors in rows.items()}
        number = tf.constant(self._layouts.index(layout))
        return {**packed, _LAYOUT: number, _SHAPES: tf.concat(shapes, 0)}

    def unpack(self, packed: Packed) -> Arrays:
        """Take apart what a graph gave: views of its memory, by group and name."""
        rows = {name: np.asarray(tensor) for name, tensor in packed.items()}
        shapes = rows.pop(_SHAPES).tolist()
        starts = dict.fromkeys(rows, 0)
        found: Arrays = {}
        for group, name, dtype, rank in self._layouts[int(rows.pop(_LAYOUT))]:
            shape, shapes = shapes[:rank], shapes[rank:]
            start = starts[dtype]
            starts[dtype] = end = start + int(np.prod(shape))
            found.setdefault(group, {})[name] = rows[dtype][start:end].reshape(shape)
        return found
