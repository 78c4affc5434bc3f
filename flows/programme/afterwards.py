"""After the last week of the mothers' programme: one short note a month, and then only the question how she is."""

from __future__ import annotations

from datetime import datetime, timedelta

from content.courses import Page
from flows.model import Scene
from flows.programme import timed

SHELF = "later"
PROGRAMME = "mums"
MONTH = timedelta(days=30)
"""A month, as these notes count it from the day she was told that the weeks are over."""


def there_are(scene: Scene) -> bool:
    """Whether notes follow the last week of her programme."""
    return scene.person.profile.programme == PROGRAMME and scene.library.shelf(SHELF) is not None


def is_for(scene: Scene) -> bool:
    """Whether she is in the time after the last week."""
    return scene.person.profile.programme == PROGRAMME and scene.person.profile.ended_at is not None


def due(scene: Scene) -> Page | None:
    """The note that is due now."""
    profile = scene.person.profile
    if not is_for(scene) or profile.ended_at is None:
        return None
    return timed.newest(scene.library.shelf(SHELF), profile.later, (scene.now - profile.ended_at) // MONTH)


def is_last(scene: Scene, page: Page) -> bool:
    """Whether none comes after this one: it says goodbye, and nothing stands behind it."""
    return timed.following(scene.library.shelf(SHELF), timed.at(page)) is None


def next_from(scene: Scene) -> datetime | None:
    """From when on the next one may come; None after the last."""
    profile = scene.person.profile
    if not is_for(scene) or profile.ended_at is None:
        return None
    if due(scene) is not None:
        return scene.now
    page = timed.following(scene.library.shelf(SHELF), max(profile.later, (scene.now - profile.ended_at) // MONTH))
    return None if page is None else profile.ended_at + timed.at(page) * MONTH


def latest(scene: Scene) -> str:
    """The last one that came, by its name; "" before the first."""
    shelf, told = scene.library.shelf(SHELF), scene.person.profile.later
    page = timed.newest(shelf, told - 1, told) if is_for(scene) else None
    return "" if page is None else timed.name(SHELF, page)
