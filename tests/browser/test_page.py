"""The page with the phones as its reader uses it, in a real browser, with the real bot behind it."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime

from playwright.sync_api import Error, Page

from tests.browser.hands import Screen

LANGUAGES = {"tg": "Тоҷикӣ", "ru": "Русский", "en": "English"}
DESPAIR = {"tg": "Дигар зистан намехоҳам", "ru": "Я больше не хочу жить", "en": "I don't want to live any more"}
ANSWER = "We are here. Tell me where you are now."


def moment(page: Page) -> datetime:
    said = page.locator("#clock time").get_attribute("datetime")
    assert said is not None
    return datetime.fromisoformat(said)


def test_she_joins_in_tajik_and_her_locked_phone_shows_sixty_characters_and_no_more(page: Page, phone: Screen) -> None:
    phone.joins(LANGUAGES["tg"])
    phone.locks()
    for _ in range(6):  # other phones of the page may be first
        if phone.node.locator(".card").count():
            break
        page.get_by_role("button", name="To the next message").click()
        page.locator("#clock .way").wait_for(state="hidden")
    lit = phone.node.locator(".card p:last-child").all_inner_texts()
    assert lit
    assert all(0 < len(text) <= 60 for text in lit)
    assert phone.node.locator(".chat").evaluate("node => node.inert")
    page.reload()
    phone.node.locator(".away").wait_for()
    assert phone.node.locator(".card p:last-child").all_inner_texts() == lit
    phone.node.get_by_role("button", name="Unlock").last.click()
    phone.node.locator(".fresh").wait_for()  # where the unread begin
    assert phone.heard


def test_a_worrying_sentence_in_russian_reaches_a_person_and_the_answer_reaches_her(
    page: Page, phone: Screen, desk: Screen
) -> None:
    phone.joins(LANGUAGES["ru"])
    worrying(phone, desk, DESPAIR["ru"], ANSWER)


def worrying(phone: Screen, desk: Screen, words: str, answer: str) -> None:
    """She writes; the desk is told, takes it, and answers under her words."""
    topics = desk.node.locator(".topic")
    before = topics.count()
    phone.says(words)
    desk.until(lambda: topics.count() > before and desk.node.locator(".topic .unread").count() > 0)
    for number in range(topics.count()):  # the first topic with a button has the alert
        topics.nth(number).click()
        alerts = desk.node.locator(".message:has(.inline .key)")
        if alerts.count():
            alerts.last.locator(".inline .key").first.click()
            break
    desk.until(lambda: _case_with(desk, words))
    hers = desk.node.locator(".message", has_text=words).last
    hers.hover()
    hers.locator(".tool").click()
    desk.node.locator(".acts .choice:not(.row *)").first.click()  # Reply
    desk.says(answer)
    phone.hears(answer)
    desk.until(lambda: desk.node.locator(".message.mine .reactions").count() > 0)  # the bot says that it arrived


def _case_with(desk: Screen, words: str) -> bool:
    """Turn to the topic in which her words stand."""
    topics = desk.node.locator(".topic")
    for number in range(topics.count()):
        if desk.node.locator(".message .words", has_text=words).count():
            return True
        topics.nth(number).click()
    return bool(desk.node.locator(".message .words", has_text=words).count())


def test_telegram_is_busy_the_bot_restarts_she_blocks_it_and_nothing_is_lost(page: Page, phone: Screen) -> None:
    phone.joins(LANGUAGES["en"])
    heard = len(phone.heard)
    page.evaluate(
        "fetch('/phones/busy', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{\"seconds\": 2}'})"
    )
    page.locator("#busy").wait_for()
    phone.says("I am tired today")
    assert len(phone.heard) == heard
    phone.until(lambda: len(phone.heard) > heard)
    page.locator("#busy").wait_for(state="hidden")
    page.locator("#troubles summary").click()
    page.get_by_role("button", name="Restart the bot").click()
    heard = len(phone.heard)
    phone.says("Are you still there?")
    phone.until(lambda: len(phone.heard) > heard)
    phone.node.locator(".more summary").click()
    phone.node.get_by_role("button", name="Block the bot", exact=True).click()
    phone.node.locator(".start").wait_for()
    assert not phone.node.locator(".write").is_visible()
    phone.node.locator(".start").click()
    phone.node.locator(".write").wait_for()


def test_a_phone_that_is_off_shows_nothing_until_it_is_on(page: Page, phone: Screen) -> None:
    phone.node.locator(".start").click()
    phone.until(lambda: phone.node.locator(".key").count() > 0)
    heard = len(phone.heard)
    phone.node.locator(".key").first.click()
    phone.node.locator(".offit").click()
    phone.node.locator(".away.dark").wait_for()
    phone.until(lambda: "0" not in phone.node.locator(".away .soft").inner_text(), patience=1)
    assert len(phone.heard) <= heard + 1
    phone.node.locator(".offit").click()
    phone.node.locator(".away").wait_for(state="hidden")
    phone.until(lambda: len(phone.heard) > 0)


def test_the_way_to_the_end_of_the_programme_shows_how_far_it_is(page: Page, phone: Screen) -> None:
    phone.joins(LANGUAGES["en"])
    before, heard = moment(page), len(phone.heard)
    page.get_by_role("button", name="To the end of the programme").click()
    way = page.locator("#clock .way")
    way.wait_for()
    assert page.locator('[data-jump][aria-disabled="true"]').count() == 4
    if not phone.until(lambda: not way.is_visible(), patience=1):
        assert re.fullmatch(r"Week \d+ of \d+", page.locator(".way-text").inner_text())
        page.reload()  # it goes on without the page, and is shown again
        with suppress(Error):  # it may have come to the end just now
            page.get_by_role("button", name="Stop here").click(timeout=2000)
        way.wait_for(state="hidden")
    assert moment(page) > before
    phone.until(lambda: len(phone.heard) > heard)


def test_files_and_voice_go_both_ways(page: Page, phone: Screen) -> None:
    phone.joins(LANGUAGES["en"])
    content = b"%PDF made up" + bytes(5000)
    phone.node.locator("input.files").set_input_files(
        {"name": "a paper.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    paper = phone.node.locator("a.document")
    paper.wait_for()
    assert "5 KB" in paper.inner_text()
    with page.expect_download() as loading:
        paper.click()
    assert loading.value.suggested_filename == "a paper.pdf"
    assert loading.value.path().read_bytes() == content
    phone.node.locator(".record").click()
    phone.node.locator(".recorder").wait_for()
    page.wait_for_timeout(300)
    phone.node.locator(".finish").click()
    phone.node.locator(".message.mine audio").wait_for()


def test_everything_can_be_done_without_a_mouse(page: Page, phone: Screen) -> None:
    phone.node.locator(".start").focus()
    page.keyboard.press("Enter")
    phone.until(lambda: phone.node.locator(".key").count() > 0)
    phone.node.locator(".log").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('key')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    before = phone.node.locator(".log").inner_text()
    page.keyboard.press("Enter")
    phone.until(lambda: phone.node.locator(".log").inner_text() != before)
    page.wait_for_timeout(200)
    assert phone.node.evaluate("node => node.contains(document.activeElement)"), "the focus stays on her phone"
    phone.says("Salom")
    page.keyboard.press("Shift+Tab")
    mine = phone.node.locator(".message.mine").last
    mine.focus()
    page.keyboard.press("Tab")
    for _ in range(3):
        if page.evaluate("document.activeElement.classList.contains('tool')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    phone.node.locator(".acts").wait_for()
    page.keyboard.press("Escape")
    phone.node.locator(".acts").wait_for(state="detached")
    assert page.evaluate("document.activeElement.classList.contains('tool')")


NAMELESS = """() => [...document.querySelectorAll('button, a, input, textarea, select, summary, audio, [role=group], [role=log], nav, section')]
  .filter(node => node.checkVisibility({visibilityProperty: true}))
  .filter(node => !(node.getAttribute('aria-label') || node.innerText?.trim() || node.labels?.[0]?.innerText.trim()))
  .map(node => node.outerHTML.slice(0, 120))"""
TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place); }"""
WIDE = """() => [document.documentElement, ...document.querySelectorAll('.log, .write, .keys, .topics, .top, .shelf')]
  .filter(node => node.scrollWidth > node.clientWidth + 1).map(node => node.className || node.tagName)"""
