"""What can go wrong between a bot and Telegram, on demand.

A fault waits for the calls it fits, and is used up. With `after_effect` the call takes effect first and only
its answer is spoilt: that is how messages come to be sent twice.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from math import ceil
from typing import Any

import msgspec

from bot.phones.kept import Wire


@dataclass(slots=True)
class Fault:
    """One fault. `method` and `chat_id` None fit any; `times` None never runs out.

    `body` is sent as it is; `json` encoded; `cut` breaks the connection after so many bytes of the body;
    `disconnect` breaks it with no answer at all; `drip` seconds pass after every byte; `delay` seconds before the answer (alone: a slow answer);
    `until` is a moment of the event loop's clock after which the fault is over; with `counts_down`, `retry_after` is
    what is left until then, as Telegram's is. `sparing` is a method it never touches.
    """

    method: str | None = None
    chat_id: int | None = None
    status: int | None = None
    json: Any = None
    body: bytes | None = None
    content_type: str = "application/json"
    disconnect: bool = False
    cut: int | None = None
    delay: float = 0.0
    drip: float = 0.0
    times: int | None = 1
    after_effect: bool = False
    until: float | None = None
    used: int = 0
    sparing: str = ""
    counts_down: bool = False

    def fits(self, method: str, params: Wire) -> bool:
        """Whether it is meant for this call."""
        if method.lower() == self.sparing.lower():
            return False
        if self.method is not None and self.method.lower() != method.lower():
            return False
        return self.chat_id is None or self.chat_id == params.get("chat_id")

    @property
    def answers(self) -> bool:
        """Whether it replaces the answer, rather than only slowing it down."""
        return self.disconnect or self.status is not None or self.body is not None or self.json is not None

    @property
    def payload(self) -> bytes:
        """The bytes of the answer."""
        return self.body if self.body is not None else msgspec.json.encode(self.json)


class Faults:
    """The faults now waiting, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, *, lasting: float | None = None, **what: Any) -> Fault:
        """A new fault, by the fields of `Fault`; `lasting` is for how many real seconds from now.

        `body` may be text; `json` without a status is a 200.
        """
        if lasting is not None:
            what |= {"until": asyncio.get_running_loop().time() + lasting, "times": None}
        if isinstance(what.get("body"), str):
            what["body"] = what["body"].encode()
        fault = Fault(**what)
        if fault.answers and fault.body is None and fault.json is None and not fault.disconnect:
            fault.json = refusal(fault.status or 500, "fault")
        self.waiting.append(fault)
        return fault

    def refuse(self, status: int, description: str, *, parameters: Wire | None = None, **what: Any) -> Fault:
        """A well-formed `ok: false`."""
        return self.add(status=status, json=refusal(status, description, parameters), **what)

    def too_many(self, retry_after: int | str | None = 1, **what: Any) -> Fault:
        """429; `retry_after` may be a number, a text, or None for an answer that forgot it."""
        return self.add(status=429, json=too_many(retry_after), **what)

    def busy(self, moment: float) -> int:
        """For how many seconds more Telegram is busy for everybody."""
        ends = [one.until for one in self.waiting if one.counts_down and one.until is not None]
        return max((ceil(until - moment) for until in ends if until > moment), default=0)

    def lift(self, fault: Fault) -> None:
        """End a fault before its time."""
        if fault in self.waiting:
            self.waiting.remove(fault)

    def clear(self) -> None:
        """End them all."""
        self.waiting.clear()

    def take(self, method: str, params: Wire, moment: float) -> Fault | None:
        """The first that fits this call, counted as used."""
        if not self.waiting:
            return None
        self.waiting = [one for one in self.waiting if one.until is None or moment < one.until]
        for fault in self.waiting:
            if fault.fits(method, params):
                fault.used += 1
                if fault.counts_down and fault.until is not None:
                    fault.json = too_many(ceil(fault.until - moment))
                if fault.times is not None and fault.used >= fault.times:
                    self.waiting.remove(fault)
                return fault
        return None


def too_many(retry_after: int | str | None) -> Wire:
    """The body of a 429."""
    parameters = None if retry_after is None else {"retry_after": retry_after}
    said = f"Too Many Requests: retry after {retry_after}" if parameters else "Too Many Requests"
    return refusal(429, said, parameters)


def refusal(status: int, description: str, parameters: Wire | None = None) -> Wire:
    """The body of a refusal, as the Bot API writes it."""
    body: Wire = {"ok": False, "error_code": status, "description": description}
    return body | ({"parameters": parameters} if parameters else {})
