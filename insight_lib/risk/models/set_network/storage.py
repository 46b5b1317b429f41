"""A set network as one NPZ file without pickles: loading it runs no code."""

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from insight_lib.errors import InputError
from insight_lib.risk.models.set_network.inputs import Channels
from insight_lib.risk.models.set_network.layout import Sizes, parameter_shapes
from insight_lib.risk.models.set_network.network import SetNetwork
from insight_lib.risk.models.set_network.scaling import PARTS, Scaling

FORMAT = 1
MOST_BYTES = 2_000_000
"""A model that ships with the platform is at most 2 MB."""

_ABOUT = "about"
_REMEDY = "train again with `insight risk train`, or take another file"
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)

Arrays = Mapping[str, npt.NDArray[Any]]


def save_set_network(network: SetNetwork, path: Path) -> None:
    """Write a network; the same network gives the same bytes.

    Raises:
        OSError: the file cannot be written.
    """
    about = {
        "format": FORMAT,
        "sizes": asdict(network.sizes),
        "feature_names": network.feature_names,
        "layer_channels": network.channels.layer,
        "curve_channels": network.channels.curve,
        "kind_names": network.kind_names,
        "members": len(network.members),
    }
    arrays: dict[str, npt.NDArray[Any]] = {_ABOUT: np.array(json.dumps(about, sort_keys=True))}
    for part in PARTS:
        arrays[f"means/{part}"] = network.scaling.means[part]
        arrays[f"scales/{part}"] = network.scaling.scales[part]
    for number, member in enumerate(network.members):
        arrays |= {f"{number}/{name}": member[name] for name in sorted(member)}
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_set_network(path: Path) -> SetNetwork:
    """Return the network of a file; it scores as the one that was saved.

    Raises:
        InputError: there is no such file, it is damaged, above MOST_BYTES or no set network, or of
            another format than this version reads.
    """
    if not path.is_file():
        raise InputError(f"there is no set network at {path}; {_REMEDY}")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path} has more than {MOST_BYTES} bytes; {_REMEDY}")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
            about = json.loads(str(arrays.pop(_ABOUT)))
            found = about["format"]
    except _UNREADABLE as error:
        raise InputError(f"{path} is damaged or no set network ({error}); {_REMEDY}") from error
    if found != FORMAT:
        raise InputError(
            f"{path} is a set network of format {found!r}, this version reads {FORMAT}; {_REMEDY}"
        )
    try:
        return _network(about, arrays)
    except _UNREADABLE as error:
        raise InputError(f"{path} is damaged ({error}); {_REMEDY}") from error


def _network(about: Mapping[str, Any], arrays: Arrays) -> SetNetwork:
    sizes = Sizes(**about["sizes"])
    if not all(isinstance(one, int) and one > 0 for one in asdict(sizes).values()):
        raise ValueError(f"{sizes} has a size that is no number above 0")
    channels = Channels(tuple(about["layer_channels"]), tuple(about["curve_channels"]))
    widths = dict(
        zip(PARTS, (sizes.layer_channels, sizes.curve_channels, sizes.features), strict=True)
    )
    shapes = parameter_shapes(sizes)
    network = SetNetwork(
        sizes=sizes,
        feature_names=tuple(about["feature_names"]),
        channels=channels,
        kind_names=tuple(about["kind_names"]),
        scaling=Scaling(
            {part: _array(arrays, f"means/{part}", (widths[part],)) for part in PARTS},
            {part: _array(arrays, f"scales/{part}", (widths[part],)) for part in PARTS},
        ),
        members=tuple(
            {name: _array(arrays, f"{number}/{name}", shape) for name, shape in shapes.items()}
            for number in range(about["members"])
        ),
    )
    named = (len(network.feature_names), len(channels.layer), len(channels.curve))
    if named != tuple(widths[part] for part in ("features", "layers", "curves")):
        raise ValueError(f"{named} names do not fit {sizes}")
    if len(network.kind_names) > sizes.kinds or not network.members:
        raise ValueError("a kind without an output, or no member")
    return network


def _array(arrays: Arrays, name: str, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    array = arrays[name]
    if array.dtype != np.float32 or array.shape != shape:
        raise ValueError(f"{name} is {array.dtype} {array.shape}, expected float32 {shape}")
    if not np.isfinite(array).all() or (name.startswith("scales/") and (array <= 0).any()):
        raise ValueError(f"{name} holds values that no training gives")
    return array
