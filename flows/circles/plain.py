"""What may go out of what she sent: plain words and emoji, in at most two posts, and why any of it is held.

Nothing of how a text was written goes out with it: no formatting, no mark of hers that nobody sees, no letter put
together in a way of her own. What Telegram has seen in a text beside its words (a link behind a word, somebody named)
counts as a trace.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import msgspec
import regex

from flows.circles.traces import Kind, Trace, Words, traces
from flows.concern.spelling import PATIENCE

LONGEST_POST: Final = 1500
"""Signs of one post. With a flower's name before it and every sign counted twice, as Telegram counts emoji, it fits 4096."""
POSTS: Final = 2
"""Posts that one message may become."""
SHORTEST_POST: Final = 600
"""Signs before which no post ends, however fine the place."""
SAME: Final = 3
"""Times one sign may stand in a row. Digits may as often as they will: they are amounts."""
MARKS: Final = 2
"""Marks one letter may carry."""

TOLD: Final[dict[str, Kind]] = {
    "url": "link",
    "text_link": "link",
    "mention": "handle",
    "text_mention": "handle",
    "email": "email",
    "phone_number": "phone",
    "bank_card": "card",
}
"""What an entity of this kind is a trace of. A `text_link` hides its address behind words, so only this shows it."""
HARMLESS: Final = frozenset(
    ("bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre")
) | {"custom_emoji", "hashtag", "cashtag", "bot_command"}
"""Kinds of entities of which the words say everything. One that is in neither list is not read yet: a person looks."""

_TAGS = regex.compile(
    r"</?(?:b|i|u|s|em|strong|ins|del|strike|code|pre|a|span|blockquote|tg-spoiler|tg-emoji)(?:\s[^<>]{0,300})?/?>",
    regex.IGNORECASE,
)
_LINKED = regex.compile(r"!?\[([^\[\]\n]{1,300})\]\(\s*[^()\s]{1,300}\s*\)")
_FENCE = regex.compile(r"```(?:[A-Za-z]{1,12}\n)?|(?:\*\*|__|~~|\|\|)(?=\S)|(?<=\S)(?:\*\*|__|~~|\|\|)")
_PAIRED = regex.compile(r"(?<!\w)([*_~`])(?=\S)([^*_~`\n]{1,300})(?<=\S)\1(?!\w)")
_NAMED = regex.compile(r"(?<![\w.])@\s?\w{3,}")
_SAME = regex.compile(rf"([^\s\d]\p{{M}}*|\p{{Extended_Pictographic}}[\p{{M}}\p{{Emoji_Modifier}}]*)\1{{{SAME},}}")
_MARKED = regex.compile(
    rf"(\p{{L}}\p{{Mn}}{{{MARKS}}})\p{{Mn}}+|(?<![\p{{L}}\p{{M}}])[\p{{Mn}}--[\ufe0f\u20e3]]+", regex.VERSION1
)
_SPACES = regex.compile(r"[ \t]+")
_LINES = regex.compile(r" ?\n ?")
_PARAGRAPHS = regex.compile(r"\n{3,}")
_ENDS = (
    regex.compile(r"\n\n"),
    regex.compile(r"\n"),
    regex.compile(r"[.!?…]+[»”\")]*\s|\p{Extended_Pictographic}\p{M}*\s(?=\p{Lu})"),
    regex.compile(r"[,;:]\s"),
    regex.compile(r"\s"),
)
"""Where a long text may be parted: between paragraphs, lines, sentences, clauses, words."""
_WHOLE = regex.compile(r"\X")
_JOINER, _NON_JOINER, _PICTURE, _KEY = "\u200d", "\u200c", "\ufe0f", "\u20e3"
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e\u034f\ufffc\ufffd")
_GONE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


class Plain(msgspec.Struct, frozen=True):
    """What of a message may go to the others, and why it is held, if it is.

    parts: the posts, at most two; none where nothing is left. too_long: there was more, and it is in neither.
    traces: what was found in her text, in what is left of it, and beside it; a post that has any is held.
    """

    parts: tuple[str, ...]
    too_long: bool
    traces: tuple[Trace, ...]


