"""`/record`: the voice of what people read, spoken by a facilitator in her own chat with the bot.

She chooses a passage and a language by buttons, reads the words aloud in one voice note, hears it back, and keeps it or
speaks again. Nobody else hears it before that. What she was asked to speak is kept with the commit, so that a restart
in between loses nothing; a voice note that nobody asked for is hers, and goes the way of anybody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import structs

from bot.desk import recorded, titles
from bot.desk.titles import HEARD, Rows, key, line, screen
from bot.desk.work import Asked, Work
from content.passages import Passage, mark, passage, passages
from flows.desk import rights
from flows.desk.office import FORWARDED, VOICE, Member
from flows.effects import GENERAL, Send, staff
from flows.events import DeskOrdered, Showed
from flows.model import Button, Message, in_rows
from storage import recordings
from storage.inbox import Inbox, met
from storage.recordings import Recording, Rehearsal

OPEN_FOR = timedelta(hours=2)
"""So long a voice note is taken for what was asked; later it is her own again."""


async def order(asked: Asked) -> list[Send]:
    """`/record`, `/record list` and the buttons under their answers, all in her own chat."""
    verb, _, rest = asked.about.partition(".")
    if not asked.order.tapped:
        said = await recorded.listed(asked) if verb == recorded.LIST else [_menu(asked)]
    elif verb in recorded.VERBS:
        said = await recorded.order(asked, verb, rest)
    else:
        said = await _step(asked, verb, rest)
    if not asked.order.private:
        said.append(Send(to=GENERAL, message=Message(text=asked.tell("record.sent")), silent=True))
    return said


async def _step(asked: Asked, verb: str, rest: str) -> list[Send]:
    match verb:
        case "of" | "at" | "in":
            return [_chosen(asked, rest)]
        case "ask":
            return await _asked_for(asked, rest)
        case "keep":
            return await _kept(asked, rest)
        case "again":
            return await _again(asked, rest)
        case "off":
            return await _off(asked)
        case _:
            return [_menu(asked)]


# -- which passage -------------------------------------------------------------------------------------------------


def _menu(asked: Asked) -> Send:
    library = asked.tools.library
    keys = [key(titles.course(asked, of), f"of.{of}") for of in (*library.programmes, *library.shelves)]
    rows = (*in_rows(keys), (key(asked.tell("record.list"), recorded.LIST),))
    return screen(asked, asked.tell("record.what"), rows)


def _chosen(asked: Asked, so_far: str) -> Send:
    """The next choice after what she has chosen so far: week or page, part, whom it is for, language."""
    of, *more = so_far.split(".")
    all_of_it = passages(asked.tools.library, of)
    beneath = [one for one in all_of_it if f"{one.id}.".startswith(f"{so_far}.")]
    found = [one for one in beneath if one.id == so_far] or beneath
    if not found:
        return _menu(asked)
    one, back = found[0], key(asked.tell("record.back"), f"of.{of}" if more else "menu")
    if not more:
        places = {each.place: key(titles.place(asked, each), f"at.{of}.{each.place}") for each in found}
        return screen(asked, titles.course(asked, of), (*in_rows([*places.values()]), (back,)))
    if len(more) == 1 and one.part:
        parts = {each.part: key(titles.part(asked, each), f"in.{each.piece}") for each in found}
        return screen(asked, titles.place(asked, one), (*in_rows([*parts.values()]), (back,)))
    if len(found) > 1:
        keys = [key(titles.wordings(asked, each), f"in.{each.id}") for each in found]
        return screen(asked, asked.tell("record.whom", what=_piece(asked, one)), (*in_rows(keys), (back,)))
    keys = [key(language.name, f"ask.{one.id}.{language.code}") for language in asked.tools.library.languages]
    return screen(asked, asked.tell("record.language", what=titles.whole(asked, one.id)), (*in_rows(keys), (back,)))


def _piece(asked: Asked, one: Passage) -> str:
    """A passage without whom it is for."""
    return " · ".join(name for name in (titles.place(asked, one), titles.part(asked, one) if one.part else "") if name)


# -- speaking ------------------------------------------------------------------------------------------------------


async def _asked_for(asked: Asked, rest: str) -> list[Send]:
    """The words to read aloud: her next voice note is taken for them."""
    id, _, language = rest.rpartition(".")
    texts = words(asked, id, language)
    if not texts:
        return [_menu(asked)]
    rehearsal = Rehearsal(passage=id, language=language, mark=mark(language, texts), at=asked.now)
    await recordings.keep_rehearsal(asked.conn, asked.member.row, rehearsal)
    there = any((one.passage, one.language) == (id, language) for one in await recordings.recorded(asked.conn))
    rows: Rows = ((key(asked.tell("record.cancel"), "off"),),)
    if there:
        rows = ((key(asked.tell("record.hear"), f"{recorded.SHOW}.{rest}"),), *rows)
    return [line(asked.member.row, _to_read(asked, rehearsal, texts), rows)]


def _to_read(asked: Asked, rehearsal: Rehearsal, texts: Sequence[str]) -> str:
    return "\n\n".join((asked.tell("record.read", **_named(asked, rehearsal)), *texts, asked.tell("record.speak")))


def _named(work: Work, rehearsal: Rehearsal) -> dict[str, str]:
    return {"what": titles.whole(work, rehearsal.passage), "language": titles.language(work, rehearsal.language)}


def words(work: Work, id: str, language: str) -> tuple[str, ...]:
    """The words of a passage as they are now; none where there is no such passage or language."""
    one, spoken = passage(work.tools.library, id), {known.code for known in work.tools.library.languages}
    return one.texts(work.tools.library, language) if one is not None and language in spoken else ()


async def spoke(work: Work, order: DeskOrdered) -> list[Send]:
    """A voice note of somebody of the desk: what she was asked for is played back to her; anything else is hers."""
    if order.by is None or not order.file or order.tapped:
        return []
    member = work.desk.member(order.by.id)
    rehearsal = await recordings.rehearsal(work.conn, member.row) if member is not None else None
    if (
        member is None
        or rehearsal is None
        or not rights.may_order(member, titles.NAME)
        or not _is_open(work, order, rehearsal)
    ):
        return await _hers(work, order, member)
    if order.about == FORWARDED:
        return [line(member.row, work.tell("record.forwarded"))]
    rehearsal = structs.replace(rehearsal, file=order.file, message=order.message, at=work.now)
    await recordings.keep_rehearsal(work.conn, member.row, rehearsal)
    keys = (
        (key(work.tell("record.keep"), f"keep.{rehearsal.message}"),),
        (key(work.tell("record.again"), f"again.{rehearsal.message}"), key(work.tell("record.cancel"), "off")),
    )
    message = Message(text=work.tell("record.heard", **_named(work, rehearsal)), file=rehearsal.file, buttons=keys)
    return [Send(to=staff(member.row), message=message, slot=HEARD)]


def _is_open(work: Work, order: DeskOrdered, rehearsal: Rehearsal) -> bool:
    return abs((order.at or work.now) - rehearsal.at) < OPEN_FOR


async def _hers(work: Work, order: DeskOrdered, member: Member | None) -> list[Send]:
    """Nobody asked for it: it goes the way of anybody's. Who has never written here as herself is told how to record."""
    by = order.by
    lookup = work.tools.db.master.lookup(by.id) if by is not None else b""
    person = (await met(work.conn, [lookup])).get(lookup)
    if person is not None:
        showed = Showed(message=order.message, at=order.at, what=VOICE, file=order.file)
        await Inbox(work.tools.db).tell(work.conn, person, showed, work.now)
        return []
    return [line(member.row, work.tell("record.nothing_asked"))] if member is not None else []


