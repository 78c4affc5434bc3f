"""Reads one text: which rules fire, what stands beside them, and what is left of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Generic

import msgspec

from content.schema import RuleBook
from flows.concern.findings import IDIOM, LEVELS, SIGNS, UNREAD, Finding, by_rules, gravest_first, red
from flows.concern.rules import R, ReadyGuard, ReadyRule, Rules, compile_rules
from flows.concern.second_ear import second_ear
from flows.concern.texts import in_all_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from content.schema import Level
    from flows.concern.findings import Span
    from flows.concern.rules import Sleepers, Sought
    from flows.concern.second_ear import SecondEar
    from flows.concern.spelling import View
    from flows.concern.terms import Hit, Hits
    from flows.concern.texts import Text, Texts

LONGEST = 4096
"""Characters read of one text: as many as Telegram lets a message have."""
CROWD = 1000
"""Hits of one group in one text from which on a person looks."""
WAYS = 50
"""Ways in which one shape is met that are looked at in one text; where a rule is met in more, a person looks."""


class Met(msgspec.Struct, Generic[R], frozen=True):
    """One way in which a rule or a guard is met: where its words stand, and the sentences and clauses around them."""

    ready: R
    spans: tuple[Span, ...]
    sentence: Span
    clause: Span

    @property
    def whole(self) -> Span:
        """From its first sign to its last, in the text as it came in."""
        return min(start for start, _ in self.spans), max(end for _, end in self.spans)


Weighed = list[tuple[Met["ReadyRule"], Finding]]
"""Each way in which a rule is met, with what guards leave of it."""


def read(text: str, rules: RuleBook | Rules) -> Finding | None:
    """Give the gravest finding in `text`, or None where there is nothing to look at. Never raises."""
    return _first(traced(text, rules))


def findings(text: str, rules: RuleBook | Rules, *, by_rules_alone: bool = False) -> tuple[Finding, ...]:
    """Give what every rule finds in `text`, gravest first. Never raises.

    What cannot be read, or not as a whole, gives UNREAD beside whatever was found in the rest. A finding of the
    level `none` is an idiom, and stands alone.
    """
    return _worrying(traced(text, rules, by_rules_alone=by_rules_alone))


def _worrying(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    worrying = tuple(finding for finding in found if finding.level != "none")
    return worrying or tuple(finding for finding in found if finding.category == IDIOM)


def _first(found: tuple[Finding, ...]) -> Finding | None:
    """Give what goes first; it tells of something red behind it that the second ear lowered."""
    first = next(iter(_worrying(found)), None)
    if first is None:
        return None
    gravest = max((by_rules(finding).level for finding in _worrying(found)), key=LEVELS.index)
    is_graver = red(gravest) and not red(by_rules(first).level)
    return msgspec.structs.replace(first, behind=gravest) if is_graver else first


def traced(text: str, rules: RuleBook | Rules, *, by_rules_alone: bool = False) -> tuple[Finding, ...]:
    """Give the same, and what guards took all weight from as well, at the level `none`. Never raises."""
    try:
        ready = rules if isinstance(rules, Rules) else compile_rules(rules)
        ready = msgspec.structs.replace(ready, signs=None) if by_rules_alone else ready
        found = _findings(text[:LONGEST], ready) | ({UNREAD} if len(text) > LONGEST else set())
        return tuple(sorted(found, key=gravest_first))
    except Exception:  # noqa: BLE001 (it fails towards a human, whatever it was)
        return (UNREAD,)


def fires(one: ReadyRule | ReadyGuard, text: str, rules: Rules) -> bool:
    """Say whether one rule or guard is met in `text`; a rule only if no guard clears it away."""
    texts = in_all_letters(text, rules)
    if isinstance(one, ReadyGuard):
        return any(True for shape in one.shapes for _ in _met(one, shape, _for_guards(texts)[one.letters]))
    met = [met for shape in one.shapes for met in _met(one, shape, texts[one.letters])]
    return bool(met) and any(
        found.level != "none" for _, found in _weighed(met, _all_met(rules.guards, _for_guards(texts), set()))
    )


def _findings(text: str, rules: Rules) -> set[Finding]:
    texts = in_all_letters(text, rules)
    found = {UNREAD} if rules.broken else set()
    met = _all_met(rules.rules, texts, found)
    if any(len(hits) >= CROWD for text in texts.values() for hits in text.hits.values()):
        found.add(UNREAD)
    weighed = _weighed(met, _all_met(rules.guards, _for_guards(texts), found)) if met else []
    try:
        return found | _with_signs(weighed, texts, rules)
    except Exception:  # noqa: BLE001 (what rules heard stands, whatever becomes of the second ear)
        return found | {UNREAD} | _gravest(finding for _, finding in weighed)


# -- what takes weight ------------------------------------------------------------------------------------------------


def _weighed(met: list[Met[ReadyRule]], guards: list[Met[ReadyGuard]]) -> Weighed:
    """Make a finding of each way in which a rule is met.

    A guard takes no weight from anything while some other rule is met that no guard stands beside.
    """
    standing = [(one, [guard for guard in guards if _guards(guard, one)]) for one in met]
    heeded = not any(not beside and one.ready.rule.level != "watch" for one, beside in standing)
    return [(one, _finding(one, beside, heeded=heeded)) for one, beside in standing]


def _gravest(findings: Iterable[Finding]) -> set[Finding]:
    """Keep the gravest of each rule."""
    best: dict[str, Finding] = {}
    for finding in findings:
        if finding.rule not in best or gravest_first(finding) < gravest_first(best[finding.rule]):
            best[finding.rule] = finding
    return set(best.values())


def _guards(guard: Met[ReadyGuard], one: Met[ReadyRule]) -> bool:
    """Say whether a guard stands where it counts, is about this category, and is one the rule listens to."""
    about = guard.ready.guard
    if about.kind in one.ready.rule.deaf or (about.categories and one.ready.category not in about.categories):
        return False
    if about.scope == "text":
        return True
    start, end = one.clause if about.scope == "clause" else one.sentence
    first, last = guard.whole
    return first < end and start < last


def _finding(one: Met[ReadyRule], beside: list[Met[ReadyGuard]], *, heeded: bool) -> Finding:
    level: Level = one.ready.rule.level
    category: str = one.ready.category
    guards = [guard.ready.guard for guard in beside]
    effects = {guard.effect for guard in guards} if heeded else set()
    if "clear" in effects:
        level = "none"
        category = IDIOM if any(guard.kind == IDIOM for guard in guards) else category
    elif "watch" in effects:
        level = "watch"
    elif "lower" in effects:
        level = LEVELS[LEVELS.index(level) - 1]
    names = tuple(sorted({guard.id for guard in guards}))
    return Finding(level, category, one.ready.rule.id, one.ready.language, one.spans, names)


# -- the second ear ---------------------------------------------------------------------------------------------------


def _with_signs(weighed: Weighed, texts: Texts, rules: Rules) -> set[Finding]:
    """Give the gravest of each rule, as the second ear leaves it, and what that ear hears itself."""
    ear = second_ear(texts, rules.signs)
    if ear is None:
        return _gravest(finding for _, finding in weighed)
    found = _gravest(_left(one, finding, ear) for one, finding in weighed)
    level = _gravest_level(found)
    raised = ear.raised()
    if raised is not None and LEVELS.index(raised.level) > LEVELS.index(level):
        found.add(raised)
    elif level == "none" and (heard := ear.heard()) is not None:
        found.add(heard)
    return _likelier_first(found, ear)


def _gravest_level(found: Iterable[Finding]) -> Level:
    return max((finding.level for finding in found), key=LEVELS.index, default="none")


def _likelier_first(found: set[Finding], ear: SecondEar) -> set[Finding]:
    """Mark which of the gravest findings the second ear takes for much less likely than another of them."""
    level = _gravest_level(found)
    among = {finding.category for finding in found if finding.level == level}
    unlikely = ear.unlikely(among) if len(among) > 1 and level != "none" else set()
    behind = {finding for finding in found if finding.level == level and finding.category in unlikely}
    return found - behind | {msgspec.structs.replace(finding, unlikely=True) for finding in behind}


def _left(one: Met[ReadyRule], finding: Finding, ear: SecondEar) -> Finding:
    """Give what the second ear leaves of a finding; of a rule that does not listen to it, everything."""
    left = finding.level if SIGNS in one.ready.rule.deaf else ear.left(finding.level, one.sentence, one.whole)
    return finding if left == finding.level else msgspec.structs.replace(finding, level=left, was=finding.level)


def _for_guards(texts: Texts) -> Texts:
    """Give what guards look in: they take weight away, so they look in what is meant, and are excused by the whole."""
    return {letters: msgspec.structs.replace(text, hits=text.meant, meant=text.hits) for letters, text in texts.items()}


# -- finding ----------------------------------------------------------------------------------------------------------


def _all_met(among: Sleepers[R], texts: Texts, found: set[Finding]) -> list[Met[R]]:
    """Give every way in which rules, or guards, are met. One that breaks silences no other, and a person looks."""
    met: list[Met[R]] = []
    for letters, text in texts.items():
        for ready, shape in among.woken(letters, text.hits):
            try:
                ways = list(_met(ready, shape, text))
                met += ways[:WAYS]
                if len(ways) > WAYS and isinstance(ready, ReadyRule):
                    found.add(UNREAD)
            except Exception:  # noqa: BLE001 (it fails towards a human, whatever it was)
                found.add(UNREAD)
    return met


def _met(ready: R, shape: Sought, text: Text) -> Iterator[Met[R]]:
    """Give the ways in which one shape of a rule or a guard is met."""
    for chain in _ways(shape, text):
        words = [place for hit in chain for place in (hit.first, hit.last)]
        yield Met(
            ready,
            tuple(sorted((text.view.spans[hit.first][0], text.view.spans[hit.last][1]) for hit in chain)),
            _around(words, text.view.sentences, text.view),
            _around(words, text.view.clauses, text.view),
        )


def _around(words: Sequence[int], parts: Sequence[int], view: View) -> Span:
    """Give from where to where the sentences, or the clauses, reach in which these words stand."""
    first, last = parts.index(parts[min(words)]), max(words)
    while last + 1 < len(parts) and parts[last + 1] == parts[max(words)]:
        last += 1
    return view.spans[first][0], view.spans[last][1]


def _ways(shape: Sought, text: Text) -> Iterator[tuple[Hit, ...]]:
    slots = [_slot(names, text.hits) for names in shape.near]
    chains = (chain for chain in _chains(shape, slots, text.view) if not _excused(shape, chain, text))
    yield from itertools.islice(chains, WAYS + 1)


def _slot(names: tuple[str, ...], hits: Hits) -> dict[int, Hit]:
    if len(names) == 1:
        return hits.get(names[0], {})
    return {place: hit for name in names for place, hit in hits.get(name, {}).items()}


def _chains(shape: Sought, slots: Sequence[dict[int, Hit]], view: View) -> Iterator[tuple[Hit, ...]]:
    """Give every way in which one hit of each slot stand near each other."""
    for order in (slots,) if shape.ordered else itertools.permutations(slots):
        chains: Iterable[tuple[Hit, ...]] = ((hit,) for hit in order[0].values())
        for among in order[1:]:
            chains = [(*chain, hit) for chain in chains for hit in _next(chain[-1], shape, among, view)]
        yield from chains


def _next(after: Hit, shape: Sought, among: dict[int, Hit], view: View) -> Iterator[Hit]:
    for word in range(after.last + 1, min(after.last + shape.gap + 2, len(view.words))):
        if word in among and (shape.across or view.sentences[word] == view.sentences[after.last]):
            yield among[word]


def _excused(shape: Sought, chain: Sequence[Hit], text: Text) -> bool:
    """Say whether something beside the words takes their weight away: a negation, another meaning."""
    sentences = text.view.sentences
    ordered = sorted(chain, key=lambda hit: hit.first)
    first, last = ordered[0].first - shape.reach, ordered[-1].last + shape.reach
    return any(
        first <= hit.first and hit.last <= last and (shape.wary or sentences[hit.first] == sentences[ordered[0].first])
        for name in shape.unless
        for hit in text.meant.get(name, {}).values()
    ) or any(
        hit.last + 1 == word.first and sentences[hit.first] == sentences[word.first]
        for name in shape.not_before
        for hit in text.meant.get(name, {}).values()
        for word in chain
    )


# -- together with what she said a moment ago ---------------------------------------------------------------------------


def read_after(earlier: Sequence[str], text: str, rules: RuleBook | Rules) -> Finding | None:
    """Give the gravest finding in `text`, or in `text` as the end of what she said in `earlier`. Never raises.

    What she said before can only raise: "I cannot any more" and a minute later "live". Spans are those in `text`.
    """
    every = traced(text, rules)
    alone = _first(every)
    room = LONGEST - len(text) - 1
    if not earlier or room <= 0 or (alone is not None and alone.level == "now"):
        return alone
    before = f"{' '.join(earlier)[-room:]} "
    # What was heard in her last words alone was weighed there: it is not given back because she wrote before.
    weighed = {finding.rule: LEVELS.index(by_rules(finding).level) for finding in every}
    joined = traced(before + text, rules)
    # Of what that ear hears by itself nobody can say in which message it stands.
    by_rule = (finding for finding in joined if not finding.rule.startswith(SIGNS))
    together = (finding if finding == UNREAD else _after(len(before), finding) for finding in by_rule)
    graver = [
        found for found in together if found is not None and LEVELS.index(found.level) > weighed.get(found.rule, 0)
    ]
    if graver:
        graver = _new(graver, traced(before, rules))
    if alone is None:
        graver = [msgspec.structs.replace(found, joined=True) for found in graver]
    return min((*filter(None, [alone]), *graver), key=gravest_first, default=None)


def _new(found: Iterable[Finding], before: Iterable[Finding]) -> list[Finding]:
    """Keep what is graver than what was heard of its category before: of that a person knows."""
    heard: dict[str, int] = {}
    for finding in before:
        heard[finding.category] = max(LEVELS.index(finding.level), heard.get(finding.category, 0))
    return [one for one in found if LEVELS.index(one.level) > heard.get(one.category, 0)]


def _after(start: int, finding: Finding) -> Finding | None:
    """Keep of a finding what lies behind `start`; nothing of one that lies before it as a whole."""
    spans = tuple((first - start, last - start) for first, last in finding.spans if first >= start)
    return msgspec.structs.replace(finding, spans=spans) if spans else None
