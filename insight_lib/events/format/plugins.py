"""Plugins of tags: the first metadata of a tag says what all its values are.

Writers send a tag's metadata with its first value only, so what a tag was declared as has to be
remembered from record to record, from chunk to chunk and from one reading of a file to the next.

A value's own metadata counts; without any, what its tag was first declared as earlier in the same
file. TensorBoard's ``EventFileLoader`` remembers file by file, too. Its data server and its
``EventAccumulator`` take a tag's first metadata in the directory for all its values, so that they
show a tag that two plugins use as the first one's; here each value goes where it was declared to
go. Memory of a whole directory would make rows depend on the order in which its files arrive. They
differ where TF1's ``FileWriter.reopen`` goes on with a tensor summary in a new file without its
metadata: such values are kept as artifacts of plugin ``tensor``.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from insight_lib.events.format.intern import intern
from insight_lib.events.format.kernels import Bytes, Rows
from insight_lib.events.format.summary_value import SIMPLE_VALUE
from insight_lib.kernels import kernel

_NONE = -1

SCALARS = 0
HISTOGRAMS = 1
KNOWN_NAMES = ("scalars", "histograms")
"""The names that the kernels know by their place; every other name follows them."""


def declared_plugins(
    buffer: Bytes,
    values: Rows,
    tags: npt.NDArray[np.int32],
    tag_names: list[str],
    known: Mapping[str, str],
) -> tuple[npt.NDArray[np.int32], list[str], dict[str, str]]:
    """Give every value its plugin: its own, or else what its tag was declared as before it.

    Args:
        buffer: holds the values.
        values: `values.VALUE` rows, in the order of the file.
        tags: for each value the number of its tag.
        tag_names: the tags that ``tags`` numbers.
        known: tag -> plugin, from what was read of the file before.

    Returns:
        For each value the number of its plugin's name, -1 for none; the names, of which the first
        are `KNOWN_NAMES`; and ``known`` with the tags that were first declared here.
    """
    own, own_names = _own_plugins(buffer, values)
    names = list(dict.fromkeys([*KNOWN_NAMES, *own_names, *known.values()]))
    numbers = {name: number for number, name in enumerate(names)}
    number_of_own = np.array([numbers[name] for name in own_names], np.int32)
    of_tag = np.array(
        [numbers[known[tag]] if tag in known else _NONE for tag in tag_names], np.int32
    )
    if not own_names and np.all(of_tag == _NONE):
        return own, names, dict(known)
    was_known = of_tag != _NONE
    plugins = inherit(tags, own, number_of_own, of_tag)
    new = np.flatnonzero((of_tag != _NONE) & ~was_known)
    return plugins, names, {**known, **{tag_names[tag]: names[of_tag[tag]] for tag in new}}


def undeclared_tags(
    values: Rows,
    tags: npt.NDArray[np.int32],
    tag_names: list[str],
    plugins: npt.NDArray[np.int32],
) -> frozenset[str]:
    """Tags of values without a plugin, simple values aside: these have no need of it."""
    found = np.zeros(len(tag_names), np.bool_)
    _mark_undeclared(values, tags, plugins, found)
    return frozenset(tag_names[tag] for tag in np.flatnonzero(found))


@kernel
def _mark_undeclared(
    values: Rows,
    tags: npt.NDArray[np.int32],
    plugins: npt.NDArray[np.int32],
    found: npt.NDArray[np.bool_],
) -> None:
    for row in range(len(values)):
        if plugins[row] == _NONE and values[row]["field"] != SIMPLE_VALUE:
            found[tags[row]] = True


def _own_plugins(buffer: Bytes, values: Rows) -> tuple[npt.NDArray[np.int32], list[str]]:
    """For each value the number of the plugin in its own metadata, -1 for none, and their names."""
    starts, stops = values["plugin_start"], values["plugin_stop"]
    numbers = np.full(len(values), _NONE, np.int32)
    named = np.flatnonzero(stops > starts)
    if not len(named):
        return numbers, []
    numbers[named], names = intern(buffer, starts[named], stops[named])
    return numbers, names


@kernel
def inherit(
    tags: npt.NDArray[np.int32],
    own: npt.NDArray[np.int32],
    number_of_own: npt.NDArray[np.int32],
    of_tag: npt.NDArray[np.int32],
) -> npt.NDArray[np.int32]:
    """Plugin of each value; ``of_tag`` learns what a tag is first declared as."""
    plugins = np.empty(len(tags), np.int32)
    for row in range(len(tags)):
        if own[row] == _NONE:
            plugins[row] = of_tag[tags[row]]
            continue
        plugins[row] = number_of_own[own[row]]
        if of_tag[tags[row]] == _NONE:
            of_tag[tags[row]] = plugins[row]
    return plugins
