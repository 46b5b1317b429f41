"""Fields of a section: what each wants, and what is wrong with those that were given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Field:
    """A field of a section.

    Attributes:
        wanted: what it should be, in words.
        fits: whether a value is that.
        default: where it is absent; None where there is none.
        is_required: whether it must be there.
    """

    wanted: str
    fits: Callable[[Any], bool]
    default: Any = None
    is_required: bool = False


Fields = Mapping[str, Field]


def is_text(value: object) -> bool:
    """Return whether a value is a text in one line that is not empty."""
    return isinstance(value, str) and value.strip() != "" and value.isprintable()


def is_texts(value: object) -> bool:
    """Return whether a value is a list of such texts, not empty."""
    return isinstance(value, list) and value != [] and all(map(is_text, value))


def text(wanted: str, *, is_required: bool = False) -> Field:
    """Return a field for a text."""
    return Field(wanted, is_text, is_required=is_required)


def texts(wanted: str, default: list[str] | None = None, *, is_required: bool = False) -> Field:
    """Return a field for a list of texts."""
    return Field(wanted, is_texts, default, is_required)


def one_of(names: tuple[str, ...], default: str) -> Field:
    """Return a field for one of some names."""
    return Field(f"one of {', '.join(names)}", lambda value: value in names, default)


def some_of(names: tuple[str, ...], default: list[str]) -> Field:
    """Return a field for a list of some of these names."""

    def fits(value: object) -> bool:
        return is_texts(value) and set(value) <= set(names)  # type: ignore[call-overload]

    return Field(f"a list of {', '.join(names)}", fits, default)


def filled(given: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """Return the value of every field: what is given, or the default."""
    return {name: given.get(name, field.default) for name, field in fields.items()}


def problems(where: str, given: Mapping[str, Any], fields: Fields) -> Iterator[str]:
    """Yield what is wrong with the fields of a section, each with its name.

    Args:
        where: the section's name.
        given: its fields.
        fields: those that it may have.
    """
    for name, value in given.items():
        if name not in fields:
            yield f"{where}.{name} is not known; the fields are {', '.join(fields)}"
        elif not fields[name].fits(value):
            yield f"{where}.{name} should be {fields[name].wanted}, not {value!r}"
    for name, field in fields.items():
        if field.is_required and name not in given:
            yield f"{where} has no {name}: {field.wanted}"
