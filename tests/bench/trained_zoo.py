"""The zoo that the rules are measured on: trained once, kept while its code stays as it is.

Its seed is used for nothing else: thresholds are set on zoos of other seeds.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import hashlib
import json
import multiprocessing
import shutil
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

import tensorflow as tf

import insight_lib
from insight_lib.zoo.planning import ZooRun, plan_runs
from insight_lib.zoo.training import RUNS_FOLDER, Truth, train_run

PLACE = Path("build/zoo-bench")
TRUTH_FILE = "truth.json"
RUNS = 212
SEED = 20_260_801
# What a run writes depends on these and on nothing else here.
_SOURCES = ("fault_types.py", "zoo/**/*.py", "tracer/**/*.py", "dealer/**/*.py", "strict_json.py")
_PACKAGES = ("keras", "numpy", "scikit-learn", "tensorflow")


def trained_zoo() -> tuple[Path, list[Truth]]:
    """Return the folder of the runs and the truth about them; train them where need be.

    The runs of another version of the code are removed.
    """
    fingerprint = _fingerprint()
    truth_file = PLACE / TRUTH_FILE
    kept = json.loads(truth_file.read_text()) if truth_file.exists() else {}
    if kept.get("fingerprint") != fingerprint:
        shutil.rmtree(PLACE, ignore_errors=True)
        truth = _train(plan_runs(RUNS, SEED))
        kept = {"fingerprint": fingerprint, "runs": [asdict(each) for each in truth]}
        truth_file.write_text(json.dumps(kept, indent=2) + "\n")
    return PLACE / RUNS_FOLDER, [Truth(**run) for run in kept["runs"]]


def _train(plan: list[ZooRun]) -> list[Truth]:
    """Train on every core, each run by itself; a process is replaced before its memory grows."""
    PLACE.mkdir(parents=True)
    context = multiprocessing.get_context("spawn")
    truth = []
    with context.Pool(os.cpu_count(), _use_one_core, maxtasksperchild=30) as pool:
        for done, one in enumerate(pool.imap(_train_one, plan), start=1):
            truth.append(one)
            print(f"\rtrained {done} of {len(plan)}", end="", flush=True)
    print()
    return truth


def _use_one_core() -> None:
    # In the trainings' processes only: the other benchmarks of this one are timed on every core.
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)


def _train_one(run: ZooRun) -> Truth:
    return train_run(run, PLACE)


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{RUNS} {SEED}".encode())
    for package in _PACKAGES:
        digest.update(f"{package} {metadata.version(package)}".encode())
    root = Path(insight_lib.__file__).parent
    for source in sorted(file for pattern in _SOURCES for file in root.glob(pattern)):
        digest.update(str(source.relative_to(root)).encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()
