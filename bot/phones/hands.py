"""What the people on the page do with their phones; each act is the one Telegram's own app would send."""

from __future__ import annotations

import base64
from collections.abc import Callable

from bot.phones.cast import Cast, Phone
from bot.phones.cloud import Cloud
from bot.phones.kept import Impossible, User, Wire
from bot.phones.media import given_file
from bot.phones.view import phone_view

LYING = frozenset({"lock", "unlock", "off", "on"})
"""What can be done with a phone that is off or locked."""


class Hands:
    """Acts for the people of the cast, and for nobody else."""

    def __init__(self, cloud: Cloud, cast: Cast) -> None:
        self.cloud = cloud
        self.cast = cast
        self._acts: dict[str, Callable[[User, Wire], object]] = {
            "say": self._say,
            "tap": self._tap,
            "key": lambda user, wanted: cloud.tap_key(user, str(wanted["label"])),
            "react": lambda user, wanted: cloud.react(
                user, int(wanted["message"]), wanted.get("emoji"), wanted.get("chat")
            ),
            "edit": lambda user, wanted: cloud.edit(
                user, int(wanted["message"]), str(wanted["text"]), wanted.get("chat")
            ),
            "erase": lambda user, wanted: cloud.erase(user, int(wanted["message"]), wanted.get("chat")),
            "start": lambda user, wanted: cloud.start(user, str(wanted.get("payload") or "")),
            "block": lambda user, _: cloud.block(user),
            "unblock": lambda user, _: cloud.unblock(user),
            "file": self._file,
            "sticker": lambda user, wanted: cloud.send_sticker(user, wanted.get("chat")),
            "lock": self._lock,
            "unlock": self._unlock,
            "off": self._off,
            "on": self._on,
        }

    def do(self, what: str, wanted: Wire) -> None:
        """Carry it out. Impossible where her hands could not; KeyError, TypeError, ValueError if not understood."""
        if what == "add":
            self.cast.add(self.cloud, str(wanted["role"]), str(wanted["language"]), str(wanted["zone"]))
            self.cloud.changed()
            return
        act = self._acts[what]
        user = self._person(int(wanted["user"]))
        phone = self.cast.phone(user)
        if phone is not None and what not in LYING:
            if phone.frozen is not None or phone.locked:
                raise Impossible("that phone is off" if phone.frozen is not None else "that phone is locked")
            phone.read = None
        act(user, wanted)

    def _person(self, number: int) -> User:
        for user in [phone.user for phone in self.cast.phones] + self.cast.desk:
            if user.id == number:
                return user
        raise Impossible("nobody here has that phone")

    def _say(self, user: User, wanted: Wire) -> None:
        chat, text, reply = wanted.get("chat"), str(wanted["text"]), wanted.get("reply_to")
        if chat in (None, user.id):
            self.cloud.say(user, text, reply)
        else:
            self.cloud.say_in_group(user, int(chat), text, wanted.get("thread"), reply)

    def _tap(self, user: User, wanted: Wire) -> None:
        self.cloud.tap(user, int(wanted.get("chat") or user.id), int(wanted["message"]), str(wanted["data"]))

    def _file(self, user: User, wanted: Wire) -> None:
        """A voice she recorded, a picture or a file she picked: its bytes in base64."""
        content = base64.b64decode(str(wanted["data"]), validate=True)
        body = given_file(
            self.cloud, str(wanted["kind"]), str(wanted.get("name") or ""), content, int(wanted.get("duration") or 1)
        )
        self.cloud.send_body(user, body, wanted.get("chat"), wanted.get("thread"), wanted.get("reply_to"))

    def _lock(self, user: User, _wanted: Wire) -> None:
        phone = self._own(user)
        phone.locked = True
        self._look_away(user)

    def _unlock(self, user: User, _wanted: Wire) -> None:
        self._own(user).locked = False
        self.cloud.changed()

    def _off(self, user: User, _wanted: Wire) -> None:
        phone = self._own(user)
        if phone.frozen is None:
            phone.frozen = phone_view(self.cloud, phone)
        self._look_away(user)

    def _on(self, user: User, _wanted: Wire) -> None:
        self._own(user).frozen = None
        self.cloud.changed()

    def _look_away(self, user: User) -> None:
        phone = self._own(user)
        if phone.read is None:
            phone.read = max(self.cloud.chats[user.id].messages, default=0)
        self.cloud.changed()

    def _own(self, user: User) -> Phone:
        phone = self.cast.phone(user)
        if phone is None:
            raise Impossible("only a phone on the page can be locked or put out")
        return phone
