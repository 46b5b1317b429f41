"""A model as bytes and back: arrays and JSON in a zip of numpy, whose loading runs no code."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from insight_lib.errors import InputError
from insight_lib.risk.models.blend import blend_of, part_of
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.models.calibration import Calibration, Isotonic, Platt
from insight_lib.risk.models.correction import Correction
from insight_lib.risk.models.kinds import KindModel, kinds_of
from insight_lib.risk.models.member import Member
from insight_lib.risk.models.novelty import novelty_of
from insight_lib.risk.models.reasons import groups_of
from insight_lib.risk.models.wording import Described

FORMAT = 2
MOST_BYTES = 2_000_000
"""A model is small enough to ship with the code and to lie in a table's cell."""
# Trees compress by about 3; what unfolds to more than this is no model.
_MOST_BYTES_UNPACKED = 40_000_000
_ABOUT = "about"
_REMEDY = "train again with `insight risk train`, or go back with `insight risk rollback`"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    EOFError,
    NotImplementedError,
)

Arrays: TypeAlias = dict[str, npt.NDArray[np.generic]]


def save_bundle(bundle: RiskBundle, path: Path) -> None:
    """Write the model to a file.

    Raises:
        InputError: it is larger than MOST_BYTES.
        OSError: the file cannot be written.
    """
    path.write_bytes(bundle_bytes(bundle))


