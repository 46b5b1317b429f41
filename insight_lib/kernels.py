"""The registry of compiled kernels.

A module declares kernels with `kernel` and `inlined`, and registers with `compiles_ahead` a
function that calls them with the types they are used with. Set-up finds such modules by their
import of this one (`kernel_sources`) and compiles them ahead (`compile_kernels`).
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

import numba

from insight_lib.errors import SetupError

KernelT = TypeVar("KernelT", bound=Callable[..., Any])
AheadT = TypeVar("AheadT", bound=Callable[[], None])

KERNELS: list[Any] = []
"""Every kernel that was declared, as numba's dispatcher."""
AHEAD: list[Callable[[], None]] = []
"""What `compiles_ahead` registered."""


def kernel(function: KernelT) -> KernelT:
    """Compile a function on its first call and keep the machine code on disk.

    numba compiles it again for each combination of argument types: call it with one combination
    only. Division by zero is IEEE's. numba compares only the function's own file with the kept
    code, not the files of the kernels it calls: `compile_kernels` drops what is out of date.

    Raises:
        SetupError: there is no folder to keep machine code in.
    """
    return _compiled(function, forceinline=False)


def inlined(function: KernelT) -> KernelT:
    """Compile a small function into each kernel that calls it: a call would cost more than it."""
    return _compiled(function, forceinline=True)


def compiles_ahead(function: AheadT) -> AheadT:
    """Register a function that calls kernels on no data, or little, so that they are compiled."""
    AHEAD.append(function)
    return function


def _compiled(function: KernelT, *, forceinline: bool) -> KernelT:
    try:
        compiled = numba.njit(cache=True, nogil=True, error_model="numpy", forceinline=forceinline)(
            function
        )
    except RuntimeError as error:
        raise SetupError(
            f"no folder to keep compiled kernels in ({error}): "
            "set NUMBA_CACHE_DIR to a folder that can be written to"
        ) from error
    _need_no_cache(compiled)
    KERNELS.append(compiled)
    return cast("KernelT", compiled)


def _need_no_cache(compiled: Any) -> None:  # noqa: ANN401 - numba's own type
    """Go on with machine code that cannot be kept, on a full disk say: it is compiled again."""
    keep = compiled._cache.save_overload

    def try_to_keep(*overload: object) -> None:
        with suppress(OSError):
            keep(*overload)

    compiled._cache.save_overload = try_to_keep
