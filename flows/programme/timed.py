"""Which page of a shelf is due: the newest whose time has come and that she was not told. Older ones are passed over."""

from __future__ import annotations

from content.courses import Page, Shelf
from flows.effects import Send
from flows.model import Scene
from flows.programme import calendar, listening
from flows.script import Script, given, speak


def newest(shelf: Shelf | None, told: int, reached: int) -> Page | None:
    """The newest page after `told` that comes by `reached`, in the unit of the shelf; None: nothing new is due."""
    due = [page for page in _timed(shelf) if told < at(page) <= reached]
    return max(due, key=at, default=None)


def following(shelf: Shelf | None, after: int) -> Page | None:
    """The first page that comes after this point; None where there is none."""
    return min((page for page in _timed(shelf) if at(page) > after), key=at, default=None)


def at(page: Page) -> int:
    """When the page comes, in the unit of its shelf."""
    return page.at or 0


def name(shelf: str, page: Page) -> str:
    """A page as a talk is about it: `shelf/page`."""
    return f"{shelf}/{page.id}"


def spoken(scene: Scene, named: str) -> Script[list[Send]]:
    """The messages of a page by its name, its title above the first; none once it is not in the tree any more."""
    wanted = yield from given("wordings", list(calendar.wordings(scene.person, scene.now)))
    id, _, number = named.partition("/")
    shelf = scene.library.shelf(id)
    page = None if shelf is None else shelf.page(number)
    if shelf is None or page is None:
        return []
    first, *others = listening.spoken(scene, shelf.bubbles(page, scene.person.language, wanted))
    title = shelf.title(page, scene.person.language)
    return [speak(f"{title}\n\n{first.message.text}", buttons=first.message.buttons), *others]


def _timed(shelf: Shelf | None) -> list[Page]:
    return [page for page in shelf.pages if page.at is not None] if shelf is not None else []
