"""Fitting parsed JSON to frozen dataclasses, naming every field that does not fit."""

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin, get_type_hints

_JSON_NAMES: dict[object, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    NoneType: "null",
}


def fit(value: object, kind: object, where: str, problems: list[str]) -> object:
    """Return ``value`` as ``kind``, or note in ``problems`` each place where it does not fit.

    Args:
        value: parsed JSON.
        kind: a dataclass, ``str``, ``int``, ``float``, ``bool``, ``object`` (any JSON), a union of
            these with or without ``None``, ``Mapping[str, X]``, one whose annotations are keys that
            must hold strings, or ``tuple[X, ...]``.
        where: dotted path of ``value``, such as ``data.rows``.
        problems: gets one line for each place; the returned value is meaningless if it grew.
    """
    origin = get_origin(kind)
    if kind is object:
        return value
    if isinstance(kind, type) and is_dataclass(kind):
        return _fit_record(value, kind, where, problems)
    if origin in (UnionType, Union):
        return _fit_union(value, get_args(kind), where, problems)
    if origin is tuple:
        return _fit_list(value, get_args(kind)[0], where, problems)
    if origin in (Mapping, Annotated):
        return _fit_map(value, kind, where, problems)
    if not _is_plain(value, kind):
        _refuse(value, _JSON_NAMES[kind], where, problems)
    return value


def _fit_record(
    value: object, kind: Callable[..., object], where: str, problems: list[str]
) -> object:
    if not isinstance(value, dict):
        return _refuse(value, "an object", where, problems)
    hints = get_type_hints(kind, include_extras=True)
    before = len(problems)
    problems += [f"{_below(where, name)} is missing" for name in hints if name not in value]
    problems += [f"{_below(where, name)} is not known" for name in value if name not in hints]
    found = {
        name: fit(value[name], hint, _below(where, name), problems)
        for name, hint in hints.items()
        if name in value
    }
    return kind(**found) if len(problems) == before else None


def _fit_union(
    value: object, choices: tuple[object, ...], where: str, problems: list[str]
) -> object:
    for choice in choices:
        attempt: list[str] = []
        found = fit(value, choice, where, attempt)
        if not attempt:
            return found
    # The brackets say which type is intended, so that only what is wrong within them is named.
    meant = [choice for choice in choices if _json_type(choice) is type(value)]
    if meant and meant[0] not in _JSON_NAMES:
        return fit(value, meant[0], where, problems)
    names = [_JSON_NAMES.get(each) or _compound_name(each) for each in choices]
    return _refuse(value, " or ".join(names), where, problems)


def _json_type(kind: object) -> object:
    if kind in _JSON_NAMES:
        return kind
    return list if get_origin(kind) is tuple else dict


def _compound_name(kind: object) -> str:
    return "a list" if _json_type(kind) is list else "an object"


def _fit_list(value: object, kind: object, where: str, problems: list[str]) -> object:
    if not isinstance(value, list):
        return _refuse(value, "a list", where, problems)
    return tuple(fit(each, kind, f"{where}[{i}]", problems) for i, each in enumerate(value))


def _fit_map(value: object, kind: object, where: str, problems: list[str]) -> object:
    if not isinstance(value, dict):
        return _refuse(value, "an object", where, problems)
    required: tuple[str, ...] = ()
    if get_origin(kind) is Annotated:
        kind, *annotated = get_args(kind)
        required = tuple(annotated)
    for name in required:
        if name not in value:
            problems.append(f"{_below(where, name)} is missing")
        elif not isinstance(value[name], str):
            _refuse(value[name], _JSON_NAMES[str], _below(where, name), problems)
    inner = get_args(kind)[1]
    return {name: fit(each, inner, _below(where, name), problems) for name, each in value.items()}


def _below(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)


def _is_plain(value: object, kind: object) -> bool:
    """Return whether a value has the type; JSON, unlike Python, does not count true as a number."""
    if isinstance(value, bool):
        return kind is bool
    if isinstance(value, int):
        return kind in (int, float)
    return type(value) is kind


def _refuse(value: object, expected: str, where: str, problems: list[str]) -> object:
    shown = repr(value) if len(repr(value)) <= 40 else f"{repr(value)[:37]}..."
    problems.append(f"{where or 'the document'} should be {expected}, not {shown}")
    return None
