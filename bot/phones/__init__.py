"""A Telegram on this machine: the default when there is no token, and what the tests speak to.

It keeps what Telegram keeps (chats, messages, the queue of updates), answers the Bot API over HTTP on
127.0.0.1 so that python-telegram-bot speaks to it unchanged, and shows phones and the desk on a page.
Where the real Telegram is surprising it is surprising here too; each such fact names its source.

    cloud = Cloud(now=clock.now)
    lola = cloud.add_user("Lola", "tg")
    async with serve(cloud, token=TOKEN) as server:
        bot = telegram.Bot(TOKEN, base_url=server.base_url, base_file_url=server.base_file_url)
"""

from __future__ import annotations

from bot.phones.cast import Cast, Phone, default_cast
from bot.phones.cloud import Cloud
from bot.phones.faults import Fault, Faults
from bot.phones.kept import Call, Chat, Impossible, Message, Query, Topic, User
from bot.phones.levers import Levers
from bot.phones.refusals import Refused
from bot.phones.server import Server, serve

__all__ = [
    "Call",
    "Cast",
    "Chat",
    "Cloud",
    "Fault",
    "Faults",
    "Impossible",
    "Levers",
    "Message",
    "Phone",
    "Query",
    "Refused",
    "Server",
    "Topic",
    "User",
    "default_cast",
    "serve",
]
