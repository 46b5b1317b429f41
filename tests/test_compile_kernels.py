"""Kernels are found by what their files say, compiled ahead, and compiled once."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from insight_lib import kernel_sources
from insight_lib.compile_kernels import compile_all
from insight_lib.events.format.tfrecord import needed_bytes
from insight_lib.kernels import KERNELS
from tests.bench.files import write_histograms, write_scalars
from tests.bench.traced import write_run_of_others, write_traced_run
from tests.conftest import REAL_EVENT_FILES

PROJECT = Path(__file__).parents[1]

COMPILED_THEN_USED = """
import json, sys
from pathlib import Path
from numba.core import event, types
from insight_lib.cli.main import main
from insight_lib.compile_kernels import compile_all
from insight_lib.events.format.read import read_span
from insight_lib.kernels import KERNELS

compile_all()
with event.install_recorder("numba:compile") as recorded:
    for path in map(Path, sys.argv[2:]):
        for _ in read_span(path, 0, path.stat().st_size, {}):
            pass
    assert main(["diagnose", sys.argv[1], "--json"]) in (0, 1)
late = [str(one.data["dispatcher"]) for _, one in recorded.buffer if one.is_start]
counts = {
    f"{k.py_func.__module__}.{k.py_func.__name__}": (
        len({tuple(map(types.unliteral, signature)) for signature in k.signatures}),
        k.targetoptions["forceinline"],
    )
    for k in KERNELS
}
print("\\n" + json.dumps({"late": late, "counts": counts}))
"""

IMPORTED = """
import importlib, sys
from insight_lib.kernel_sources import PACKAGE, kernel_modules
for name in kernel_modules():
    importlib.import_module(name)
print(*(m.__file__ for name, m in sys.modules.items() if name.startswith(PACKAGE + ".")), sep="\\n")
"""


def run(script, *arguments, **environment):
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(
        command,
        env=os.environ | environment,
        cwd=PROJECT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@pytest.fixture(scope="module")
def compiled_then_used(tmp_path_factory):
    """What was compiled by set-up into an empty cache, and what by real use after it."""
    folder = tmp_path_factory.mktemp("kernels")
    runs = folder / "runs"
    write_traced_run(runs / "traced", 2, range(0, 50, 10), ("kernel", "bias"))
    write_run_of_others(runs / "others", 2, range(0, 50, 10))
    write_scalars(runs / "events.out.tfevents.1.host", 100)
    write_histograms(folder / "histograms", 100)
    damaged = bytearray((folder / "histograms").read_bytes())
    damaged[5_000:5_020] = bytes(20)
    (folder / "damaged").write_bytes(damaged)
    files = [path for path in folder.rglob("*") if path.is_file()]
    files += REAL_EVENT_FILES.rglob("*tfevents*")
    printed = run(COMPILED_THEN_USED, runs, *files, NUMBA_CACHE_DIR=str(folder / "cache"))
    return json.loads(printed.splitlines()[-1])


def test_set_up_compiles_every_kernel(compiled_then_used):
    counts = compiled_then_used["counts"]
    missing = [name for name, (count, inlined) in counts.items() if not count and not inlined]
    assert missing == [], "call these in their module's function under @compiles_ahead"


def test_every_kernel_is_compiled_for_one_combination_of_types(compiled_then_used):
    several = [name for name, (count, _) in compiled_then_used["counts"].items() if count > 1]
    assert several == [], "make every call of these pass the same types of numbers and arrays"


def test_decoding_and_diagnosing_compile_nothing_that_set_up_has_not(compiled_then_used):
    assert compiled_then_used["late"] == []


def test_the_registry_has_every_module_that_uses_the_decorators():
    compile_all()
    declaring = {compiled.py_func.__module__ for compiled in KERNELS}
    decorated = {
        ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        for path in (PROJECT / "insight_lib").rglob("*.py")
        if any(line in ("@kernel", "@inlined") for line in path.read_text().splitlines())
    }
    assert decorated
    assert decorated == {module for module in declaring if module.startswith("insight_lib.")}
    assert decorated <= set(kernel_sources.kernel_modules())


def test_every_file_that_importing_the_kernels_loads_is_one_of_their_sources():
    loaded = {Path(line) for line in run(IMPORTED).split()}
    assert len(loaded) > len(kernel_sources.kernel_modules())
    # What only the `__init__.py` of a package above brings in is part of no kernel.
    besides = {path for path in loaded if path.name == "__init__.py" or "dealer" in path.parts}
    assert loaded - besides <= set(kernel_sources.kernel_sources())


@pytest.fixture
def copy(tmp_path):
    """A copy of the library's sources, to move files in."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "insight_lib", tmp_path / "insight_lib", ignore=ignored)
    return tmp_path


def test_a_moved_and_a_new_module_of_kernels_are_found_without_a_list(copy):
    library = copy / "insight_lib"
    (library / "far" / "away").mkdir(parents=True)
    moved, new = library / "far/away/loops.py", library / "sources/new.py"
    (library / "evaluation/by_step/group_kernels.py").rename(moved)
    new.write_text(
        "from insight_lib import kernels\n"
        "from insight_lib.far import limits\n\n\n"
        "@kernels.kernel\ndef limit(number):\n    return min(number, limits.HIGHEST)\n"
    )
    (library / "far/limits.py").write_text("HIGHEST = 3\n")
    modules = kernel_sources.kernel_modules(copy)
    assert {"insight_lib.far.away.loops", "insight_lib.sources.new"} <= set(modules)
    assert "insight_lib.evaluation.by_step.group_kernels" not in modules
    # The constant is compiled into the kernel.
    assert {moved, new, library / "far/limits.py"} <= set(kernel_sources.kernel_sources(copy))


def kept_of(compiled):
    folder = Path(compiled.stats.cache_path)
    stem = Path(compiled.py_func.__code__.co_filename).stem
    return folder, stem, {path.name for path in folder.glob(f"{stem}.*.nbi")}


def test_machine_code_older_than_the_sources_is_dropped_and_the_rest_kept():
    compile_all()
    folder, stem, kept = kept_of(needed_bytes)
    outdated = folder / f"{stem}.outdated.nbi"
    outdated.touch()
    os.utime(outdated, (0, 0))
    compile_all()
    assert kept
    assert kept_of(needed_bytes)[2] == kept
