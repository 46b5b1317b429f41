"""What the compiled kernels of this package share: types of buffers and the unaligned loads.

A function that Python calls takes arrays. The small functions that it is made of take the address
of the buffer instead: an array argument would have its references counted, atomically, at each of
their calls, which costs more than what they do.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]  # it has no type information
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from insight_lib.kernels import inlined

Bytes = npt.NDArray[np.uint8]
"""A read-only, contiguous buffer of bytes."""
Address = int
"""Address of a buffer's first byte; whoever holds it keeps the buffer alive."""
Rows = npt.NDArray[np.void]
"""A structured array, one record a row."""


class Scratch:
    """Memory for the rows of one buffer after the other.

    Fresh memory costs more than what kernels write to it: the system fills each page with zeros.
    """

    def __init__(self) -> None:
        self._held: dict[np.dtype[Any], npt.NDArray[Any]] = {}

    def rows(self, dtype: np.dtype[Any], count: int) -> npt.NDArray[Any]:
        """So many rows, with whatever they held, until rows of the same type are asked for again.

        Memory is taken for what is written to, not for what is asked for.
        """
        if dtype not in self._held or len(self._held[dtype]) < count:
            self._held[dtype] = np.empty(count, dtype)
        return self._held[dtype][:count]


def _unaligned_load(number: types.Type, llvm_number: ir.Type) -> Any:  # noqa: ANN401 - numba's own type
    """Make ``load(address, offset)``: the little-endian number there, aligned or not.

    Nothing is checked: the caller guarantees that the number lies inside the buffer. Numba runs on
    little-endian machines only, so no byte swap is needed.
    """

    def load(_context: Any, address: Any, offset: Any) -> Any:  # noqa: ANN401 - numba's own types
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
            first, second = (
                context.cast(builder, argument, given, types.int64)
                for argument, given in zip(arguments, signature.args, strict=True)
            )
            pointer = builder.inttoptr(builder.add(first, second), llvm_number.as_pointer())
            return builder.load(pointer, align=1)

        return number(address, offset), generate

    return intrinsic(load)


def _generate_store(_context: Any, _address: Any, _offset: Any, _number: Any) -> Any:  # noqa: ANN401 - numba's own types
    """Write a double to the bytes at an offset after an address; nothing is checked."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        address, offset, number = arguments
        double = ir.DoubleType().as_pointer()
        builder.store(number, builder.inttoptr(builder.add(address, offset), double), align=1)
        return _context.get_dummy_value()

    return types.void(types.int64, types.int64, types.float64), generate


store_float64: Any = intrinsic(_generate_store)


def _generate_copy(_context: Any, _target: Any, _source: Any, _count: Any) -> Any:  # noqa: ANN401 - numba's own types
    """Copy bytes from one address to another.

    An assignment of slices does the same, and has numba compile for seconds what checks them.
    """

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        target, source, count = arguments
        byte = ir.IntType(8).as_pointer()
        places = (builder.inttoptr(target, byte), builder.inttoptr(source, byte))
        cgutils.raw_memcpy(builder, *places, count, 1)  # type: ignore[no-untyped-call]
        return _context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), generate


copy_bytes: Any = intrinsic(_generate_copy)

# The type as a function whose result is used as a plain number.
to_int64: Callable[[Any], int] = cast("Callable[[Any], int]", np.int64)
to_float64: Callable[[Any], float] = cast("Callable[[Any], float]", np.float64)

load_uint8 = _unaligned_load(types.uint8, ir.IntType(8))
load_uint16 = _unaligned_load(types.uint16, ir.IntType(16))
load_uint32 = _unaligned_load(types.uint32, ir.IntType(32))
load_uint64 = _unaligned_load(types.uint64, ir.IntType(64))
load_float32 = _unaligned_load(types.float32, ir.FloatType())
load_float64 = _unaligned_load(types.float64, ir.DoubleType())


@inlined
def address_of(buffer: Bytes) -> Address:
    """Return the address of a buffer, as every kernel takes it.

    numba compiles a kernel again for each other type of number that it is called with. Addresses
    and positions are int64 everywhere; so are constants, which would be types of their own.
    """
    return to_int64(buffer.ctypes.data)
