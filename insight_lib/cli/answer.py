"""How a command ends: its exit status, and one line for an error that is not a bug."""

import os
import signal
import sys
from collections.abc import Callable

from insight_lib.errors import InsightError
from insight_lib.shutdown import Ending
from insight_lib.write_errors import refusal

USER_ERROR = 2
# What a shell reports of a program that the signal ended.
READER_GONE = 128 + signal.SIGPIPE


def answer(program: str, advice: str, work: Callable[[], int]) -> int:
    """Do the work and return the exit status.

    Args:
        program: What is run, as people call it.
        advice: What to do once it was interrupted.
        work: Returns the exit status where nothing goes wrong.
    """
    ending = Ending(program, advice)
    try:
        with ending:
            return work()
    except InsightError as error:
        return _user_error(program, error)
    except BrokenPipeError:
        # The reader (head, less) has gone; nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except OSError as error:
        refused = refusal(error)
        if refused is None:
            raise
        return _user_error(program, refused)
    ending.say()
    return ending.status


def _user_error(program: str, error: InsightError) -> int:
    print(f"{program}: {error}", file=sys.stderr)
    return USER_ERROR
