"""The checksum against TensorBoard's own and the published check value."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.tensorflow_stub import pywrap_tensorflow

from insight_lib.events.format.crc32c import crc32c, crc32c_by_tables, masked_crc32c


def test_the_check_value_of_crc32c_comes_out():
    data = np.frombuffer(b"123456789", np.uint8)
    assert crc32c(data.ctypes.data, 0, 9) == 0xE3069283


@given(st.binary(max_size=2000), st.integers(0, 2000))
def test_masked_checksum_of_any_stretch_equals_tensorboards(data, start):
    start = min(start, len(data))
    buffer = np.frombuffer(data, np.uint8)
    ours = masked_crc32c(buffer.ctypes.data, start, len(data))
    assert ours == pywrap_tensorflow.masked_crc32c(data[start:])


def test_the_instruction_and_the_tables_agree_on_every_length_and_alignment():
    data = np.random.default_rng(0).integers(0, 256, 900, np.uint8)
    for start in range(8):
        for stop in range(start, len(data) + 1):
            expected = crc32c_by_tables(data.ctypes.data, start, stop)
            assert crc32c(data.ctypes.data, start, stop) == expected
