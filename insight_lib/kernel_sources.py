"""Find the sources of compiled kernels by what they say, wherever they lie.

numba compares kept machine code with the file of its own function only, and not with the kernels
and constants of other files that are compiled into it. Set-up loads this file before anything is
installed: it needs only Python's standard library.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(__file__).resolve().parent.name
REGISTRY = f"{PACKAGE}.kernels"
"""The module of the decorators; whoever imports it declares kernels or compiles them ahead."""


def kernel_modules(root: Path = ROOT) -> list[str]:
    """Return the names of the package's modules that import the registry, sorted.

    Args:
        root: the folder that holds the package.
    """
    return sorted(
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in (root / PACKAGE).rglob("*.py")
        if REGISTRY in _imported(path)
    )


def kernel_sources(root: Path = ROOT) -> list[Path]:
    """Return the files that decide what the machine code of all kernels is, sorted."""
    registered = (_module_file(root, name) for name in kernel_modules(root))
    return sorted(sources_of([file for file in registered if file], root))


def sources_of(files: Iterable[Path], root: Path = ROOT) -> set[Path]:
    """Return some files and all of the package's that they import, directly or not.

    A constant of an imported file is part of the machine code as much as a function is.
    """
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += filter(None, (_module_file(root, name) for name in _imported(path)))
    return found


def _module_file(root: Path, name: str) -> Path | None:
    """Return the file of a module of the package; None for any other name."""
    place = root.joinpath(*name.split("."))
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if name.split(".", maxsplit=1)[0] == PACKAGE and file.is_file():
            return file
    return None


def _imported(path: Path) -> tuple[str, ...]:
    """Return the names that a file imports from the package, of modules and of what is in them."""
    status = path.stat()
    return _imported_at(path, status.st_mtime_ns, status.st_size)


@cache
def _imported_at(path: Path, _changed_at_ns: int, _size: int) -> tuple[str, ...]:
    source = path.read_text(encoding="utf-8")
    if PACKAGE not in source:
        return ()
    return tuple(dict.fromkeys(_imports(ast.parse(source))))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == PACKAGE)
