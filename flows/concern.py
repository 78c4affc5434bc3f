"""Reads her words before anything else does, and says whether a person has to look at them.

Rules are YAML (content/concern). A rule does not look for bare words: it wants groups of words near each other in
one sentence, as a person says them. Her text is first evened out, so that Tajik with and without its letters,
Russian and Uzbek in either script and the usual slips all look alike. Whatever goes wrong here ends in a finding:
doubt brings a person. Nothing of her text leaves this module but the places where it was found.
"""

from __future__ import annotations

import itertools
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, get_args

import msgspec
import regex

from content.schema import Level, RuleBook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from content.schema import Letters, Rule, RuleFile, Shape

LEVELS: tuple[Level, ...] = get_args(Level)
LONGEST = 4096
"""Characters read of one text: as many as Telegram lets a message have."""
PATIENCE = 0.05
"""Seconds one pattern may take."""
ANY = "*"
BEGINNING = 3
CROWD = 1000
"""Hits of one group that are looked at in one text."""
FIRST_AMONG_EQUALS = "self_harm"

Span = tuple[int, int]


class Finding(msgspec.Struct, frozen=True):
    """What was found, by which rule, and where: spans are offsets in the text as it came in."""

    level: Level
    category: str
    rule: str
    language: str
    spans: tuple[Span, ...]


UNREAD = Finding("watch", "unread", "unread", "", ())


class Hit(msgspec.Struct, frozen=True):
    """A term found: the numbers of its first and last word."""

    first: int
    last: int


class View(msgspec.Struct, frozen=True):
    """A text evened out: its words with one space between, or a line feed where a sentence ends.

    beginnings: how its words begin. For each word: where it starts in `text`, its span in the text as it came in,
    and the number of its sentence.
    """

    text: str
    beginnings: frozenset[str]
    starts: list[int]
    spans: list[Span]
    sentence: list[int]


class Group(msgspec.Struct, frozen=True):
    """Terms made one pattern. Only a text with a word that begins with one of `beginnings` can hold any of them."""

    beginnings: frozenset[str]
    pattern: regex.Pattern[str]


class Pack(msgspec.Struct, frozen=True):
    """A rule file made ready."""

    category: str
    language: str
    file: RuleFile
    groups: dict[str, Group]


class Rules(msgspec.Struct, frozen=True):
    """All rules, made ready once."""

    packs: tuple[Pack, ...]


def red(level: Level) -> bool:
    """Say whether a person has to come within hours."""
    return level in {"urgent", "now"}


def read(text: str, rules: RuleBook | Rules) -> Finding | None:
    """Give the gravest finding in `text`, or None where there is nothing to look at. Never raises."""
    return next(iter(findings(text, rules)), None)


def findings(text: str, rules: RuleBook | Rules) -> tuple[Finding, ...]:
    """Give what every rule finds in `text`, gravest first. Never raises.

    What cannot be read, or not as a whole, gives UNREAD beside whatever was found in the rest.
    """
    try:
        found = set(_findings(text[:LONGEST], rules if isinstance(rules, Rules) else compile_rules(rules)))
        return tuple(sorted(found | ({UNREAD} if len(text) > LONGEST else set()), key=_gravest_first))
    except Exception:  # noqa: BLE001 (it fails towards a human, whatever it was)
        return (UNREAD,)


def _gravest_first(finding: Finding) -> tuple[int, bool, str, str]:
    return (
        -LEVELS.index(finding.level),
        finding.category != FIRST_AMONG_EQUALS,
        finding.category,
        finding.rule,
    )


@lru_cache(maxsize=4)
def compile_rules(book: RuleBook) -> Rules:
    """Make the rules of a library ready. Done once for each library, however often it is called."""
    return Rules(
        tuple(Pack(pack.category, pack.language, pack.file, _compile_groups(pack.file)) for pack in book.packs)
    )


def _compile_groups(file: RuleFile) -> dict[str, Group]:
    return {name: _compile_group(terms, file.letters) for name, terms in file.groups.items()}


def _compile_group(terms: Sequence[str], letters: Letters) -> Group:
    spelt = sorted({_spell_term(term, letters) for term in terms}, key=len, reverse=True)
    patterns = (regex.escape(term).replace(" ", " ?").replace(r"\*", r"[^ \n]{0,12}") for term in spelt)
    return Group(
        frozenset(beginning for term in spelt for beginning in _beginnings(term)),
        regex.compile(rf"(?<![^ \n])(?:{'|'.join(patterns)})(?![^ \n])"),
    )


def _spell_term(term: str, letters: Letters) -> str:
    """Spell a term as her words are spelt: `*` is up to twelve letters, a space may be missing."""
    return " ".join(ANY.join(even(chunk, letters).text for chunk in word.split(ANY)) for word in term.split())


def _beginnings(term: str) -> Iterator[str]:
    """Give how a word may begin in which the term is found, its spaces there or missing."""
    known = term.split(ANY, maxsplit=1)[0]
    yield term.split(" ", maxsplit=1)[0].split(ANY, maxsplit=1)[0][:BEGINNING]
    yield known.replace(" ", "")[:BEGINNING]


