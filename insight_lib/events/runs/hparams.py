"""What TensorBoard's plugin ``hparams`` recorded: hyper-parameters and how a session ended.

Written by ``hparams.api`` and its Keras callback, and by ``add_hparams`` of PyTorch and
tensorboardX, as the content of a summary's metadata:
https://github.com/tensorflow/tensorboard/blob/2.20.0/tensorboard/plugins/hparams/plugin_data.proto
"""

import json
import struct
from collections.abc import Callable

from insight_lib.events.format import protobuf
from insight_lib.events.format.protobuf_fields import (
    Field,
    content,
    contents,
    entries,
    fields,
    text,
    varint,
)

PLUGIN = "hparams"

PLUGIN_CONTENT = (9, 1, 2)  # Summary.Value.metadata, .plugin_data, .content
_SESSION_START = 3  # of HParamsPluginData
_SESSION_END = 4
_HPARAMS = 1  # of SessionStartInfo
_STATUS = 1  # of SessionEndInfo
_END_TIME = 2
_STATES = {1: "finished", 2: "failed", 3: "running"}

# google.protobuf.Value; a list's values and a struct's fields are their field 1
_NUMBER = 2
_STRING = 3
_BOOL = 4
_STRUCT = 5
_LIST = 6
_MEMBERS = 1
# A list in a list is rare; one that is deeper than this was made to do harm.
_MAX_DEPTH = 16

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def is_session_start(payload: bytes) -> bool:
    """Return whether a Summary.Value is a session's start."""
    return bool(contents(content(payload, *PLUGIN_CONTENT), _SESSION_START))


def session_hparams(payload: bytes) -> dict[str, str]:
    """Return the hyper-parameters that a session started with, each as text.

    Numbers are doubles there, so a whole one is written without its fraction; lists and objects
    are JSON. Empty where the Summary.Value is no session's start or is damaged.
    """
    started = content(payload, *PLUGIN_CONTENT, _SESSION_START)
    return {
        name: as_text(_plain(value, 0))
        for name, value in entries(started, _HPARAMS).items()
        if fields(value)
    }


def session_state(payload: bytes) -> str | None:
    """Return ``finished``, ``failed`` or ``running`` of a session's end, None where it is none."""
    ended = content(payload, *PLUGIN_CONTENT, _SESSION_END)
    status = [varint(f.content) for f in fields(ended) if _is(f, _STATUS, protobuf.VARINT)]
    return _STATES.get(status[-1]) if status else None


def has_end_time(payload: bytes) -> bool:
    """Return whether a session's end says when it was."""
    ended = content(payload, *PLUGIN_CONTENT, _SESSION_END)
    return any(_is(field, _END_TIME, protobuf.FIXED64) for field in fields(ended))


def problems(payload: bytes) -> list[str]:
    """Say what of a Summary.Value of the plugin cannot be read; nothing of a sound one."""
    data = content(payload, *PLUGIN_CONTENT)
    return [f"{PLUGIN} plugin: no HParamsPluginData message"] if data and not fields(data) else []


def as_text(value: object) -> str:
    """Return a hyper-parameter's value as text that Arrow accepts."""
    shown = json.dumps(value) if isinstance(value, (list, dict)) else str(value)
    # JSON may escape half a surrogate pair, which no UTF-8 can hold.
    return shown.encode("utf-8", errors="replace").decode()


def _is(field: Field, number: int, wire_type: int) -> bool:
    return field.number == number and field.wire_type == wire_type


def _plain(value: bytes, depth: int) -> Plain:
    """Return a google.protobuf.Value; None also for what is too deep or of no known kind."""
    stated = fields(value)
    if not stated or depth > _MAX_DEPTH:
        return None
    number, wire_type, encoded = stated[-1]
    if (number, wire_type) == (_LIST, protobuf.LENGTH):
        return [_plain(each, depth + 1) for each in contents(encoded, _MEMBERS)]
    if (number, wire_type) == (_STRUCT, protobuf.LENGTH):
        inner = entries(encoded, _MEMBERS)
        return {name: _plain(each, depth + 1) for name, each in inner.items()}
    read = _SCALARS.get((number, wire_type))
    return read(encoded) if read else None


def _number(encoded: bytes) -> float | int:
    number: float = struct.unpack("<d", encoded)[0]
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


_SCALARS: dict[tuple[int, int], Callable[[bytes], Plain]] = {
    (_NUMBER, protobuf.FIXED64): _number,
    (_STRING, protobuf.LENGTH): text,
    (_BOOL, protobuf.VARINT): lambda encoded: varint(encoded) != 0,
}