def plain(text: str, entities: frozenset[str], words: Words) -> Plain:
    """Make posts of a text as it was typed. `entities`: the kinds Telegram named in it, by their names. Never raises."""
    try:
        tidy = tidied(text)
        posts, too_long = parted(tidy)
        found = {*traces(text, words), *of_entities(entities, text, words)}
        # Taking signs out may bring together what they kept apart: 9**3**5.
        known = {trace.kind for trace in found}
        whole = (0, len(text))
        found |= {Trace(whole, trace.kind) for trace in traces(tidy, words) if trace.kind not in known}
        return Plain(posts, too_long, tuple(sorted(found)))
    except Exception:  # noqa: BLE001 (it fails towards a human, whatever it was)
        return Plain((), too_long=False, traces=(Trace((0, len(text)), "unread"),))


def of_entities(entities: frozenset[str], text: str, words: Words) -> tuple[Trace, ...]:
    """Give what the kinds of entities are traces of; of a telephone number only where it is none anybody may say."""
    kinds: set[Kind] = {TOLD.get(one, "unread") for one in entities - HARMLESS}
    if kinds & {"phone"} and words.plan.only_spoken(text):
        kinds -= {"phone"}
    return tuple(Trace((0, len(text)), kind) for kind in sorted(kinds))


def tidied(text: str) -> str:
    """Take out formatting, @names and what nobody sees; letters and emoji of all languages stay. In NFC."""
    seen = "".join(sign for place, sign in enumerate(text) if _stays(text, place))
    spaced = "".join(map(_space, seen))
    bare = _TAGS.sub("", spaced, timeout=PATIENCE)
    bare = _LINKED.sub(r"\1", bare, timeout=PATIENCE)
    bare = _NAMED.sub(
        "", _PAIRED.sub(r"\2", _FENCE.sub("", bare, timeout=PATIENCE), timeout=PATIENCE), timeout=PATIENCE
    )
    bare = _MARKED.sub(lambda found: found[1] or "", unicodedata.normalize("NFD", bare), timeout=PATIENCE)
    bare = _SAME.sub(lambda found: found[1] * SAME, unicodedata.normalize("NFC", bare), timeout=PATIENCE)
    bare = _LINES.sub("\n", _SPACES.sub(" ", bare, timeout=PATIENCE), timeout=PATIENCE)
    return _PARAGRAPHS.sub("\n\n", bare, timeout=PATIENCE).strip()


def _stays(text: str, place: int) -> bool:
    """Say whether this sign goes out. A joiner does inside an emoji, or between Arabic letters, where it is spelling."""
    sign = text[place]
    if sign.isascii():
        return (sign >= " " and sign != "\x7f") or sign in "\n\t\r"
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if sign == _JOINER:
        return _joins(before) and _emoji(after)
    if sign == _NON_JOINER:
        return _arabic(before) and _arabic(after)
    if sign == _PICTURE:
        return _emoji(before) or after == _KEY
    return _shows(sign)


@lru_cache(maxsize=4096)
def _shows(sign: str) -> bool:
    selector = "\ufe00" <= sign <= "\ufe0e" or "\U000e0100" <= sign <= "\U000e01ef"
    return not selector and sign not in _BLANK and unicodedata.category(sign) not in _GONE


@lru_cache(maxsize=1024)
def _space(sign: str) -> str:
    if sign in "\r\n\x0b\x0c\x85\u2028\u2029":
        return "\n"
    return " " if sign == "\t" or unicodedata.category(sign) == "Zs" else sign


def _emoji(sign: str) -> bool:
    return regex.match(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}]", sign) is not None


def _joins(sign: str) -> bool:
    return sign == _PICTURE or _emoji(sign)


def _arabic(sign: str) -> bool:
    return regex.match(r"\p{Arabic}", sign) is not None


def parted(text: str) -> tuple[tuple[str, ...], bool]:
    """Part a text into at most two posts, between sentences where that can be; and say whether some of it is in none."""
    posts: list[str] = []
    while text and len(posts) < POSTS:
        end = len(text) if len(text) <= LONGEST_POST else _end(text)
        posts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return tuple(posts), bool(text)


def _end(text: str) -> int:
    """Where the first post of a long text ends: as late as can be, at the best kind of place there is."""
    for pattern in _ENDS:
        ends = [match.end() for match in pattern.finditer(text, SHORTEST_POST, LONGEST_POST, timeout=PATIENCE)]
        if ends:
            return ends[-1]
    last = 0
    for match in _WHOLE.finditer(text, timeout=PATIENCE):
        if match.end() > LONGEST_POST:
            break
        last = match.end()
    return last or LONGEST_POST
