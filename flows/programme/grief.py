"""When a note for the time after a loss comes, by days since she told of it. `flows/programme/mourning.py` says how."""

from __future__ import annotations

from datetime import datetime, timedelta

from content.courses import Page
from flows.model import Scene
from flows.programme import timed

SHELF = "mourning"
DAY = timedelta(days=1)


def due(scene: Scene) -> Page | None:
    """The note that is due now; none unless she told of a loss herself, and none once she wants no more of them."""
    lost_at, told = _since(scene)
    return None if lost_at is None else timed.newest(scene.library.shelf(SHELF), told, (scene.now - lost_at) // DAY)


def next_from(scene: Scene) -> datetime | None:
    """From when on the next one may come; None where none is to come."""
    lost_at, told = _since(scene)
    if lost_at is None:
        return None
    if due(scene) is not None:
        return scene.now
    page = timed.following(scene.library.shelf(SHELF), max(told, (scene.now - lost_at) // DAY))
    return None if page is None else lost_at + timed.at(page) * DAY


def came(scene: Scene) -> list[Page]:
    """The notes she may open herself, the newest first: all that have come by now, opened then or left lying.

    None once she wants no more of them.
    """
    _, told = _since(scene)
    shelf = scene.library.shelf(SHELF)
    pages = [page for page in shelf.pages if page.at is not None and page.at <= told] if shelf is not None else []
    return sorted(pages, key=timed.at, reverse=True)


def coming(scene: Scene) -> tuple[str, str, dict[str, object]] | None:
    """The push that brings the note that is due: its flow, what it is about, what changes of her."""
    page = due(scene)
    return None if page is None else (SHELF, timed.name(SHELF, page), {"mourned": timed.at(page)})


def _since(scene: Scene) -> tuple[datetime | None, int]:
    """When she told of the loss, None where no note is for her; and how far the notes have been told."""
    profile = scene.person.profile
    if not profile.lost_before or profile.mourned is None:
        return None, 0
    return profile.lost_at, profile.mourned
