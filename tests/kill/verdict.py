"""What Telegram's ledger says was shown, and how it compares with a run in which nobody died."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from bot.phones import Call, Cloud

SHOWN = frozenset({"sendmessage", "editmessagetext", "setmessagereaction", "createforumtopic", "deleteforumtopic"})
_CASE = re.compile(r"\b[1-9][0-9]{4}\b")
_HOUR = re.compile(r"\b[0-9]{1,2}:[0-9]{2}\b")
_DAY = re.compile(r"\b(?:[0-9]{2}\.[0-9]{2}|[0-9]+ min|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")
OTHER = "-"
DIGEST = frozenset({"Digest", "Сводка", "Хулоса"})
"""The topic of what the desk does by itself, minute by minute: it belongs to no script."""
SAFETY = " 0"


class Item(NamedTuple):
    """One thing that appeared: whose chat, what, and its words, case numbers and hours blotted out."""

    chat: str
    kind: str
    topic: str
    text: str
    buttons: str


def blotted(text: str) -> str:
    """Without what differs between two runs: the number of a case, days, hours and minutes."""
    return _DAY.sub("dd", _HOUR.sub("hh:mm", _CASE.sub("#####", text)))


class Seen(NamedTuple):
    """An item, in which chat, and the case it is about (0: none, or her own chat)."""

    item: Item
    chat: int
    case: int


class Ledger:
    """Reads the calls that took effect, in the order they arrived, as items."""

    def __init__(self, cloud: Cloud, names: dict[int, str]) -> None:
        """`names` of the chats by id; reads from here on."""
        self._cloud = cloud
        self._names = names
        self._topics = {topic.id: topic.name for chat in cloud.chats.values() for topic in chat.topics.values()}
        self._next = len(cloud.calls)
        self._open: list[Call] = []

    def news(self) -> Iterator[Seen]:
        """What appeared since the last look."""
        calls = self._cloud.calls
        while self._next < len(calls):
            if calls[self._next].method.lower() in SHOWN:
                self._open.append(calls[self._next])
            self._next += 1
        read, self._open = self._open, []
        for call in read:
            if call.happened:
                if not self._is_by_itself(call):
                    yield self._seen(call)
            elif not call.outcome:
                self._open.append(call)

    def _seen(self, call: Call) -> Seen:
        params, kind = call.params, call.method.lower()
        chat = int(params["chat_id"])
        if kind == "createforumtopic":
            self._topics[call.result["message_thread_id"]] = params["name"]
        if kind == "editmessagetext":
            # A message that was to be changed, and that the bot does not remember sending, is sent anew.
            kind = "sendmessage"
        topic = self._topics.get(params.get("message_thread_id") or self._thread(chat, params), "")
        text = str(params.get("text") or params.get("name") or "")
        if kind == "setmessagereaction":
            text = "".join(one["emoji"] for one in params["reaction"])
        number = _CASE.search(f"{topic} {text}") if chat < 0 else None
        item = Item(
            self._names.get(chat, "her"),
            kind,
            blotted(topic) if kind == "deleteforumtopic" else "",
            blotted(text),
            _buttons(params.get("reply_markup") or {}),
        )
        return Seen(item, chat, int(number[0]) if number else 0)

    def _is_by_itself(self, call: Call) -> bool:
        """Whether it stands in the topic of digests, or makes that topic."""
        thread = call.params.get("message_thread_id") or self._thread(int(call.params["chat_id"]), call.params)
        if call.method.lower() == "createforumtopic":
            self._topics[call.result["message_thread_id"]] = call.params["name"]
            return call.params["name"] in DIGEST
        return self._topics.get(thread, "") in DIGEST

    def _thread(self, chat: int, params: dict[str, Any]) -> int:
        """The topic of the message that is acted on."""
        kept, number = self._cloud.chats[chat], params.get("message_id", 0)
        message = kept.messages.get(number) or kept.gone.get(number)
        return (message.thread_id if message is not None else None) or 0


def _buttons(markup: dict[str, Any]) -> str:
    return " | ".join(button["text"] for row in markup.get("inline_keyboard") or [] for button in row)


class Expected:
    """What an undisturbed run showed: `windows[i]` appeared after act i. `lanes` by text."""

    def __init__(self, windows: Sequence[Sequence[Item]], lanes: dict[str, int]) -> None:
        self.windows = windows
        self._lanes = lanes

    def lane(self, item: Item) -> str:
        """The queue an item travelled in: its chat and its lane; topics are opened in passing."""
        lane = self._lanes.get(item.text, OTHER)
        return f"{item.chat} {OTHER if 'forumtopic' in item.kind else lane}"

    def is_safety(self, item: Item) -> bool:
        """Whether it went by the safety lane."""
        return self.lane(item).endswith(SAFETY)


class Follower:
    """Holds what appears against what is expected: in order within each queue, whatever is doubled set aside."""

    def __init__(self) -> None:
        self.queues: dict[str, list[Item]] = {}
        self.reached: dict[str, int] = {}
        self.doubled: list[Item] = []
        self.astray: list[Item] = []
        self.safety = 0

    def expect(self, expected: Expected, window: Iterable[Item]) -> None:
        """From now on, these too."""
        for item in window:
            self.queues.setdefault(expected.lane(item), []).append(item)
            self.safety += expected.is_safety(item)

    def see(self, item: Item) -> None:
        """Take in what appeared."""
        lanes = [lane for lane, queue in self.queues.items() if self._next(lane) == item]
        if lanes:
            self.reached[lanes[0]] = self.reached.get(lanes[0], 0) + 1
        elif any(item in queue[: self.reached.get(lane, 0)] for lane, queue in self.queues.items()):
            self.doubled.append(item)
        else:
            self.astray.append(item)

    def missing(self) -> list[Item]:
        """What should be there and is not."""
        return [item for lane, queue in self.queues.items() for item in queue[self.reached.get(lane, 0) :]]

    def missing_safety(self) -> list[Item]:
        """Of these, what went by the safety lane."""
        return [
            item
            for lane, queue in self.queues.items()
            if lane.endswith(SAFETY)
            for item in queue[self.reached.get(lane, 0) :]
        ]

    def _next(self, lane: str) -> Item | None:
        queue, at = self.queues[lane], self.reached.get(lane, 0)
        return queue[at] if at < len(queue) else None