PALE = """() => {
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const ground = node => { for (let one = node; one; one = one.parentElement) {
    const style = getComputedStyle(one);
    if (style.backgroundImage !== 'none') return null;
    const [r, g, b, a = 1] = parts(style.backgroundColor);
    if (a > 0.85) return [r, g, b]; } return [255, 255, 255]; };
  return [...document.querySelectorAll('body *')]
    .filter(node => node.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter(node => [...node.childNodes].some(one => one.nodeType === 3 && one.textContent.trim()))
    .filter(node => { const under = ground(node); if (!under) return false;
      const [a, b] = [light(parts(getComputedStyle(node).color)), light(under)].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) < 4.5; })
    .map(node => `${node.className}: ${node.textContent.slice(0, 40)}`);
}"""


def test_every_button_has_a_name_every_text_is_readable_and_nothing_is_wider_than_a_phone(
    page: Page, phone: Screen
) -> None:
    phone.node.locator(".start").click()
    phone.until(lambda: phone.node.locator(".key").count() > 0)
    phone.says("Салом! " + "Ҷамшедҷон" * 9)
    for language in LANGUAGES.values():
        page.locator("#languages").get_by_role("button", name=language, exact=True).click()
        for width in (1440, 390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            page.wait_for_timeout(100)
            assert page.evaluate(NAMELESS) == []
            assert page.evaluate(TWICE) == []
            assert page.evaluate(PALE) == []
            assert page.evaluate(WIDE) == [], (language, width)
    assert page.locator(".screen:visible").count() == 1
    page.locator('[data-key="desk"]').click()
    page.locator(".screen.desk").wait_for()
    assert page.evaluate(WIDE) == []
    page.reload()  # what was chosen is remembered
    page.locator(".screen.desk").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
