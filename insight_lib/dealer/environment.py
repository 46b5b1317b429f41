"""What a training runs on: code version, machine, packages; nothing that tells who runs it."""

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import tensorflow as tf

from insight_lib.dealer.config import CodeVersion, Host

# What decides over a training's numbers, under whichever name it was installed.
_PACKAGES = (
    "insight-lib",
    "jax",
    "keras",
    "numpy",
    "pandas",
    "scikit-learn",
    "tensorflow",
    "tensorflow-cpu",
    "tf-nightly",
    "torch",
)
_GIT_TIMEOUT = 5.0
"""Seconds; a huge working tree on a slow disk must not hold up a training."""


def code_version(folder: Path | None = None) -> CodeVersion | None:
    """Return the git revision of a folder, by default that of the running program.

    None where the folder is under no version control, has no commit yet, or git is not installed.
    """
    folder = folder or _program_folder()
    revision = _git(folder, "rev-parse", "--verify", "HEAD")
    if not revision:
        return None
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return CodeVersion(revision, None if changed is None else bool(changed))


def _program_folder() -> Path:
    """Return the folder of the program; the working folder for a notebook or a tool's plug-in."""
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    here = Path.cwd()
    if main is None:
        return here
    folder = (here / main).resolve().parent
    is_installed = any(folder.is_relative_to(root) for root in (sys.prefix, sys.base_prefix))
    return here if is_installed else folder


def _git(folder: Path, *command: str) -> str | None:
    """Return what git says; None where it fails. It takes no lock that another git waits for."""
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands
            ["git", "-C", str(folder), *command],  # noqa: S607 - the user's own git
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_GIT_TIMEOUT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()


def host() -> Host:
    """Describe the machine."""
    return Host(
        platform=platform.platform(),
        cpus=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        memory=_memory(),
        accelerators=_accelerators(),
        intra_op_threads=tf.config.threading.get_intra_op_parallelism_threads(),
        inter_op_threads=tf.config.threading.get_inter_op_parallelism_threads(),
    )


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        # Not every system has this call, or these names.
        return None


def _accelerators() -> tuple[str, ...]:
    devices = [each for each in tf.config.list_physical_devices() if each.device_type != "CPU"]
    details = [tf.config.experimental.get_device_details(device) for device in devices]
    return tuple(
        str(detail.get("device_name", device.device_type))
        for device, detail in zip(devices, details, strict=True)
    )


def installed() -> dict[str, str]:
    """Return the versions of the packages that decide over a training's numbers."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
