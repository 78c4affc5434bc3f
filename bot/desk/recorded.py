"""What is recorded, by whom, and whether it is still offered: listed, heard, removed."""

from __future__ import annotations

from bot.desk import titles
from bot.desk.titles import key, line, screen
from bot.desk.work import Asked, Work
from content.passages import mark, passage
from flows.effects import Send, staff
from flows.model import Message, in_rows
from storage import recordings
from storage.recordings import Recording

LIST, SHOW, DROP, SURE = "list", "show", "drop", "sure"
VERBS = frozenset({LIST, SHOW, DROP, SURE})
MOST_BUTTONS = 80
"""Telegram takes a hundred; what is further down is reached by its week or page."""
WIDE = 5


async def order(asked: Asked, verb: str, rest: str) -> list[Send]:
    """The list and the buttons under it."""
    one = next((one for one in await recordings.recorded(asked.conn) if _id(one) == rest), None)
    if one is None or verb == LIST:
        return await listed(asked)
    if verb == SHOW:
        return [_played(asked, one)]
    if verb == DROP:
        return [_ask(asked, one)]
    await recordings.remove(asked.conn, one.passage, one.language)
    await asked.tools.office.changed(asked.conn)
    await asked.put_on_record(f"unrecorded:{_id(one)}", by=asked.member.id)
    return [screen(asked, asked.tell("record.dropped", what=_what(asked, one)))]


async def listed(asked: Asked) -> list[Send]:
    """Every recording, those that are not offered any more first."""
    found = sorted(await recordings.recorded(asked.conn), key=lambda one: is_current(asked, one))
    if not found:
        return [screen(asked, asked.tell("record.none"))]
    lines = [asked.tell("record.head", n=len(found))]
    for number, one in enumerate(found, 1):
        said = "record.line" if is_current(asked, one) else "record.line_old"
        lines.append(f"{number}. {asked.tell(said, what=_what(asked, one), **_by(asked, one))}")
    keys = [key(str(number), f"{SHOW}.{_id(one)}") for number, one in enumerate(found[:MOST_BUTTONS], 1)]
    return [screen(asked, "\n".join(lines), in_rows(keys, WIDE))]


def is_current(work: Work, one: Recording) -> bool:
    """Whether people still read the words it was made from."""
    read = passage(work.tools.library, one.passage)
    spoken = {language.code for language in work.tools.library.languages}
    if read is None or one.language not in spoken:
        return False
    return mark(one.language, read.texts(work.tools.library, one.language)) == one.mark


def _played(asked: Asked, one: Recording) -> Send:
    said = "record.line" if is_current(asked, one) else "record.line_old"
    anew = key(asked.tell("record.anew"), f"ask.{_id(one)}")
    drop = key(asked.tell("record.drop"), f"{DROP}.{_id(one)}")
    text = asked.tell(said, what=_what(asked, one), **_by(asked, one))
    rows = ((anew, drop),) if passage(asked.tools.library, one.passage) is not None else ((drop,),)
    gone = f"{text}\n{asked.tell('record.gone')}"
    return Send(to=staff(asked.member.row), message=Message(text=text, file=one.file, buttons=rows, instead=gone))


def _ask(asked: Asked, one: Recording) -> Send:
    rows = ((key(asked.tell("record.sure"), f"{SURE}.{_id(one)}"), key(asked.tell("record.leave"), LIST)),)
    return line(asked.member.row, asked.tell("record.drop_ask", what=_what(asked, one)), rows)


def _what(work: Work, one: Recording) -> str:
    return f"{titles.whole(work, one.passage)} · {titles.language(work, one.language)}"


def _by(work: Work, one: Recording) -> dict[str, str]:
    return {"name": titles.who(work, one.by), "at": titles.when(work, one.at)}


def _id(one: Recording) -> str:
    return f"{one.passage}.{one.language}"
