"""Scores of the contenders, kept while data and code stay as they are: some take minutes."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

import insight_lib
from insight_lib.columnar.arrays import Floats
from tests.bench.risk.contenders import CONTENDERS, Contender
from tests.bench.risk.places import TOKENS
from tests.bench.risk.rivals import BLENDED, RIVALS, blended
from tests.bench.risk.study_table import Study, read_study

PLACE = Path("build/risk-study")
_LIBRARY, _STUDY = Path(insight_lib.__file__).parent, Path(__file__).parent
_SOURCES = ("risk/features/**/*.py", "risk/models/*.py", "risk/training/*.py")
_SET_SOURCES = ("risk/models/set_network/*.py",)
_STUDY_SOURCES = ("contenders.py", "out_of_family.py", "study_table.py", "baselines/*.py")
_RIVALS_SOURCES = (
    "contenders.py",
    "rivals.py",
    "set_tokens.py",
    "out_of_family.py",
    "study_table.py",
)


@cache
def committed_study() -> Study:
    """Return the study on the committed tables.

    Raises:
        InputError: they are missing, or of another form.
    """
    return read_study()


@cache
def committed_scores() -> dict[str, Floats]:
    """Return the scores of each contender on the committed tables, (rows,) each, by name."""
    study = committed_study()
    found = {one.name: _kept(one, study, _code()) for one in CONTENDERS}
    found |= {one.name: _kept(one, study, _code_of_rivals()) for one in RIVALS}
    return found | {BLENDED: blended(found)}


def _kept(contender: Contender, study: Study, code: str) -> Floats:
    told = hashlib.sha256(f"{contender.name} {study.fingerprint} {code}".encode()).hexdigest()
    file = PLACE / f"{told[:20]}.npy"
    if file.exists():
        kept: Floats = np.load(file, allow_pickle=False)
        return kept
    scores = contender.scores(study)
    PLACE.mkdir(parents=True, exist_ok=True)
    np.save(file, scores, allow_pickle=False)
    return scores


@cache
def _code() -> str:
    """Return the SHA-256 of all code that scores depend on, in hexadecimal."""
    return _digest(_files(_LIBRARY, _SOURCES) + _files(_STUDY, _STUDY_SOURCES))


@cache
def _code_of_rivals() -> str:
    """Return the same of what only scores of rivals depend on, tokens among it."""
    own = _files(_LIBRARY, _SET_SOURCES) + _files(_STUDY, _RIVALS_SOURCES)
    return _digest([*own, *(file for file in (TOKENS,) if file.exists())])


def _files(root: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted(file for pattern in patterns for file in root.glob(pattern))


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
