"""What ``import insight_lib`` offers: lazily, documented, with examples that run."""

import ast
import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import insight_lib

SOURCE = Path(insight_lib.__file__)
# The first trains the run that the next two read.
EXAMPLES = [
    "TensorTracer",
    "StopWhenDoomed",
    "read_events",
    "diagnose",
    "open_lake",
    "certified_roc_auc",
    "ScoreHistogram",
    "record",
]


def examples_of(found, name):
    return doctest.DocTestFinder(recurse=False).find(found, name, globs={})


def test_the_examples_run_as_they_stand(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    documented = {"insight_lib": insight_lib}
    documented |= {name: getattr(insight_lib, name) for name in EXAMPLES}
    for name, found in documented.items():
        [example] = examples_of(found, name)
        assert example.examples, f"{name} has no example"
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0, capsys.readouterr().out


def test_every_public_name_is_listed_and_documented():
    assert set(insight_lib.__all__) == {*EXAMPLES, "RULES"}
    assert set(insight_lib.__all__) <= set(dir(insight_lib))
    assert all(f"``{name}``" in insight_lib.__doc__ for name in insight_lib.__all__)


def test_type_checkers_see_each_name_where_it_is_imported_from():
    [block] = [node for node in ast.parse(SOURCE.read_text()).body if isinstance(node, ast.If)]
    seen = {name.name: one.module for one in block.body for name in one.names}
    assert seen == {name: module for name, (module, *_) in insight_lib._HOMES.items()}
    assert SOURCE.with_name("py.typed").exists()


def test_importing_loads_nothing_until_a_name_is_used():
    program = """
import sys
before = set(sys.modules)
import insight_lib
dir(insight_lib)
own = sorted(name for name in set(sys.modules) - before if name.startswith("insight_lib"))
print(own, "numpy" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['insight_lib'] False\n"


def test_an_absent_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'insight_lib' has no attribute 'diagnosis'"):
        _ = insight_lib.diagnosis