def faults(book: RuleBook) -> list[str]:
    """Give a line for each example of a rule that its rule does not take as it says: for the content check."""
    rules = compile_rules(book)
    return [
        f"content/concern/{pack.category}/{pack.language}.yaml: {rule.id}: {wanted} «{example}»"
        for pack in book.packs
        for rule in pack.file.rules
        for wanted, examples in (("must match", rule.must), ("must not match", rule.must_not))
        for example in examples
        if any(found.rule == rule.id for found in findings(example, rules)) != (wanted == "must match")
    ]


# -- finding ---------------------------------------------------------------------------------------------------------


class Sought(msgspec.Struct):
    """One text held against one pack. A group is looked for when a rule first asks for it."""

    view: View
    groups: dict[str, Group]
    known: dict[str, dict[int, Hit]]

    def hits(self, name: str) -> dict[int, Hit]:
        """Find a group's terms, by the word at which each begins."""
        if name not in self.known:
            group = self.groups[name]
            self.known[name] = {} if group.beginnings.isdisjoint(self.view.beginnings) else self._find(group)
        return self.known[name]

    def _find(self, group: Group) -> dict[int, Hit]:
        starts = self.view.starts
        found = itertools.islice(group.pattern.finditer(self.view.text, timeout=PATIENCE), CROWD)
        hits = (
            Hit(bisect_right(starts, match.start()) - 1, bisect_right(starts, match.end() - 1) - 1) for match in found
        )
        return {hit.first: hit for hit in hits}


def _findings(text: str, rules: Rules) -> Iterator[Finding]:
    views: dict[Letters, View] = {}
    for pack in rules.packs:
        letters = pack.file.letters
        view = views[letters] if letters in views else views.setdefault(letters, even(text, letters))
        sought = Sought(view, pack.groups, {})
        for rule in pack.file.rules:
            try:
                spans = _fires(rule, sought)
            except Exception:  # noqa: BLE001 (one rule that breaks must not silence the others)
                yield UNREAD
            else:
                if spans:
                    yield Finding(rule.level, pack.category, rule.id, pack.language, spans)
        if any(len(hits) >= CROWD for hits in sought.known.values()):
            yield UNREAD


def _fires(rule: Rule, sought: Sought) -> tuple[Span, ...]:
    """Give the spans of the first way in which the rule is met; none where it is not."""
    for shape in rule.any_of:
        if all(map(sought.hits, shape.near)):
            for chain in _chains(shape, sought):
                if not _excused(shape, chain, sought):
                    return tuple(sorted(_origin(sought.view, hit) for hit in chain))
    return ()


def _chains(shape: Shape, sought: Sought) -> Iterator[tuple[Hit, ...]]:
    """Give every way in which one hit of each group stand near each other in one sentence."""
    for order in (shape.near,) if shape.ordered else itertools.permutations(shape.near):
        chains: list[tuple[Hit, ...]] = [(hit,) for hit in sought.hits(order[0]).values()]
        for name in order[1:]:
            chains = [(*chain, hit) for chain in chains for hit in _next(chain[-1], shape.gap, name, sought)]
        yield from chains


def _next(after: Hit, gap: int, name: str, sought: Sought) -> Iterator[Hit]:
    among, sentence = sought.hits(name), sought.view.sentence
    for word in range(after.last + 1, min(after.last + gap + 2, len(sentence))):
        if word in among and sentence[word] == sentence[after.last]:
            yield among[word]


def _excused(shape: Shape, chain: Sequence[Hit], sought: Sought) -> bool:
    """Say whether something beside the words takes their weight away: a negation, another meaning."""
    sentence = sought.view.sentence
    first, last = chain[0].first - shape.reach, chain[-1].last + shape.reach
    return any(
        first <= hit.first and hit.last <= last and sentence[hit.first] == sentence[chain[0].first]
        for name in shape.unless
        for hit in sought.hits(name).values()
    ) or any(
        hit.last + 1 == word.first and sentence[hit.first] == sentence[word.first]
        for name in shape.not_before
        for hit in sought.hits(name).values()
        for word in chain
    )


def _origin(view: View, hit: Hit) -> Span:
    return view.spans[hit.first][0], view.spans[hit.last][1]


# -- evening out -----------------------------------------------------------------------------------------------------

