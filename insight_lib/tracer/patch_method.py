"""Shadowing a method on one object for a while."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def replaced(owner: object, method: str, replacement: Callable[..., Any]) -> Iterator[None]:
    """Replace ``owner.method``, past Keras's attribute tracking, and put back what was there."""
    attributes = vars(owner)
    shadowed = attributes.get(method)
    attributes[method] = replacement
    try:
        yield
    finally:
        if shadowed is None:
            del attributes[method]
        else:
            attributes[method] = shadowed
