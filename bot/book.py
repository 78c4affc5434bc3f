"""All words in all languages side by side, to be read, marked and signed by clinicians: one page of HTML that needs nothing else.

It opens in any browser without a network and prints to A4 across. The same ids stand in it as in the files, so that a
comment can be carried over, and the names that `run_bot.py approve` takes.
"""

from __future__ import annotations

from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path

from bot import spread
from bot.poster import numbers_of
from bot.spread import Leaves
from content.approvals import Part, fallen
from content.courses import PARTS, Course, Page, Programme, Stock, Week
from content.entries import Entry, path_of
from content.instruments import Instrument
from content.library import HERE, Library
from content.reader import read
from content.remarks import HEAD, remarks
from flows.programme import pages
from flows.programme.session import READY

STYLE = Path(__file__).with_name("book.css")
NAMES = {
    "title": "The week's title",
    "reflect": "A thought",
    "play": "A game",
    "have_a_go": "A small try",
    "question": "The question of the week",
    "hook": "For the father, or whoever is linked",
}
PUSHES = ("1: a thought and a game", "2: a small try", "3: a question, then “how are you” (five faces)")
QUIET_PUSH = "“how are you” (five faces), the day after the first page and before the small try; no question"
CARDS = 6
"""Paper cards of one language, on one sheet."""
DESK_DAY = (
    "The bot ends by itself when it hears nothing for a minute and a half, and is started again: what was accepted is not lost.",
    "The lead decides within the time of protocol 4 (docs/director.md), which table is filled in beforehand.",
    "Open red cases are rung by their safe contacts, from the paper list printed the evening before.",
    "The centre's own telephone is staffed. Mothers have the card below: give it out at joining, not on the day.",
    "Afterwards the cases that waited are taken first.",
)


def book(library: Library, day: date, folder: Path = HERE) -> str:
    """The whole book, as it stands on this day."""
    made = spread.leaves(read(folder), library)
    sections = [
        *(_programme(made, course) for course in made.tree.courses.values()),
        *(_shelf(made, stock) for stock in made.tree.stocks.values()),
        *(_questionnaire(made, one) for one in library.instruments.values() if made.of(f"instruments/{one.id}")),
        *_areas(made),
        _plain(made, "directory/services", "Places to turn to"),
        *(_plain(made, file, f"Drill: {file.partition('/')[2]}") for file in _files(made, "drills/")),
        ("cards", "Paper cards, for the day Telegram is down", [], _cards(made)),
    ]
    body = "".join(
        f'<section><h2 id="{escape(id)}">{escape(title)}</h2>{html}</section>' for id, title, _, html in sections
    )
    contents = "".join(_entry(id, title, inner) for id, title, inner, _ in sections)
    style = STYLE.read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8" />'
        '<meta name="viewport" content="width=device-width" />'
        f"<title>The book of words</title><style>{style}</style></head><body>"
        f"{_front(made, day)}<nav><h2>Contents</h2><ul>{contents}</ul></nav>{body}</body></html>\n"
    )


def write(library: Library, day: date, path: Path) -> None:
    """Write the book into a file. OSError."""
    path.write_text(book(library, day), encoding="utf-8")


Section = tuple[str, str, list[tuple[str, str]], str]
"""A section's id, its title, what the contents name within it, and its HTML."""


def _entry(id: str, title: str, inner: list[tuple[str, str]]) -> str:
    within = "".join(f'<li><a href="#{escape(one)}">{escape(name)}</a></li>' for one, name in inner)
    return f'<li><a href="#{escape(id)}">{escape(title)}</a>{f"<ul>{within}</ul>" if within else ""}</li>'


def _front(made: Leaves, day: date) -> str:
    rows = []
    for language in made.languages:
        ours = [part for part in made.parts.values() if part.language == language.code]
        safe = [part for part in ours if part.is_safety]
        told = (_share(ours), _share(safe), language.status)
        rows.append(
            f"<tr><th scope='row'>{escape(language.name)}</th>{''.join(f'<td>{one}</td>' for one in told)}</tr>"
        )
    lost = "".join(f"<li>{escape(one)}</li>" for one in fallen(made.tree))
    return f"""<header><h1>The book of words</h1>
<p>Everything the bot says, in every language, as it stood on {day:%d.%m.%Y}, version <code>{made.library.version}</code>.
Every text is a draft until a named person has approved it in that language; when a word changes, it is a draft again.</p>
<table class="small"><thead><tr><th>language</th><th>parts approved</th><th>of them safety</th><th>state</th></tr></thead>
<tbody>{"".join(rows)}</tbody></table>
{f"<p>Approvals that have fallen:</p><ul>{lost}</ul>" if lost else ""}
<h2>How to read it</h2>
<ul><li>White bubbles are what the bot says, blue bars are buttons she can press. <span class="filled">{{emergency}}</span>:
the bot fills it in. Green bubbles are words of hers.</li>
<li class="back">In slanted small letters: the translation, word for word back into English.</li>
<li><span class="doubt">On yellow: a doubt that a native reader can settle.</span></li>
<li>Write into the empty column, or beside a copy of the id. Approve a part by its name, as it stands above it:
<code>run_bot.py approve tg mums.1.reflect --by "…" --role "…"</code> (docs/words.md).</li></ul>
<p class="sign">Read by: <i></i> Role: <i></i> Date: <i></i></p></header>"""


