"""Files made to exhaust a reader, and what memory reading them takes.

    python -m tests.events.faults.hostile NAME

reads the one input of that name in a fresh process and prints, as JSON, what came out and by how
many bytes the process grew at its peak. The system's figure counts what numpy and Arrow hold too.
"""

import json
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from insight_lib.events.format.read import read_span
from tests.events.conftest import frame, scalar_event
from tests.events.faults.records import every_kind

PLENTY = 100_000
MEBIBYTE = 2**20


def nested(depth: int) -> bytes:
    """An event in whose value each message holds the next, deeper than protobuf allows."""
    content = b""
    for _ in range(depth):
        content = _field(5, content)
    return _field(5, _field(1, _field(1, b"deep") + _field(8, content)))


def groups(depth: int) -> bytes:
    """An event with groups in an unknown field, one in the other."""
    return b"\xa3\x06" * depth + b"\xa4\x06" * depth


def huge_tensor() -> bytes:
    """An event with a float tensor that claims 10^12 elements and has one."""
    shape = _field(2, b"\x08" + _varint(10**12))
    tensor = b"\x08\x01" + _field(2, shape) + _field(5, struct.pack("<f", 1.0))
    metadata = _field(9, _field(1, _field(1, b"scalars")))
    return _field(5, _field(1, _field(1, b"claims") + metadata + _field(8, tensor)))


def tagged(tag: bytes) -> bytes:
    """An event of one simple value whose tag is any bytes."""
    return _field(5, _field(1, _field(1, tag) + b"\x15" + struct.pack("<f", 1.0)))


def long_tags() -> Iterator[bytes]:
    """Tags of a megabyte, all different."""
    return (tagged(b"%03d" % number + b"t" * MEBIBYTE) for number in range(24))


def many_tags() -> Iterator[bytes]:
    """As many tags as values."""
    return (scalar_event(f"tag_{number}", 1, 1.0).SerializeToString() for number in range(PLENTY))


def declared_tags() -> Iterator[bytes]:
    """As many tags as values, each with the plugin that it belongs to."""
    for number in range(PLENTY):
        event = scalar_event(f"tag_{number}", 1, 1.0)
        event.summary.value[0].metadata.plugin_data.plugin_name = f"plugin_{number % 7}"
        yield event.SerializeToString()


def plain() -> Iterator[bytes]:
    """Nothing odd: what the others are compared with."""
    return (scalar_event("loss", number, 1.0).SerializeToString() for number in range(PLENTY))


HOSTILE: dict[str, Callable[[], Iterator[bytes]]] = {
    "plain": plain,
    "a tensor of 10^12 elements": lambda: iter([huge_tensor()] * 1000),
    "messages nested 20,000 deep": lambda: iter([nested(20_000)] * 20),
    "groups nested 100,000 deep": lambda: iter([groups(PLENTY)] * 20),
    "tags of no valid UTF-8": lambda: (
        tagged(b"a\xff\xfe\xc0%d" % number) for number in range(PLENTY)
    ),
    "tags with NUL": lambda: (tagged(b"a\0b%d" % number) for number in range(PLENTY)),
    "tags of 1 MB": long_tags,
    "100,000 tags": many_tags,
    "100,000 tags that name their plugin": declared_tags,
    "empty records": lambda: iter([b""] * PLENTY),
    "a value a byte long, a million times": lambda: iter([_field(5, b"\x0a\x00" * 10**6)]),
}


def measure(name: str) -> dict[str, Any]:
    """Read one input; bytes by which the process grew, rows, quarantined spans, the bytes' tiling.

    The kernels are loaded before the measuring begins.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tfevents"
        size = path.write_bytes(b"".join(every_kind()))
        list(read_span(path, 0, size, {}))
        with path.open("wb") as file:
            size = sum(file.write(frame(payload)) for payload in HOSTILE[name]())
        before = _reset_peak()
        rows = quarantined = read_to = 0
        for piece in read_span(path, 0, size, {}):
            rows += sum(t.num_rows for t in (piece.scalars, piece.histograms, piece.artifacts))
            quarantined += piece.quarantine.num_rows
            read_to = piece.read_to
        grown = _memory("VmHWM") - before
    return {
        "bytes": size,
        "read_to": read_to,
        "rows": rows,
        "quarantined": quarantined,
        "grown": grown,
    }


def _reset_peak() -> int:
    """Let the peak start at what is held now, and return that."""
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(field: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise ValueError(f"the system does not say {field}")


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    low = bytearray()
    while number > 0x7F:
        low.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(low) + bytes([number])


if __name__ == "__main__":
    print(json.dumps({name: measure(name) for name in sys.argv[1:] or HOSTILE}))
