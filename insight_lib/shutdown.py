"""End a program that is asked to end: its helper processes first, then itself, in one line.

Python raises ``KeyboardInterrupt`` for SIGINT and dies of SIGTERM. Here both raise it, after the
helper processes that were started have been killed, so that none of them outlives the program or
has something to say about its end.
"""

import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)
# As long as the program may clean up; a thread that compiles, for instance, cannot be interrupted.
GRACE_S = 3.0
# What a shell reports of a program that a signal ended.
STATUS_OFFSET = 128
WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}

_helpers: list[Callable[[], None]] = []


def end_with_program(end: Callable[[], None]) -> None:
    """End a helper process as soon as the program is asked to end.

    Args:
        end: Ends the helper at once; it may be called when the helper has ended.
    """
    _helpers.append(end)


class Ending:
    """Heeds the signals that ask the program to end, for as long as the block runs.

    What the block raises once it was asked to end is a consequence and goes no further. A second
    signal, or the end of the period of grace, ends the process as it stands.

    Attributes:
        asked: The signal that asked, None where none did.
    """

    def __init__(self, program: str, advice: str) -> None:
        """Say, when the program ends, which one it was and what to do."""
        self.asked: signal.Signals | None = None
        self._said = f"{program}: {{}}; {advice}\n"
        self._handled: dict[signal.Signals, object] = {}
        self._grace = threading.Timer(GRACE_S, self._leave)
        self._grace.daemon = True

    @property
    def status(self) -> int:
        """The exit status of the program that was asked to end."""
        return STATUS_OFFSET + (self.asked or signal.SIGINT)

    def say(self) -> None:
        """Print the one line."""
        word = WORDS[self.asked or signal.SIGINT]
        # A terminal has written ^C at the start of the line.
        start = "\n" if sys.stderr.isatty() else ""
        sys.stderr.write(start + self._said.format(word))
        sys.stderr.flush()

    def heed(self) -> None:
        """Take the signals, again where a library took them; those that are ignored stay so."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in SIGNALS:
            if signal.getsignal(number) not in (signal.SIG_IGN, self._end):
                handled = signal.signal(number, self._end)
                self._handled.setdefault(number, handled)

    def __enter__(self) -> "Ending":
        """Take the signals."""
        self.heed()
        _running.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """Give the signals back, and stop what an interruption raised."""
        _running.remove(self)
        self._grace.cancel()
        for number, handler in self._handled.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        if isinstance(error, KeyboardInterrupt) and self.asked is None:
            self.asked = signal.SIGINT
        return self.asked is not None and kind is not None

    def _end(self, number: int, _frame: FrameType | None) -> None:
        if self.asked is not None:
            self._leave()
        self.asked = signal.Signals(number)
        self._grace.start()
        # What now fails, fails for want of the helpers.
        warnings.simplefilter("ignore")
        logging.disable()
        threading.excepthook = lambda _: None
        for end in _helpers:
            end()
        raise KeyboardInterrupt

    def _leave(self) -> None:
        self.say()
        os._exit(self.status)


def leave(status: int) -> NoReturn:
    """End the process; one that was asked to end does not wait for its threads.

    Args:
        status: Of the program, as `Ending.status` gives it where it was asked to end.
    """
    if status in [STATUS_OFFSET + number for number in SIGNALS]:
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


_running: list[Ending] = []


def heed_again() -> None:
    """Take the signals back from a library that has just installed its own handler."""
    for ending in _running[-1:]:
        ending.heed()
