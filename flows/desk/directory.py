"""Which places there are for a need, nearest first, and what the source of the directory says is missing there.

Pure: of the directory as it is written, a need, and the district and region she told. What is not marked for people,
or only planned, is never found.
"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from content.library import Library
from content.schema import Directory, Gap, Need, Service

NEEDS: tuple[Need, ...] = get_args(Need)
"""In the order of the desk's buttons, which name a need by its number: a new one goes to the end."""

How = Literal["here", "region", "nation", "unstated", "far"]
ORDER: tuple[How, ...] = get_args(How)
"""From near to far."""

CITY = "dushanbe"
"""A region that is one town: a place there is in the district of everybody who lives in it."""
BESIDE = {"drs": CITY}
"""Whose people go to another region first: the districts around the capital go there (geography)."""


class Found(Struct, frozen=True):
    """A place, and how near it is."""

    service: Service
    how: How


def near(library: Library, need: Need, region: str, district: str) -> tuple[Found, ...]:
    """The places for a need, nearest first; "" for a region or district nobody knows. One place is named once."""
    services = [one for one in library.directory.services if one.user_facing and not one.planned and need in one.needs]
    ids = {one.id for one in services}
    found = [Found(one, how(library, one, region, district)) for one in services if one.same_as not in ids]
    return tuple(sorted(found, key=lambda one: ORDER.index(one.how)))


def how(library: Library, service: Service, region: str, district: str) -> How:
    """How near a place is to somebody of this district."""
    if service.nationwide:
        return "nation"
    if not service.places:
        return "unstated"
    at = set(service.places)
    if (district and district in at | set(service.serves)) or (region == CITY and CITY in at):
        return "here"
    towns = {one.code for each in library.regions if each.code == region for one in each.districts}
    return "region" if at & {region, BESIDE.get(region, region), *towns} else "far"


def where(library: Library, service: Service, region: str, district: str, language: str) -> str:
    """The names of the towns to go to: hers if it is there, else those of her region, else all; "" where none is told."""
    names = {one.code: one.name[language] for each in library.regions for one in (each, *each.districts)}
    towns = {one.code for each in library.regions if each.code == region for one in each.districts}
    for near_by in ({district}, towns | {region, BESIDE.get(region, region)}):
        if found := [code for code in service.places if code in near_by]:
            return ", ".join(names[code] for code in found)
    return ", ".join(names[code] for code in service.places)


def named(library: Library, code: str, language: str) -> str:
    """The name of a district or region; "" if there is none of this code."""
    known = (one for each in library.regions for one in (each, *each.districts))
    return next((one.name[language] for one in known if one.code == code), "")


def gaps(directory: Directory, need: Need, region: str, district: str) -> tuple[Gap, ...]:
    """What the source says is missing for this need where she lives."""
    here = {region, district}
    return tuple(gap for gap in directory.gaps if need in gap.needs and (not gap.places or here & set(gap.places)))
