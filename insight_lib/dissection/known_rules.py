"""Rules that people name, held against the catalogue."""

from difflib import get_close_matches
from typing import Any

from insight_lib.dissection.rules import RULES
from insight_lib.dissection.rules.rule import Rule
from insight_lib.errors import InputError


def rule_named(name: str) -> Rule[Any]:
    """Return the rule of a name.

    Raises:
        InputError: There is none; the message names those that may be meant.
    """
    found = next((rule for rule in RULES if rule.name == name), None)
    if found is None:
        near = get_close_matches(name, [rule.name for rule in RULES])
        remedy = f"the nearest are {', '.join(near)}" if near else "`insight rules` lists them"
        raise InputError(f"there is no rule {name}; {remedy}")
    return found
