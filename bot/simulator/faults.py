"""Answer calls of the interface with an error number on purpose.

So each of them can be seen to be dealt with.
"""

import threading

from bot.simulator.errcodes import ERRCODES, Refusal, WxError

EVERY = ""


class Faults:
    """Hold which calls are refused, by their address below ``/cgi-bin/``, and how often still."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: dict[str, tuple[int, int]] = {}

    def order(self, path: str, errcode: int, times: int) -> None:
        """Have the next calls of an address, or of every one, answer with a number; 0 ends it."""
        if errcode and errcode not in ERRCODES:
            raise Refusal("errors.unknown_code", 400)
        with self._lock:
            self._ordered.pop(path, None)
            if errcode and times > 0:
                self._ordered[path] = errcode, times

    def meet(self, path: str) -> None:
        """Refuse a call where that was asked for."""
        with self._lock:
            name = path if path in self._ordered else EVERY
            if name not in self._ordered:
                return
            errcode, times = self._ordered.pop(name)
            if times > 1:
                self._ordered[name] = errcode, times - 1
        raise WxError(errcode)

    def as_json(self) -> list[dict[str, int | str]]:
        """List what is refused."""
        with self._lock:
            return [{"path": path, "errcode": code, "times": left} for path, (code, left) in self._ordered.items()]
