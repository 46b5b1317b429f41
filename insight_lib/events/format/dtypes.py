"""TensorFlow's number types: how wide each is stored and which field of a TensorProto holds it.

https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/framework/types.proto and
https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/framework/tensor.proto

Strings, complex numbers, resources, variants and the types narrower than a byte are no numbers
here: a tensor of them is kept whole.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FLOAT = 1
DOUBLE = 2
INT32 = 3
UINT8 = 4
INT16 = 5
INT8 = 6
INT64 = 9
BOOL = 10
QINT8 = 11
QUINT8 = 12
QINT32 = 13
BFLOAT16 = 14
QINT16 = 15
QUINT16 = 16
UINT16 = 17
HALF = 19
UINT32 = 22
UINT64 = 23
FLOAT8_E5M2 = 24
FLOAT8_E5M2FNUZ = 28

FLOAT_VAL = 5
DOUBLE_VAL = 6
INT_VAL = 7
INT64_VAL = 10
BOOL_VAL = 11
HALF_VAL = 13
UINT32_VAL = 16
UINT64_VAL = 17
FLOAT8_VAL = 18

# dtype -> (bytes of an element in tensor_content, field of its values otherwise)
_STORAGE = {
    FLOAT: (4, FLOAT_VAL),
    DOUBLE: (8, DOUBLE_VAL),
    INT32: (4, INT_VAL),
    UINT8: (1, INT_VAL),
    INT16: (2, INT_VAL),
    INT8: (1, INT_VAL),
    INT64: (8, INT64_VAL),
    BOOL: (1, BOOL_VAL),
    QINT8: (1, INT_VAL),
    QUINT8: (1, INT_VAL),
    QINT32: (4, INT_VAL),
    BFLOAT16: (2, HALF_VAL),
    QINT16: (2, INT_VAL),
    QUINT16: (2, INT_VAL),
    UINT16: (2, INT_VAL),
    HALF: (2, HALF_VAL),
    UINT32: (4, UINT32_VAL),
    UINT64: (8, UINT64_VAL),
    **dict.fromkeys(range(FLOAT8_E5M2, FLOAT8_E5M2FNUZ + 1), (1, FLOAT8_VAL)),
}

DTYPES = FLOAT8_E5M2FNUZ + 1
"""Every dtype that is a number is below this."""
WIDTH = np.zeros(DTYPES, np.int64)
"""Bytes of an element of a dtype; 0: no number."""
VALUE_FIELD = np.zeros(DTYPES, np.int64)
"""Field of a dtype's values where they are not in tensor_content."""
for _dtype, (_width, _field) in _STORAGE.items():
    WIDTH[_dtype] = _width
    VALUE_FIELD[_dtype] = _field


class _Float8(NamedTuple):
    """A float of 8 bits: a sign, an exponent and a mantissa; what the special patterns mean."""

    mantissa_bits: int
    bias: int
    infinities: bool
    negative_zero_is_nan: bool


# In the order of their dtypes, 24 to 28. Sources: the OCP 8-bit floating point specification, and
# for the FNUZ and B11 variants https://github.com/jax-ml/ml_dtypes#specifications
_FLOAT8 = (
    _Float8(2, 15, infinities=True, negative_zero_is_nan=False),  # e5m2
    _Float8(3, 7, infinities=False, negative_zero_is_nan=False),  # e4m3fn
    _Float8(3, 8, infinities=False, negative_zero_is_nan=True),  # e4m3fnuz
    _Float8(3, 11, infinities=False, negative_zero_is_nan=True),  # e4m3b11fnuz
    _Float8(2, 16, infinities=False, negative_zero_is_nan=True),  # e5m2fnuz
)


def _float8_value(bits: int, form: _Float8) -> float:
    """Return the number that 8 bits stand for."""
    magnitude = bits & 0x7F
    if form.negative_zero_is_nan and bits == 0x80:
        return float("nan")
    sign = -1.0 if bits & 0x80 else 1.0
    infinity = (0x7F >> form.mantissa_bits) << form.mantissa_bits
    if form.infinities and magnitude >= infinity:
        return sign * float("inf") if magnitude == infinity else float("nan")
    if not form.infinities and not form.negative_zero_is_nan and magnitude == 0x7F:
        return float("nan")
    exponent = magnitude >> form.mantissa_bits
    fraction = (magnitude & ((1 << form.mantissa_bits) - 1)) / (1 << form.mantissa_bits)
    if exponent == 0:
        return sign * float(fraction * 2.0 ** (1 - form.bias))
    return sign * float((1 + fraction) * 2.0 ** (exponent - form.bias))


FLOAT8_TABLE: npt.NDArray[np.float64] = np.array(
    [[_float8_value(bits, form) for bits in range(256)] for form in _FLOAT8]
)
"""The number of each pattern of 8 bits, shape (5, 256), a row for each of dtypes 24 to 28."""
