"""Reading a recorded configuration; the standard library only."""

import json
from pathlib import Path
from typing import cast

from insight_lib.dealer.config import CONFIG_VERSION, RunConfig
from insight_lib.dealer.validate import fit
from insight_lib.errors import ConfigError

CONFIG_FILE = "insight_config.json"
CONFIG_TAG = "insight/config"
_REMEDY = "record it again with insight_lib.dealer.record, or remove the file"


def load(path: Path) -> RunConfig:
    """Read a recorded configuration.

    Args:
        path: the file, or the run directory that holds it as ``insight_config.json``.

    Raises:
        ConfigError: the file cannot be read, or fields do not fit; the message names all of them.
    """
    file = path / CONFIG_FILE if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}); {_REMEDY}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8 at byte {error.start}; {_REMEDY}") from error
    return parse(text, str(file))


def parse(text: str, source: str) -> RunConfig:
    """Read a configuration from JSON text, which ``source`` names in messages.

    Raises:
        ConfigError: it is no JSON, of another version, or fields do not fit.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{source}: not valid JSON ({error}); {_REMEDY}") from error
    version = document.get("version") if isinstance(document, dict) else None
    if type(version) is int and version > CONFIG_VERSION:
        raise ConfigError(
            f"{source}: version {version} is newer than {CONFIG_VERSION}; upgrade insight-lib"
        )
    problems: list[str] = []
    config = fit(document, RunConfig, "", problems)
    if problems:
        raise ConfigError(
            f"{source}: {len(problems)} field(s) do not fit: {'; '.join(problems)}; {_REMEDY}"
        )
    return cast("RunConfig", config)
