"""The format's tags and metadata."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.tracer.stats_format import (
    KINDS,
    STATS_FIELDS,
    LayerMeta,
    TensorTag,
    format_meta,
    format_tag,
    parse_meta,
    parse_tag,
    stats_tag,
)

_segments = st.text(min_size=1).filter(lambda text: "/" not in text)
_layers = st.lists(_segments, min_size=1, max_size=4).map("/".join)


def test_every_field_has_a_unique_name():
    assert len(set(STATS_FIELDS)) == len(STATS_FIELDS) == 27


@given(_layers, _segments, st.sampled_from(KINDS), st.booleans())
def test_a_tag_comes_back_from_its_text(layer, tensor, kind, is_stats):
    tag = format_tag(layer, tensor, kind)
    tag = stats_tag(tag) if is_stats else tag
    assert parse_tag(tag) == TensorTag(layer, tensor, kind, is_stats)


@pytest.mark.parametrize(
    "tag",
    ["", "loss", "epoch_loss", "kernel/weight", "dense/kernel", "/kernel/weight", "a//weight",
     "kernel/weight/stats", "a/b/weight/other", "stats", "a/b/WEIGHT"],
)  # fmt: skip
def test_another_tag_is_no_layer_tensor(tag):
    assert parse_tag(tag) is None


@pytest.mark.parametrize(
    "meta",
    [
        LayerMeta(7, "Dense", None),
        LayerMeta(7, "Dense", "relu", (64, 10), trainable=True),
        LayerMeta(0, "自作", "スイッシュ", (None, 3), trainable=False),
        LayerMeta(1, "Dense", None, ()),
    ],
)
def test_metadata_comes_back_from_its_bytes(meta):
    assert parse_meta(format_meta(meta)) == meta


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[]", b"{}", b"[" * 100_000,
     b'{"version": 2, "depth": 0, "layer_type": "Dense"}',
     b'{"version": 1, "depth": true, "layer_type": "Dense"}',
     b'{"version": 1, "depth": -1, "layer_type": "Dense"}',
     b'{"version": 1, "depth": 2147483648, "layer_type": "Dense"}',
     b'{"version": 1, "depth": 0, "layer_type": null}',
     b'{"version": 1, "depth": 0, "layer_type": "\\ud800"}',
     b'{"version": 1, "depth": 0, "layer_type": "Dense", "activation": "\\udfff"}',
     b'{"version": 1, "depth": 0, "layer_type": "Dense", "activation": 3}',
     b'{"version": 1, "depth": 0, "layer_type": "Dense", "shape": 3}',
     b'{"version": 1, "depth": 0, "layer_type": "Dense", "shape": [-1]}',
     b'{"version": 1, "depth": 0, "layer_type": "Dense", "shape": [9223372036854775808]}',
     b'{"version": 1, "depth": 0, "layer_type": "Dense", "trainable": 1}'],
)  # fmt: skip
def test_other_metadata_is_refused(content):
    assert parse_meta(content) is None


def test_the_format_is_read_without_tensorflow():
    code = (
        "import sys, insight_lib.tracer.stats_format, insight_lib.dealer\n"
        "sys.exit(any(name in sys.modules for name in ('tensorflow', 'keras', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("code", "extra"),
    [
        ("from insight_lib.tracer import TensorTracer", "trace"),
        ("from insight_lib.dealer import record", "trace"),
        ("from insight_lib.zoo import run_zoo", "zoo"),
    ],
)
def test_a_missing_tensorflow_is_named_with_its_extra(code, extra):
    code = f"import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None; {code}"
    result = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert f"pip install 'insight-lib[{extra}]'" in result.stderr.decode().splitlines()[-1]
    assert "MissingExtraError" in result.stderr.decode().splitlines()[-1]
