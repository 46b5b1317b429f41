"""The file name of a run's page."""

import hashlib
import re

_READABLE_CHARACTERS = 60
_DIGEST_CHARACTERS = 12


def page_name(run_id: str) -> str:
    """Return a file name that is safe on every file system and different for every run.

    Args:
        run_id: any text.

    Returns:
        A readable part of ASCII letters, digits, ``_``, ``.`` and ``-``, then the start of the
        run id's SHA-256, then ``.html``; at most 78 characters. The digest keeps runs apart whose
        readable parts are equal (``a/b`` and ``a-b``), also where case is ignored.
    """
    readable = re.sub(r"[^A-Za-z0-9_.]+", "-", run_id).strip("-.")[:_READABLE_CHARACTERS]
    digest = hashlib.sha256(run_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{readable or 'run'}-{digest[:_DIGEST_CHARACTERS]}.html"
