"""Masked CRC32C, the checksum of TFRecord files.

CRC32C is the CRC of polynomial 0x1EDC6F41 (reflected 0x82F63B78), RFC 3720 section 12.1. TFRecord
stores it rotated by 15 bits plus a constant, so that the CRC of data that itself holds CRCs stays
strong: https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/lib/hash/crc32c.h
"""

import numpy as np
import numpy.typing as npt

from insight_lib.events.kernels import Address, inlined, load_uint8, load_uint64

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


@inlined
def crc32c(base: Address, start: int, stop: int) -> np.uint32:
    """CRC32C of the bytes ``[start, stop)`` after an address."""
    crc = _ALL_ONES
    position = start
    while stop - position >= 8:
        word = load_uint64(base, position) ^ crc
        crc = np.uint64(0)
        for row in range(8):
            crc ^= _TABLES[7 - row, (word >> np.uint64(8 * row)) & _LOW_BYTE]
        position += 8
    while position < stop:
        crc = _TABLES[0, (crc ^ np.uint64(load_uint8(base, position))) & _LOW_BYTE] ^ (crc >> _BYTE)
        position += 1
    return np.uint32(crc ^ _ALL_ONES)


@inlined
def masked_crc32c(base: Address, start: int, stop: int) -> np.uint32:
    """CRC32C of the bytes ``[start, stop)`` after an address as TFRecord stores it."""
    crc = np.uint64(crc32c(base, start, stop))
    rotated = (crc >> np.uint64(15)) | (crc << np.uint64(17))
    return np.uint32((rotated + np.uint64(_MASK_DELTA)) & _ALL_ONES)
