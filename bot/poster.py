"""Posters and hand-out cards of a family centre: pages to be printed, with a QR code that opens the bot.

The code carries the centre's name (`c_<centre>`), so that we know which card brought her. Nothing on paper speaks of
trouble: a card lies in a bag that others open. Each page is one file that needs nothing from outside; a browser
prints it, and "Save as PDF" in its print window makes a PDF of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import segno

from content.library import Library

CENTRE = re.compile(r"[a-z0-9_-]{1,32}")
BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
"""A user name as Telegram allows it."""

CARDS = 8
"""On one sheet: two columns of four, 99 x 67 mm each."""

CORRECTION = "q"
"""A quarter of the code may be lost to a fold or a stain (ISO/IEC 18004, level Q)."""

_STYLE = """
@page { size: A4; margin: 0 }
* { box-sizing: border-box; margin: 0 }
body { font-family: "Noto Sans", "DejaVu Sans", sans-serif; color: #111; background: #fff }
svg { display: block; width: 100%; height: auto }
.sheet { width: 210mm; height: 296mm; overflow: hidden }
.poster { padding: 28mm 18mm; text-align: center }
.poster h1 { font-size: 34pt; line-height: 1.15 }
.poster .what { font-size: 18pt; margin-top: 8mm }
.poster .code { width: 116mm; margin: 8mm auto 4mm }
.poster .how { font-size: 16pt; line-height: 1.5 }
.poster .calls { font-size: 13pt; line-height: 1.5; margin-top: 10mm; padding-top: 6mm; border-top: 0.4mm solid #111 }
.cards { display: grid; grid-template: repeat(4, 67mm) / repeat(2, 99mm); padding: 14mm 6mm }
.card { border: 0.2mm dashed #999; padding: 4mm 5mm; display: grid; grid-template-columns: 1fr 33mm; gap: 0 3mm }
.card h1 { font-size: 12pt; line-height: 1.2 }
.card .what, .card .how { font-size: 8.5pt; line-height: 1.3; margin-top: 1.5mm; overflow-wrap: anywhere }
.card .calls { grid-column: 1 / 3; align-self: end; font-size: 7.5pt; line-height: 1.4 }
ul { list-style: none; padding: 0 }
.note { font-size: 9pt; color: #555; text-align: center; padding: 3mm }
@media print { .note { display: none } }
"""


class PosterError(Exception):
    """What cannot be printed; its text is one sentence for whoever asked for it."""


def link(bot: str, centre: str) -> str:
    """Where the code leads. PosterError for a name that Telegram or we do not allow."""
    if not CENTRE.fullmatch(centre):
        raise PosterError(f"“{centre}” cannot be a centre's name: use 1 to 32 of a-z, 0-9, - and _.")
    if not BOT.fullmatch(bot):
        raise PosterError(f"“{bot}” cannot be a bot's name: give its user name as @BotFather shows it.")
    return f"https://t.me/{bot}?start=c_{centre}"


def pages(library: Library, bot: str, centre: str) -> dict[str, str]:
    """HTML by file name: a poster and a sheet of cards in each offered language. PosterError as `link`."""
    target, found = link(bot, centre), dict[str, str]()
    for language in library.languages:
        if language.live:
            words = Words(library, language.code, bot)
            found[f"{centre}-poster.{language.code}.html"] = _page(words, _poster(words, target))
            found[f"{centre}-cards.{language.code}.html"] = _page(words, _cards(words, target))
    return found


def write(library: Library, bot: str, centre: str, folder: Path) -> list[Path]:
    """Write the pages into `folder`, which is made if need be; the files. PosterError, OSError."""
    made = pages(library, bot, centre)
    folder.mkdir(parents=True, exist_ok=True)
    for name, html in made.items():
        (folder / name).write_text(html, encoding="utf-8")
    return [folder / name for name in made]


class Words:
    """The texts of a page in one language, safe to stand in HTML."""

    def __init__(self, library: Library, language: str, bot: str) -> None:
        self.library = library
        self.language = language
        self.bot = bot

    def say(self, key: str, **variables: object) -> str:
        """A text of `content/strings`, by the end of its id."""
        return escape(self.library.text(self.language, f"poster.{key}", **variables))


def numbers_of(library: Library, language: str) -> list[str]:
    """The emergency numbers as HTML; those that nobody has checked yet say so."""
    unchecked = f" ({escape(library.text(language, 'poster.unchecked'))})"
    return [
        f"<b>{escape(number.number)}</b> — {escape(number.name[language])}" + ("" if number.verified else unchecked)
        for number in library.numbers
        if number.emergency and not number.zones
    ]


def code(target: str) -> str:
    """The QR code of `target` as SVG to stand inside a page, with the quiet zone the standard asks for."""
    svg: str = segno.make(target, error=CORRECTION, micro=False).svg_inline(omitsize=True)
    return svg


def _page(words: Words, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{words.say('title')}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _poster(words: Words, target: str) -> str:
    how = "<br>".join((words.say("camera"), words.say("or_write", bot=f"@{words.bot}"), words.say("start")))
    return f"""<main class="sheet poster">
<h1>{words.say("title")}</h1>
<p class="what">{words.say("what")}</p>
<div class="code">{code(target)}</div>
<p class="how">{how}</p>
{_calls(words)}
</main>"""


def _cards(words: Words, target: str) -> str:
    how = " ".join((words.say("or_write", bot=f"@{words.bot}") + ".", words.say("start")))
    card = f"""<section class="card">
<div><h1>{words.say("title")}</h1>
<p class="what">{words.say("what")}</p>
<p class="how">{words.say("camera")} {how}</p></div>
<div class="code">{code(target)}</div>
{_calls(words)}
</section>"""
    cards = "\n".join([card] * CARDS)
    return f'<p class="note">{words.say("cut")}</p>\n<main class="sheet cards">\n{cards}\n</main>'


def _calls(words: Words) -> str:
    lines: Callable[[str], str] = "<li>{}</li>".format
    return f'<div class="calls">{words.say("calls")}<ul>{"".join(map(lines, numbers_of(words.library, words.language)))}</ul></div>'