_APOSTROPHES = "'’‘ʻʼʹ`´′ˈ＇"
_WORD = regex.compile(rf"[^\W_][[\w\p{{M}}\p{{Cf}}{_APOSTROPHES}]--[_]]*", regex.VERSION1)
_MARKS = regex.compile(r"[\p{M}\p{Cf} ]+")
_STOP = regex.compile(r"(?<![.!?…])[.!?](?![.!?…])\s")
_SPACED = regex.compile(r"(?<!\w)\w(?:[^\w\n]\w){3,}(?!\w)")
_MIXED = regex.compile(r"\b\w*(?:\p{Latin}\p{Cyrillic}|\p{Cyrillic}\p{Latin})\w*")
_LATIN = regex.compile(r"\p{Latin}")
_REPEATED = regex.compile(r"([^\n])\1+")
_LOOKALIKES = str.maketrans("aceopxykmtihb", "асеорхукмтихв")
_LOOKALIKES_BACK = str.maketrans("асеорхукмтихв", "aceopxykmtihb")
# Letters of old Tajik fonts and others that do not come apart into a letter and a mark.
_TWINS = str.maketrans(
    {"љ": "ҷ", "њ": "ҳ", "ⱪ": "қ", "ⱨ": "ҳ", "ı": "i", "š": "sh", "ž": "zh", "č": "ch", "ş": "sh"}
    | dict.fromkeys(_APOSTROPHES, "'")
)
# One sound, one letter: о as а, е and й as и, ж, ҷ, ц as ч. What Latin spelling or a slip confuses is made the same.
_SOUNDS = str.maketrans(
    dict(zip("оеэыйіғґқҳҷжцщ", "аииииигґкхчччш".replace("ґ", "г"), strict=True))
    | dict(zip("aobcdefghijklmnpqrstuvwxyz", "аабчдифгхичклмнпкрстувшхиз", strict=True))
    | {"я": "иа", "ю": "иу"}
)
_SILENT = str.maketrans("", "", "ьъ'")
_CLUSTERS = dict.fromkeys(("shch", "sch", "sh"), "ш") | dict.fromkeys(("ch", "zh", "dzh", "dj", "ts", "тс"), "ч")
_CLUSTERS |= {"дж": "ч", "дҷ": "ч", "kh": "х", "gh": "г"}
_CLUSTER = regex.compile("|".join(sorted(map(regex.escape, _CLUSTERS), key=len, reverse=True)))


def even(text: str, letters: Letters) -> View:
    """Even a text out, word by word."""
    spans = [match.span() for match in _WORD.finditer(text, timeout=PATIENCE)]
    words = [text[start:end] for start, end in spans]
    if _SPACED.search(text, timeout=PATIENCE):
        spans, words = _join(spans, words)
    spelt = _spell("\n".join(words), letters).split("\n") if words else []
    pairs = [(span, word) for span, word in zip(spans, spelt, strict=True) if word]
    return _view(text, [span for span, _ in pairs], [word for _, word in pairs])


def _join(spans: list[Span], words: list[str]) -> tuple[list[Span], list[str]]:
    """Put l e t t e r s together that were set apart by one sign each."""
    joined: list[tuple[Span, str, bool]] = []
    for span, word in zip(spans, words, strict=True):
        before, said, apart = joined[-1] if joined else ((-2, -2), "", False)
        if apart and len(word) == 1 and span[0] == before[1] + 1:
            joined[-1] = ((before[0], span[1]), said + word, True)
        else:
            joined.append((span, word, len(word) == 1))
    return [span for span, _, _ in joined], [word for _, word, _ in joined]


def _spell(words: str, letters: Letters) -> str:
    """Spell words, one a line, so that those which sound alike are written alike."""
    plain = unicodedata.normalize("NFKD", words.translate(_TWINS).casefold().translate(_TWINS))
    plain = _MARKS.sub("", plain).casefold()
    if letters == "latin":
        plain = _MIXED.sub(lambda word: word[0].translate(_LOOKALIKES_BACK), plain).replace("'", "")
    else:
        plain = _MIXED.sub(_unmix, plain).replace("o'", "у").replace("g'", "г").translate(_SILENT)
        plain = _CLUSTER.sub(lambda cluster: _CLUSTERS[cluster[0]], plain).translate(_SOUNDS)
    return _REPEATED.sub(r"\1", plain)


def _unmix(word: regex.Match[str]) -> str:
    """Make a Cyrillic word of one that has a few Latin look-alikes in it."""
    latin = _LATIN.findall(word[0])
    looks = len(latin) * 2 <= len(word[0]) or all(ord(letter) in _LOOKALIKES for letter in latin)
    return word[0].translate(_LOOKALIKES) if looks else word[0]


def _view(text: str, spans: list[Span], words: list[str]) -> View:
    starts: list[int] = []
    sentences: list[int] = []
    pieces: list[str] = []
    length = sentence = 0
    for i, word in enumerate(words):
        before = spans[i - 1][1] if i else spans[i][0]
        stop = spans[i][0] - before > 1 and _STOP.search(text, before, spans[i][0] + 1, timeout=PATIENCE)
        sentence += bool(stop)
        pieces += (("\n" if stop else " ") if i else "", word)
        starts.append(length + bool(i))
        sentences.append(sentence)
        length = starts[-1] + len(word)
    beginnings = frozenset().union(*({word[:length] for word in words} for length in range(BEGINNING + 1)))
    return View("".join(pieces), beginnings, starts, spans, sentences)