# -- hearing it back -----------------------------------------------------------------------------------------------


async def _kept(asked: Asked, message: str) -> list[Send]:
    rehearsal = await _spoken(asked, message)
    if rehearsal is None:
        return _nothing(asked)
    texts = words(asked, rehearsal.passage, rehearsal.language)
    if not texts or mark(rehearsal.language, texts) != rehearsal.mark:
        await recordings.keep_rehearsal(asked.conn, asked.member.row, None)
        return [_settled(asked, rehearsal, "record.not_kept"), line(asked.member.row, asked.tell("record.changed"))]
    one = Recording(
        passage=rehearsal.passage,
        language=rehearsal.language,
        mark=rehearsal.mark,
        file=rehearsal.file,
        by=asked.member.row,
        at=asked.now,
    )
    await recordings.keep(asked.conn, one)
    await recordings.keep_rehearsal(asked.conn, asked.member.row, None)
    await asked.tools.office.changed(asked.conn)
    await asked.put_on_record(f"recorded:{one.passage}.{one.language}", by=asked.member.id)
    return [_settled(asked, rehearsal, "record.is_kept"), _next(asked, rehearsal, "record.kept")]


async def _again(asked: Asked, message: str) -> list[Send]:
    rehearsal = await _spoken(asked, message)
    if rehearsal is None:
        return _nothing(asked)
    await recordings.keep_rehearsal(
        asked.conn, asked.member.row, structs.replace(rehearsal, file="", message=0, at=asked.now)
    )
    return [_settled(asked, rehearsal, "record.not_kept"), line(asked.member.row, asked.tell("record.speak"))]


async def _off(asked: Asked) -> list[Send]:
    rehearsal = await recordings.rehearsal(asked.conn, asked.member.row)
    if rehearsal is None:
        return _nothing(asked)
    await recordings.keep_rehearsal(asked.conn, asked.member.row, None)
    settled = [_settled(asked, rehearsal, "record.not_kept")] if rehearsal.file else []
    return [*settled, _next(asked, rehearsal, "record.off")]


async def _spoken(asked: Asked, message: str) -> Rehearsal | None:
    """What she has spoken and not decided on, if it is the voice note of this message: an older button keeps nothing."""
    rehearsal = await recordings.rehearsal(asked.conn, asked.member.row)
    return rehearsal if rehearsal is not None and rehearsal.file and str(rehearsal.message) == message else None


def _nothing(asked: Asked) -> list[Send]:
    return [line(asked.member.row, asked.tell("record.nothing"))]


def _settled(asked: Asked, rehearsal: Rehearsal, said: str) -> Send:
    """The voice as it stays in her chat: what became of it, and no buttons."""
    message = Message(text=asked.tell(said, **_named(asked, rehearsal)), file=rehearsal.file)
    return Send(to=staff(asked.member.row), message=message, slot=HEARD, edit=True, stands=True)


def _next(asked: Asked, rehearsal: Rehearsal, said: str) -> Send:
    """What became of it, and the way on: the same week or page, or everything."""
    of, place, *_ = rehearsal.passage.split(".")
    keys: list[Button] = [key(asked.tell("record.on"), f"at.{of}.{place}"), key(asked.tell("record.other"), "menu")]
    text = asked.tell(said, language=titles.language(asked, rehearsal.language))
    return line(asked.member.row, text, in_rows(keys))
