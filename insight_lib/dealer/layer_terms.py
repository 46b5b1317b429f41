"""What a layer's description is made of, whoever describes it: a live layer, its JSON, a graph."""

import math
import re
from collections.abc import Iterable, Sequence

MADE_BY = re.compile(r"_?(\w+)_(initializer|regularizer)")
"""What a layer calls that which makes a weight, and by which role; an attribute of it may begin so
with an underscore."""

ELSEWHERE = frozenset({"name", "trainable", "activation", "units", "filters", "dtype"})
"""What a layer's configuration says besides its settings; all of it has a separate place."""

MAX_LIST = 64
"""Values of a list, such as a vocabulary, that are kept."""


def elements(shapes: Iterable[Sequence[int | None] | None]) -> int | None:
    """Count the elements of tensors together; None where a shape is not known, or open.

    >>> elements([(4, 3), (3,), ()])
    16
    """
    total = 0
    for shape in shapes:
        sizes = [None] if shape is None else shape
        known = [size for size in sizes if size is not None]
        if len(known) < len(sizes):
            return None
        total += math.prod(known)
    return total