def load_bundle(path: Path) -> RiskBundle:
    """Return the model of a file of `save_bundle`; it scores as the one that was saved.

    Raises:
        InputError: the file cannot be read, is damaged, or of another format.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; {_REMEDY}") from error
    return bundle_from_bytes(content, str(path))


def bundle_bytes(bundle: RiskBundle) -> bytes:
    """Return the model as bytes; the same model gives the same ones.

    Raises:
        InputError: they are more than MOST_BYTES.
    """
    arrays = _arrays(bundle)
    about = json.dumps(_about(bundle), sort_keys=True, allow_nan=False)
    arrays[_ABOUT] = np.frombuffer(about.encode(), dtype=np.uint8)
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    content = packed.getvalue()
    if len(content) > MOST_BYTES:
        raise InputError(
            f"the risk model has {len(content)} bytes, at most {MOST_BYTES} are kept; "
            "train it with fewer features"
        )
    return content


def with_version(bundle: RiskBundle) -> RiskBundle:
    """Return the model with the digest of all its content as its version."""
    return replace(bundle, version=_digest(_about(bundle), _arrays(bundle)))


def bundle_from_bytes(content: bytes, where: str) -> RiskBundle:
    """Return the model of `bundle_bytes`.

    Args:
        content: the bytes.
        where: they come from, for messages.

    Raises:
        InputError: they are damaged, or of another format.
    """
    arrays, about = _unpacked(content, where)
    if about.get("format") != FORMAT:
        raise InputError(
            f"{where} is a risk model of format {about.get('format')!r}, this version of "
            f"DeepInsight reads {FORMAT}; {_REMEDY}"
        )
    try:
        bundle = _bundle(arrays, about)
    except (*_DAMAGED, InputError) as error:
        raise InputError(f"{where} is a damaged risk model: {error}; {_REMEDY}") from error
    if _digest(_about(bundle), _arrays(bundle)) != bundle.version:
        raise InputError(f"{where} is a risk model that was changed after training; {_REMEDY}")
    return bundle


def _unpacked(content: bytes, where: str) -> tuple[Arrays, dict[str, Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if max(size, len(content)) > _MOST_BYTES_UNPACKED:
            raise ValueError(f"it unfolds to {size} bytes")
        with np.load(io.BytesIO(content), allow_pickle=False) as loaded:
            arrays = {name: loaded[name] for name in loaded.files}
        about = json.loads(arrays.pop(_ABOUT).tobytes())
        if not isinstance(about, dict):
            raise ValueError("its description is no object")
    except _DAMAGED as error:
        raise InputError(
            f"{where} is no risk model, or a damaged one: {error}; {_REMEDY}"
        ) from error
    return arrays, about


def _arrays(bundle: RiskBundle) -> Arrays:
    found: Arrays = {f"novelty.{name}": one for name, one in bundle.novelty.arrays().items()}
    for i, member in enumerate(bundle.members):
        found[f"member{i}.columns"] = member.columns.astype(np.int16)
        found[f"member{i}.flag_above"] = member.flag_above
        parts = member.model.arrays()
        found |= {f"member{i}.model.{name}": one for name, one in parts.items()}
    if bundle.kinds is not None:
        found |= {f"kinds.{name}": one for name, one in bundle.kinds.arrays().items()}
    if bundle.correction is not None:
        found["correction"] = np.array([bundle.correction.intercept, bundle.correction.slope])
        found["correction_weights"] = bundle.correction.weights
    return found


def _about(bundle: RiskBundle) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": bundle.version,
        "features": [asdict(one) for one in bundle.features],
        "landmarks": list(bundle.landmarks),
        "members": [
            {
                "name": one.name,
                "needs": list(one.needs),
                "calibrations": [_plain(each) for each in one.calibrations],
            }
            for one in bundle.members
        ],
        "kinds": None if bundle.kinds is None else list(bundle.kinds.kinds),
        "data_fingerprint": bundle.data_fingerprint,
        "metrics": bundle.metrics,
        "card": bundle.card,
    }


def _plain(calibration: Calibration) -> dict[str, Any]:
    return {"is_line": isinstance(calibration, Platt), **asdict(calibration)}


def _calibration(plain: Mapping[str, Any]) -> Calibration:
    if plain["is_line"]:
        return Platt(float(plain["slope"]), float(plain["intercept"]))
    knots, levels = plain["knots"], plain["levels"]
    if len(knots) != len(levels):
        raise ValueError("a calibration has knots without levels")
    return Isotonic(tuple(map(float, knots)), tuple(map(float, levels)))


def _bundle(arrays: Arrays, about: Mapping[str, Any]) -> RiskBundle:
    features = tuple(Described(**one) for one in about["features"])
    members = tuple(
        _member(part_of(arrays, f"member{i}."), one, len(features), len(about["landmarks"]))
        for i, one in enumerate(about["members"])
    )
    if not members or members[-1].needs:
        raise ValueError("it has no model for every run")
    return RiskBundle(
        features=features,
        landmarks=tuple(map(float, about["landmarks"])),
        members=members,
        novelty=novelty_of(part_of(arrays, "novelty."), len(about["landmarks"]), len(features)),
        kinds=_kinds(arrays, about),
        correction=_correction(arrays, len(groups_of(features))),
        data_fingerprint=str(about["data_fingerprint"]),
        metrics=dict(about["metrics"]),
        card=dict(about["card"]),
        version=str(about["version"]),
    )


def _member(arrays: Arrays, about: Mapping[str, Any], features: int, landmarks: int) -> Member:
    columns = arrays["columns"].astype(np.intp)
    flag_above = arrays["flag_above"].astype(np.float64)
    calibrations = tuple(_calibration(one) for one in about["calibrations"])
    if columns.size and not 0 <= columns.min() <= columns.max() < features:
        raise ValueError("a model looks at a feature that there is none of")
    if {len(calibrations), flag_above.size} != {landmarks + 1}:
        raise ValueError("a model is not calibrated for each landmark")
    return Member(
        name=str(about["name"]),
        needs=tuple(map(str, about["needs"])),
        columns=columns,
        model=blend_of(part_of(arrays, "model."), columns.size + 1),
        calibrations=calibrations,
        flag_above=flag_above,
    )


def _kinds(arrays: Arrays, about: Mapping[str, Any]) -> KindModel | None:
    if about["kinds"] is None:
        return None
    kinds = tuple(map(str, about["kinds"]))
    sizes = (len(about["landmarks"]), len(about["features"]))
    return kinds_of(part_of(arrays, "kinds."), kinds, *sizes)


def _correction(arrays: Arrays, groups: int) -> Correction | None:
    if "correction" not in arrays:
        return None
    intercept, slope = arrays["correction"].astype(np.float64).tolist()
    weights = arrays["correction_weights"].astype(np.float64)
    if weights.shape != (groups,):
        raise ValueError("its correction is of other groups of features")
    return Correction(intercept, slope, weights)


def _digest(about: Mapping[str, Any], arrays: Arrays) -> str:
    """Return 16 hexadecimal digits of the SHA-256 of all content but the version."""
    content = {name: one for name, one in about.items() if name != "version"}
    total = hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode())
    for name, one in sorted(arrays.items()):
        total.update(f"{name} {one.dtype.str} {one.shape}".encode())
        total.update(np.ascontiguousarray(one).tobytes())
    return total.hexdigest()[:16]
