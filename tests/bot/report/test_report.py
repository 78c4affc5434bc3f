"""The figures of the report, counted a second time; what it withholds; that it holds no word and no way back."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections import Counter
from datetime import timedelta
from functools import cache
from html import escape
from html.parser import HTMLParser
from itertools import count
from statistics import fmean
from typing import Any

import pytest
from msgspec import structs
from scipy import stats

from bot.report.making import Made, made
from bot.report.period import period
from content.library import Library, load
from flows.model import Desk
from storage.cohort import Cohort
from tests.bot.report.reader import FEW, HIDDEN, SHARES, WITHHELD, Reader, counts, rows
from tests.bot.report.town import NOW, town

EVER = period("", "")
SIZES = (0, 7, 12, 35, 90, 260)


@cache
def library() -> Library:
    return load()


@cache
def of(size: int, seed: int = 1) -> Made:
    return report(town(size, seed))


def report(found: Cohort, since: str = "", until: str = "") -> Made:
    return made(found, Desk(), library(), period(since, until), NOW)


def pick(files: dict[str, str], table: str, **values: str) -> dict[str, str]:
    (row,) = [row for row in rows(files, table) if all(row[name] == value for name, value in values.items())]
    return row


def or_withheld(shown: str, n: float) -> bool:
    return shown in {WITHHELD, FEW if n < 10 else WITHHELD, str(n)}


# -- counted a second time ----------------------------------------------------------------------------------------


def counted(found: Cohort) -> list[Any]:
    """Whom the report counts: groups of ten or more, by programme, or joined lately."""
    joined = [one for one in found.people if one.joined_at is not None]
    long_ago = [one for one in joined if f"{one.joined_at:%Y-%m}" < "2026-08"]
    groups = Counter(one.programme if one in long_ago else "lately" for one in joined)
    return [one for one in joined if groups[one.programme if one in long_ago else "lately"] >= 10]


@pytest.mark.parametrize("size", [90, 260])
def test_people_are_those_one_counts_by_hand(size: int) -> None:
    found, files = town(size), of(size).files
    people = counted(found)
    assert pick(files, "people", by="everybody")["people"] == str(len(people))
    seen = 0
    for name, key in (("language", "language"), ("region", "region")):
        by_hand = Counter(getattr(one, key) or "not said" for one in people)
        for row in rows(files, "people"):
            if row["by"] == name:
                assert or_withheld(row["people"], by_hand.pop(row["group"]))
                seen += row["people"] not in HIDDEN
        assert not by_hand
    for month in {f"{one.joined_at:%Y-%m}" for one in people}:
        n = sum(f"{one.joined_at:%Y-%m}" == month for one in people)
        assert or_withheld(pick(files, "people", by="month of joining", group=month)["people"], n)
    assert seen > 2


def test_weeks_are_those_one_counts_by_hand() -> None:
    files, seen = of(260).files, 0
    mums = [one for one in counted(town(260)) if one.programme == "mums" and f"{one.joined_at:%Y-%m}" < "2026-08"]
    for week in range(1, 15):
        row = pick(files, "weeks", programme="mums", week=str(week))
        reached = sum((one.week, one.push) > (week, 0) for one in mums)
        active = sum((one.heard_at - one.joined_at).days >= 7 * (week - 1) for one in mums)
        assert row["joined"] == str(len(mums))
        assert or_withheld(row["reached"], reached)
        assert or_withheld(row["active"], active)
        if row["active"] != WITHHELD:
            seen += 1
            assert row["active %"] == str(round(100 * active / len(mums), 1))
            wilson = stats.binomtest(active, len(mums)).proportion_ci(method="wilson")
            assert (row["active low %"], row["active high %"]) == (
                str(round(100 * wilson.low, 1)),
                str(round(100 * wilson.high, 1)),
            )
    assert seen > 2


def test_check_ins_are_those_one_counts_by_hand() -> None:
    files, people = of(260).files, counted(town(260))
    answered = sum(bool(one.faces) for one in people)
    offered = sum(bool(one.faces) or "pulse" in one.put for one in people)
    row = pick(files, "checkins", **{"check-in": "pulse"})
    assert row["answered by"] == str(answered)
    assert row["% of everybody"] == str(round(100 * answered / len(people), 1))
    assert or_withheld(row["put to"], offered)
    for name in ("phq9", "gad7", "who5"):
        row = pick(files, "checkins", **{"check-in": name})
        answered = sum(any(result.instrument == name for result in one.results) for one in people)
        assert or_withheld(row["answered by"], answered)
        assert or_withheld(row["put to"], sum(name in one.put for one in people))
    row = pick(files, "checkins", **{"check-in": "whooley"})
    assert (row["put to"], row["answered by"]) == (str(sum("whooley" in one.put for one in people)), WITHHELD)
    seen = 0
    for row in rows(files, "pulse"):
        theirs = [
            one.faces[row["month"]][0] / one.faces[row["month"]][1] for one in people if row["month"] in one.faces
        ]
        assert or_withheld(row["people"], len(theirs))
        if row["people"] not in HIDDEN:
            seen += 1
            assert row["mean face"] == str(round(fmean(theirs), 2))
    assert seen > 3


def both(one: Any, name: str) -> tuple[int, int] | None:
    """Her score at the start and at week 14."""
    scores = {result.reason: result.score for result in one.results if result.instrument == name}
    start, end = scores.get("baseline"), scores.get("end")
    return (start, end) if one.research and start is not None and end is not None else None


@pytest.mark.parametrize(("name", "least", "sign"), [("phq9", 5, -1), ("gad7", 4, -1), ("who5", 10, 1)])
def test_a_paired_change_is_that_one_computes_by_hand(name: str, least: int, sign: int) -> None:
    files = of(260).files
    pairs = [pair for one in counted(town(260)) if (pair := both(one, name))]
    row = pick(files, "change", **{"check-in": name})
    assert row["pairs"] == str(len(pairs)) != "0"
    by_scipy = stats.ttest_rel([after for _, after in pairs], [before for before, _ in pairs]).confidence_interval()
    assert float(row["change mean"]) == pytest.approx(fmean(after - before for before, after in pairs), abs=0.05)
    assert float(row["change low"]) == pytest.approx(by_scipy.low, abs=0.051)
    assert float(row["change high"]) == pytest.approx(by_scipy.high, abs=0.051)
    assert float(row["start mean"]) == pytest.approx(fmean(before for before, _ in pairs), abs=0.051)
    better = sum(sign * (after - before) >= least for before, after in pairs)
    worse = sum(sign * (after - before) <= -least for before, after in pairs)
    assert or_withheld(row["lighter"], better)
    assert or_withheld(row["heavier"], worse)
    assert or_withheld(row["about the same"], len(pairs) - better - worse)


def test_nobody_without_the_consent_to_research_is_in_a_pair() -> None:
    found = town(260)
    nobody = structs.replace(found, people=tuple(structs.replace(one, research=False) for one in found.people))
    made_of = report(nobody)
    assert {row["pairs"] for row in rows(made_of.files, "change")} == {WITHHELD}
    assert made_of.pairs is None


def test_cases_are_those_one_counts_by_hand() -> None:
    found, files, seen = town(260), of(260).files, 0
    assert pick(files, "cases", level="all")["cases"] == str(len(found.cases))
    for level in ("red", "now", "urgent", "calm", "concern", "watch"):
        row = pick(files, "cases", level=level)
        both_of = {"red": ("now", "urgent"), "calm": ("concern", "watch")}
        ours = [one for one in found.cases if one.level in both_of.get(level, (level,))]
        assert or_withheld(row["cases"], len(ours))
        if row["cases"] not in HIDDEN:
            seen += 1
            hours = sorted((one.met_at - one.opened_at) / timedelta(hours=1) for one in ours if one.met_at)
            assert float(row["half within, hours"]) == pytest.approx(hours[len(hours) // 2], rel=0.05)
    assert seen > 2


def test_marks_and_what_was_read_are_those_one_counts_by_hand() -> None:
    found, files = town(260), of(260).files
    names = {"right": "right", "wrong": "wrong level", "none": "not a concern", "": "not judged"}
    by_mark = Counter(names[one.mark] for one in found.judged)
    assert {row["judged"]: row["flags"] for row in rows(files, "flags")} == {
        "all": "130",
        **{m: str(n) for m, n in by_mark.items()},
    }
    by_mark = Counter(one.mark for one in found.read)
    assert pick(files, "reading", judged="all")["texts"] == str(len(found.read))
    for mark in ("nothing", "watch", "concern", "urgent", "now"):
        assert or_withheld(pick(files, "reading", judged=mark)["texts"], by_mark[mark])


def test_a_case_is_in_time_by_the_aims_of_its_level() -> None:
    """Opened on a Wednesday at ten in Dushanbe, the desk open from nine to six."""
    opened = NOW.replace(day=18, hour=5)
    first = town(1).cases or ()
    assert first == ()
    hours = {"urgent": (0.9, 1.1), "now": (0.2, 0.3), "watch": (24.0, 200.0)}
    for level, (soon, late) in hours.items():
        one = structs.replace(town(40).cases[0], level=level, opened_at=opened)
        cases = [
            structs.replace(
                one, number=number, person=number, met_at=opened + timedelta(hours=soon if number < 20 else late)
            )
            for number in range(40)
        ]
        cases += [structs.replace(one, number=number, person=number, met_at=None) for number in range(40, 60)]
        row = pick(report(structs.replace(town(0), cases=tuple(cases))).files, "cases", level="all")
        assert row["cases"] == "60"
        row = pick(report(structs.replace(town(0), cases=(*cases, *others(level)))).files, "cases", level=level)
        assert (row["in time"], row["later"], row["nobody yet"]) == ("20", "20", "20")


def others(level: str) -> list[Any]:
    """So many cases of the other levels that theirs is no small number."""
    one = town(40).cases[0]
    numbers = count(100)
    return [
        structs.replace(one, number=number, person=number, level=other)
        for other in ("now", "urgent", "concern", "watch")
        if other != level
        for number in (next(numbers) for _ in range(30))
    ]


def test_months_choose_who_is_counted() -> None:
    found = town(260)
    files = report(found, since="2026-02", until="2026-04").files
    months = {row["group"] for row in rows(files, "people") if row["by"] == "month of joining"}
    assert months == {"2026-02", "2026-03", "2026-04"}
    assert (
        pick(files, "about", what="people who joined, and cases and referrals begun, from")["value"]
        == "2026-02 to 2026-04"
    )
    n = sum("2026-02" <= f"{one.at:%Y-%m}" <= "2026-04" for one in found.referrals)
    assert or_withheld(pick(files, "referrals", by="all")["referrals"], n)
    for wrong in (("2026-2", ""), ("2026-13", ""), ("2026-05", "2026-04")):
        with pytest.raises(ValueError, match="month"):
            period(*wrong)


# -- withheld ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_no_number_under_ten_is_shown_and_no_rate_of_a_number_that_is_not(size: int) -> None:
    files = of(size).files
    assert all(n is None or n >= 10 for n in counts(files).values())
    for table in ("weeks", "checkins", "pulse", "change", "drop_out", "cases"):
        for row in rows(files, table):
            if (
                WITHHELD
                in (row.get(name) for name in ("reached", "answered by", "people", "pairs", "with both", "cases"))
                or row.get("cases") == FEW
            ):
                shares = [value for name, value in row.items() if any(word in name for word in SHARES)]
                if table == "weeks":
                    shares = [row[name] for name in ("reached %", "reached low %") if row["reached"] == WITHHELD]
                assert set(shares) <= {WITHHELD, ""}, row
    values = [row["value"] for row in rows(files, "about") if row["what"].startswith("left out")]
    assert all(value in {"all", WITHHELD} or int(value) >= 10 for value in values)


@pytest.mark.parametrize(("size", "seed"), [(12, 1), (35, 2), (90, 3), (260, 7)])
def test_what_is_withheld_cannot_be_computed_from_what_is_shown(size: int, seed: int) -> None:
    reader = Reader(of(size, seed).files)
    widths = dict(reader.widths())
    assert widths
    assert {name: width for name, width in widths.items() if width < 8.999} == {}
    assert size < 200 or sum(n is not None for n in reader.counts.values()) > 60


def test_the_reader_would_notice() -> None:
    """With one number shown that is withheld, others can be computed: the test above can fail."""
    files = dict(of(260).files)
    row = next(row for row in rows(files, "people") if row["by"] in {"language", "region"} and row["people"] == FEW)
    line = f"{row['by']},{row['group']},"
    files["people.csv"] = files["people.csv"].replace(f"{line}{FEW}", f"{line}4")
    assert min(width for _, width in Reader(files).widths()) < 1


def with_cases(**levels: tuple[int, int, int]) -> Made:
    """So many cases of a level to which a person came later than agreed, has not come, came in time."""
    one, numbers, cases = town(40).cases[0], count(), []
    for level, ways in levels.items():
        for n, hours in zip(ways, (2000, None, 0.01), strict=True):
            met = None if hours is None else one.opened_at + timedelta(hours=hours)
            mine = [next(numbers) for _ in range(n)]
            cases += [structs.replace(one, number=at, person=at, level=level, met_at=met) for at in mine]
    return report(structs.replace(town(0), cases=tuple(cases)))


def test_two_levels_together_do_not_tell_what_one_of_them_withholds() -> None:
    files = with_cases(now=(20, 20, 20), urgent=(20, 20, 20), concern=(15, 4, 20), watch=(30, 12, 40)).files
    assert pick(files, "cases", level="concern")["nobody yet"] == FEW
    assert pick(files, "cases", level="watch")["later"] == "30"
    assert min(width for name, width in Reader(files).widths() if name[0] == "cases") > 8.999


def test_a_few_red_cases_do_not_withhold_the_others() -> None:
    files = with_cases(now=(0, 0, 2), urgent=(0, 1, 3), concern=(10, 10, 20), watch=(10, 10, 30)).files
    assert [row["cases"] for row in rows(files, "cases")][1:] == [WITHHELD, FEW, FEW, WITHHELD, WITHHELD, "50"]
    assert pick(files, "cases", level="watch")["in time"] == "30"
    assert min(width for name, width in Reader(files).widths() if name[0] == "cases") > 8.999


def test_of_fewer_than_ten_people_nothing_is_shown() -> None:
    few = of(7)
    assert not few.enough
    assert few.pairs is None
    assert set(counts(few.files).values()) == {None}
    assert not any(f",{FEW}" in text for name, text in few.files.items() if name.endswith(".csv"))


# -- pairs ---------------------------------------------------------------------------------------------------------


def test_the_pairs_have_new_names_in_every_file_and_nothing_but_scores_and_weeks() -> None:
    first, again = of(260).pairs, report(town(260)).pairs
    assert first is not None
    assert again is not None
    read = [list(csv.DictReader(io.StringIO(text))) for text in (first, again)]
    assert list(read[0][0]) == ["person", "check-in", "start_week", "start", "end_week", "end"]
    names = [{row.pop("person") for row in some} for some in read]
    assert not names[0] & names[1]
    assert all(re.fullmatch(r"p-[0-9a-f]{12}", name) for name in names[0])
    assert Counter(map(str, read[0])) == Counter(map(str, read[1]))
    assert {int(row["start_week"]) for row in read[0]} == set(range(1, 6))
    assert {int(row["end_week"]) for row in read[0]} == set(range(11, 20))
    by_hand = [pair for one in counted(town(260)) for name in ("phq9", "gad7", "who5") if (pair := both(one, name))]
    assert Counter((int(row["start"]), int(row["end"])) for row in read[0]) == Counter(by_hand)
    people = {one.id for one in counted(town(260)) if any(both(one, name) for name in ("phq9", "gad7", "who5"))}
    assert len(names[0]) == len(people)


# -- the page ------------------------------------------------------------------------------------------------------


class Checked(HTMLParser):
    """Every tag is closed, and nothing points outside."""

    VOID = frozenset({"meta", "img", "br", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert name not in {"href", "srcset", "action", "data", "style"}
            assert not name.startswith("on")
            if name == "src":
                kind, _, data = (value or "").partition(",")
                assert kind == "data:image/svg+xml;base64"
                self.pictures.append(base64.b64decode(data).decode())

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_whole_and_loads_nothing(size: int) -> None:
    text = of(size).files["report.html"]
    page = Checked()
    page.feed(text)
    page.close()
    assert page.open == []
    assert page.seen["script"] == page.seen["link"] == 0
    assert page.seen["table"] == len(of(size).files) - 1
    assert "http" not in text
    assert "@import" not in text
    assert "url(" not in text
    for picture in page.pictures:
        plain = re.sub(r'xmlns(:xlink)?="[^"]*"', "", picture)
        assert "http" not in plain
        assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', plain))
        assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", plain))
    assert bool(page.pictures) == (size > 80)
    for name, value in ((row["what"], row["value"]) for row in rows(of(size).files, "about")):
        assert f"<td>{escape(name)}</td><td>{escape(value)}</td>" in text or value.isdigit() or value == WITHHELD


def test_the_same_data_make_the_same_files_but_for_the_names_of_the_pairs() -> None:
    assert report(town(90)).files == of(90).files
    assert report(town(91)).files != of(90).files


def test_it_says_which_words_and_which_code_it_is_about() -> None:
    about = {row["what"]: row["value"] for row in rows(of(90).files, "about")}
    assert about["version of the content"] == library().version
    assert re.fullmatch(r"[0-9.]+ · [0-9a-f]{12}", about["version of the code"])
    assert about["made on"] == "2026-11-20"