def _share(some: list[Part]) -> str:
    return f"{sum(one.state == 'approved' for one in some)} of {len(some)}"


def _table(made: Leaves, rows: str) -> str:
    return f'<table class="words">{spread.head(made)}<tbody>{rows}</tbody></table>'


# -- programmes ----------------------------------------------------------------------------------------------------


def _programme(made: Leaves, course: Course) -> Section:
    file = f"programmes/{course.id}"
    notes, known = remarks(path_of(made.tree, file, made.tree.source)), made.of(file)
    weeks = [(f"{course.id}.{n}", f"{n}. {week.title}") for n, week in enumerate(course.weeks, 1)]
    html = _way(made, course) + "".join(
        f'<h3 id="{course.id}.{n}">{escape(title)}</h3>' + _week(made, course, n, known, notes)
        for n, (_, title) in enumerate(weeks, 1)
    )
    return course.id, f"Programme: {course.id}", weeks, f"<p>{spread.remark(notes.get(HEAD, ''))}</p>{html}"


def _way(made: Leaves, course: Course) -> str:
    """The way through: its weeks, when each comes, and what is special about it."""
    titles = {(one.id, code): words for one in made.of(f"programmes/{course.id}") for code, words in one.words.items()}
    rows = []
    for n, week in enumerate(course.weeks, 1):
        names = "".join(
            f"<td lang='{one.code}'>{escape(str(titles.get((f'{n}.title', one.code), '')))}</td>"
            for one in made.languages
        )
        rows.append(f"<tr><th scope='row'>{n}</th>{names}<td>{_when(week)}</td><td>{_special(week)}</td></tr>")
    heads = "".join(f"<th>{escape(one.name)}</th>" for one in made.languages)
    order = pages.order(
        Programme(course.id, {}, course), next((n for n, w in enumerate(course.weeks, 1) if w.stirs), 0) or 1
    )
    stirs = f"<p>In a week that stirs the third is: {escape(QUIET_PUSH)}.</p>" if order != pages.USUAL else ""
    return (
        f"<p>Each week comes in three pages, on chosen days: {escape('; '.join(PUSHES))}.</p>{stirs}"
        f'<table class="way"><thead><tr><th>week</th>{heads}<th>when</th><th>what is special</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _when(week: Week) -> str:
    early = f"from week {week.pregnancy} of pregnancy" if week.pregnancy else ""
    return ", ".join(filter(None, (early, "after the birth" if week.after_birth else ""))) or "in its turn"


def _special(week: Week) -> str:
    found = []
    if week.stirs:
        found.append("<b>stirs</b>: opens only after a question; a safety text")
    if week.alone:
        found.append("<b>alone</b>: opens only when nobody is near")
    if week.pairs:
        found.append(f"goes with mums {', '.join(map(str, week.pairs))}")
    missing = [NAMES[part].lower() for part in PARTS if part != "hook" and not getattr(week, part)]
    return "; ".join(found + ([f"without: {', '.join(missing)}"] if missing else []))


def _week(made: Leaves, course: Course, n: int, known: list[Entry], notes: dict[str, str]) -> str:
    rows = [spread.across(made, spread.remark(notes[f"weeks.{n}"]), "remark")] if f"weeks.{n}" in notes else []
    for part in ("title", *PARTS):
        ours = [one for one in known if one.part == f"{course.id}.{n}.{part}"]
        if ours:
            rows.append(spread.part_head(made, NAMES[part], ours[0].part))
            rows += _around(made, course.weeks[n - 1], part)
            for one in ours:
                place = f"weeks.{n}.{part}"
                rest = one.id.removeprefix(f"{n}.{part}").strip(".")
                rows += [
                    spread.across(made, spread.remark(notes.pop(at)), "remark")
                    for at in _above(place, rest)
                    if at in notes
                ]
                rows.append(spread.row(made, [one]))
            rows += _behind(made, course.id, part)
    return _table(made, "".join(rows))


def _above(place: str, rest: str) -> list[str]:
    """The places whose remark stands above a text: its part's, its bubble's, its wording's."""
    steps = rest.split(".") if rest else []
    return [".".join([place, *steps[:n]]) for n in range(len(steps) + 1)]


def _around(made: Leaves, week: Week, part: str) -> list[str]:
    if part != "reflect":
        return []
    alone = spread.frame(made, "first, for it is for her alone", ("near.ask", "near.yes", "near.later"))
    stirs = spread.frame(made, "first, for it stirs", ("door.ask", "door.read", "door.skip", "door.person"))
    return [alone] * week.alone + [stirs] * week.stirs


def _behind(made: Leaves, programme: str, part: str) -> list[str]:
    if part == "reflect":
        return [spread.frame(made, "then", READY.get(programme, ("session.play_ready", "session.play_go")))]
    return [spread.frame(made, "at the end", ("session.end",))] if part == "play" else []


# -- shelves, areas, and the rest ----------------------------------------------------------------------------------


def _shelf(made: Leaves, stock: Stock) -> Section:
    file = f"shelves/{stock.id}"
    notes, known, rows = remarks(path_of(made.tree, file, made.tree.source)), made.of(file), list[str]()
    for n, page in enumerate(stock.pages, 1):
        rows.append(spread.part_head(made, page.title + _moment(page), f"{stock.id}.{page.id}"))
        rows += [
            spread.across(made, spread.remark(words), "remark")
            for at, words in notes.items()
            if at in {f"pages.{n}", f"pages.{n}.id"}
        ]
        rows += [spread.across(made, f"Source: {escape('; '.join(page.source))}", "remark")] if page.source else []
        rows += [spread.row(made, [one]) for one in known if one.part == f"{stock.id}.{page.id}"]
    html = f"<p>{spread.remark(notes.get(HEAD, ''))}</p>{_table(made, ''.join(rows))}"
    return stock.id, f"Shelf: {stock.id}", [], html


def _questionnaire(made: Leaves, instrument: Instrument) -> Section:
    """An instrument, with where its words are from in each language; the source's own stand above it in the file."""
    it, file = instrument.structure, f"instruments/{instrument.id}"
    notes, known = remarks(path_of(made.tree, file, made.tree.source)), made.of(file)
    rows = [spread.part_head(made, f"{it.name}, version {it.version}", f"instrument.{it.id}")]
    for code, words in it.wording.items():
        kind = f"{'official' if words.official else 'our own'}, {'validated' if words.validated else 'not validated'}"
        rows.append(spread.across(made, f"{escape(code)}: {kind}. {escape(words.source)}", "remark"))
    rows.append(spread.across(made, escape(f"Source: {it.source}. Licence: {it.licence}"), "remark"))
    rows += [spread.row(made, group) for group in _groups(known)]
    html = f"<p>{spread.remark(notes.get(HEAD, ''))}</p>{_table(made, ''.join(rows))}"
    return file, f"Questionnaire: {it.name}", [], html


def _moment(page: Page) -> str:
    found = [f"at {page.at}"] if page.at is not None else []
    found += ["for her alone"] if page.alone else []
    found += ["not after a loss"] if page.of_babies else []
    found += [f"seconds until the next: {', '.join(map(str, page.seconds))}"] if page.seconds else []
    return f" ({'; '.join(found)})" if found else ""


def _areas(made: Leaves) -> list[Section]:
    return [_plain(made, file, f"Texts: {file.partition('/')[2]}") for file in _files(made, "strings/")]


def _files(made: Leaves, kind: str) -> list[str]:
    return list(dict.fromkeys(one.file for one in made.entries if one.file.startswith(kind)))


def _plain(made: Leaves, file: str, title: str) -> Section:
    """An area of strings, the directory or a drill: text after text, with what was written above them."""
    notes, known = remarks(path_of(made.tree, file, made.tree.source)), made.of(file)
    rest = next((one.part for one in known if not one.is_safety), "")
    rows = (
        [spread.part_head(made, "approved as one, but for safety texts" if _mixed(known) else "approved as one", rest)]
        if rest
        else []
    )
    for group in _groups(known):
        rows += [spread.across(made, spread.remark(notes[group[0].id]), "remark")] if group[0].id in notes else []
        rows.append(spread.row(made, group, states=True))
    return file, title, [], f"<p>{spread.remark(notes.get(HEAD, ''))}</p>{_table(made, ''.join(rows))}"


def _mixed(known: list[Entry]) -> bool:
    return any(one.is_safety for one in known)


def _groups(known: list[Entry]) -> list[list[Entry]]:
    """Each text with the buttons that stand right behind it."""
    found: list[list[Entry]] = []
    for is_button, some in groupby(known, lambda one: "button" in one.tags):
        if is_button and found:
            found[-1] += some
        else:
            found += [list(some)] if is_button else [[one] for one in some]
    return found


# -- paper ---------------------------------------------------------------------------------------------------------


def _cards(made: Leaves) -> str:
    steps = "".join(f"<li>{escape(one)}</li>" for one in DESK_DAY)
    sheets = "".join(f'<div class="cards">{_card(made, one.code) * CARDS}</div>' for one in made.languages if one.live)
    return f"<h3>At the desk</h3><ol>{steps}</ol><h3>For mothers: cut along the lines</h3>{sheets}"


def _card(made: Leaves, language: str) -> str:
    def say(key: str) -> str:
        return escape(made.library.text(language, key))

    lines = "".join(f"<li>{one}</li>" for one in numbers_of(made.library, language))
    return (
        f'<div class="card" lang="{language}"><b>{say("poster.title")}</b><p>{say("paper.silent")}</p>'
        f"<p>{say('paper.calls')}</p><ul>{lines}</ul><p>{say('paper.wait')}</p>"
        f'<p>{say("paper.centre")}</p><p class="line"></p></div>'
    )
