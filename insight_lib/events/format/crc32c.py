"""Masked CRC32C, the checksum of TFRecord files.

CRC32C is the CRC of polynomial 0x1EDC6F41 (reflected 0x82F63B78), RFC 3720 section 12.1. TFRecord
stores it rotated by 15 bits plus a constant, so that the CRC of data that itself holds CRCs stays
strong: https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/lib/hash/crc32c.h
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]  # it has no type information
from numba import types
from numba.core.registry import cpu_target
from numba.extending import intrinsic

from insight_lib.events.format.kernels import Address, load_uint8, load_uint64
from insight_lib.kernels import inlined

_POLYNOMIAL = 0x82F63B78
_MASK_DELTA = np.uint32(0xA282EAD8)
_ALL_ONES = np.uint64(0xFFFFFFFF)
_LOW_BYTE = np.uint64(0xFF)
_BYTE = np.uint64(8)


def _slicing_tables() -> npt.NDArray[np.uint64]:
    """Tables of the slicing-by-8 algorithm, shape (8, 256).

    Row k maps a byte to its effect on the CRC once k more bytes have followed. Source: M. E.
    Kounavis, F. L. Berry, "A Systematic Approach to Building High Performance Software-Based CRC
    Generators", 2005.
    """
    tables = np.zeros((8, 256), np.uint64)
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (_POLYNOMIAL if crc & 1 else 0)
        tables[0, byte] = crc
    for row in range(1, 8):
        before = tables[row - 1]
        tables[row] = (before >> _BYTE) ^ tables[0][(before & _LOW_BYTE).astype(np.intp)]
    return tables


_TABLES = _slicing_tables()

_STREAM_BYTES = 128
"""Bytes of each of three streams: the CPU starts an instruction a cycle, but each takes three."""


def _zero_tables(zero_bytes: int) -> npt.NDArray[np.uint64]:
    """Effect on the CRC of zeros that follow it, shape (4, 256), a row for each of its bytes.

    The CRC is linear: that of two strings is that of the first, followed by as many zeros as the
    second has bytes, xor that of the second alone. Source: V. Gopal et al., "Fast CRC Computation
    for iSCSI Polynomial Using CRC32 Instruction", Intel, 2011.
    """
    crcs = np.arange(256, dtype=np.uint64) << (_BYTE * np.arange(4, dtype=np.uint64)[:, np.newaxis])
    for _ in range(zero_bytes):
        crcs = (crcs >> _BYTE) ^ _TABLES[0][(crcs & _LOW_BYTE).astype(np.intp)]
    return crcs


_ONE_STREAM = _zero_tables(_STREAM_BYTES)
_TWO_STREAMS = _zero_tables(2 * _STREAM_BYTES)


# The features that numba compiles for, which are also part of the key of the code it keeps: code
# with an instruction is never run on a CPU without it.
_FEATURES = frozenset(cpu_target.target_context.codegen().magic_tuple()[2].split(","))
_ON_X86 = "+sse4.2" in _FEATURES
HAS_INSTRUCTION = _ON_X86 or "+crc" in _FEATURES
"""Whether the CPU has an instruction for CRC32C."""


def _generate_crc_of_word(_context: Any, _crc: Any, _word: Any) -> Any:  # noqa: ANN401 - numba's own
    """Return the CRC, not inverted, after eight more bytes, by the CPU's instruction."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        int32, int64 = ir.IntType(32), ir.IntType(64)
        before, content = arguments
        if _ON_X86:
            form = ir.FunctionType(int64, [int64, int64])
            called = builder.module.declare_intrinsic("llvm.x86.sse42.crc32.64.64", (), form)
            return builder.call(called, [before, content])
        form = ir.FunctionType(int32, [int32, int64])
        called = builder.module.declare_intrinsic("llvm.aarch64.crc32cx", (), form)
        after = builder.call(called, [builder.trunc(before, int32), content])
        return builder.zext(after, int64)

    return types.uint64(types.uint64, types.uint64), generate


_crc_of_word: Any = intrinsic(_generate_crc_of_word)


@inlined
def _words_by_instruction(base: Address, start: int, stop: int) -> np.uint64:
    """Return the CRC, not inverted, of the whole words of ``[start, stop)``."""
    crc = _ALL_ONES
    position = start
    while stop - position >= 3 * _STREAM_BYTES:
        second, third = np.uint64(0), np.uint64(0)
        for place in range(position, position + _STREAM_BYTES, 8):
            crc = _crc_of_word(crc, load_uint64(base, place))
            second = _crc_of_word(second, load_uint64(base, place + _STREAM_BYTES))
            third = _crc_of_word(third, load_uint64(base, place + 2 * _STREAM_BYTES))
        crc = _followed(crc, _TWO_STREAMS) ^ _followed(second, _ONE_STREAM) ^ third
        position += 3 * _STREAM_BYTES
    for place in range(position, stop - 7, 8):
        crc = _crc_of_word(crc, load_uint64(base, place))
    return crc


@inlined
def _followed(crc: np.uint64, tables: npt.NDArray[np.uint64]) -> np.uint64:
    """Return the CRC once the zeros of some tables have followed."""
    after = np.uint64(0)
    for row in range(4):
        after ^= tables[row, (crc >> np.uint64(8 * row)) & _LOW_BYTE]
    return after


@inlined
def _words_by_tables(base: Address, start: int, stop: int) -> np.uint64:
    """As `_words_by_instruction`, for a CPU that has none."""
    crc = _ALL_ONES
    for position in range(start, stop - 7, 8):
        word = load_uint64(base, position) ^ crc
        crc = np.uint64(0)
        for row in range(8):
            crc ^= _TABLES[7 - row, (word >> np.uint64(8 * row)) & _LOW_BYTE]
    return crc


@inlined
def _with_rest(base: Address, start: int, stop: int, words: np.uint64) -> np.uint32:
    """Return the CRC of ``[start, stop)`` from that of its whole words."""
    crc = words
    for position in range(stop - ((stop - start) & 7), stop):
        crc = _TABLES[0, (crc ^ np.uint64(load_uint8(base, position))) & _LOW_BYTE] ^ (crc >> _BYTE)
    return np.uint32(crc ^ _ALL_ONES)


@inlined
def crc32c_by_tables(base: Address, start: int, stop: int) -> np.uint32:
    """`crc32c` without the CPU's instruction."""
    return _with_rest(base, start, stop, _words_by_tables(base, start, stop))


@inlined
def _crc32c_by_instruction(base: Address, start: int, stop: int) -> np.uint32:
    return _with_rest(base, start, stop, _words_by_instruction(base, start, stop))


crc32c = _crc32c_by_instruction if HAS_INSTRUCTION else crc32c_by_tables
"""CRC32C of the bytes ``[start, stop)`` after an address."""


@inlined
def masked_crc32c(base: Address, start: int, stop: int) -> np.uint32:
    """CRC32C of the bytes ``[start, stop)`` after an address as TFRecord stores it."""
    crc = np.uint64(crc32c(base, start, stop))
    rotated = (crc >> np.uint64(15)) | (crc << np.uint64(17))
    return np.uint32((rotated + np.uint64(_MASK_DELTA)) & _ALL_ONES)
