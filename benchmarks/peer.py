"""What most bots are: python-telegram-bot's own `Application`, polling, one row committed and one reply an update.

`concurrent` as the last word lets it work on many updates at a time; by default it does one after another.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from benchmarks.apart import TOKEN

REPLY = "I am a bot, and nobody reads this just now. If you would like to talk to a person, tap the button below."


def run(url: str, *, concurrent: bool) -> None:
    """Serve until told to stop."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "peer.db")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, who INTEGER, words TEXT)")

        async def said(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
            assert update.effective_user is not None
            assert update.message is not None
            db.execute("INSERT INTO said (who, words) VALUES (?, ?)", (update.effective_user.id, update.message.text))
            db.commit()
            await update.message.reply_text(REPLY)

        builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").concurrent_updates(concurrent)
        application = builder.build()
        application.add_handler(MessageHandler(filters.TEXT, said))
        print("ready", flush=True)
        application.run_polling()


if __name__ == "__main__":
    run(sys.argv[1], concurrent=sys.argv[-1] == "concurrent")
