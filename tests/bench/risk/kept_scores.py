"""Scores of the contenders, kept while data and code stay as they are: some take minutes."""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np

import insight_lib
from insight_lib.columnar.arrays import Floats
from tests.bench.risk.contenders import CONTENDERS, Contender
from tests.bench.risk.study_table import Study, read_study

PLACE = Path("build/risk-study")
_SOURCES = ("risk/features/*.py", "risk/models/*.py", "risk/training/*.py")
_STUDY_SOURCES = ("contenders.py", "out_of_family.py", "study_table.py", "baselines/*.py")


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
    return {one.name: _kept(one, study) for one in CONTENDERS}


def _kept(contender: Contender, study: Study) -> Floats:
    told = hashlib.sha256(f"{contender.name} {study.fingerprint} {_code()}".encode()).hexdigest()
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
    digest = hashlib.sha256()
    roots = (Path(insight_lib.__file__).parent, _SOURCES), (Path(__file__).parent, _STUDY_SOURCES)
    for root, patterns in roots:
        for source in sorted(file for pattern in patterns for file in root.glob(pattern)):
            digest.update(source.read_bytes())
    return digest.hexdigest()
