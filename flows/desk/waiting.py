"""Until when somebody is to have acted on a case, by its level, the desk's hours and what the staff agreed on."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.concern import red
from flows.desk import aims, duty
from flows.desk.aims import CALLS, SOON
from flows.model import Case, Desk
from flows.programme import calendar


def aim_at(desk: Desk, case: Case, since: datetime) -> datetime:
    """When somebody is to be there for a case that has been waiting since a moment."""
    agreed = desk.book.aims
    if case.category in CALLS:
        from_when = since if duty.is_staffed(desk, since) else calendar.desk_opens_at(desk, since)
        return from_when + timedelta(minutes=agreed.call)
    if red(case.level):
        return since + aims.steps(agreed, case.level, is_open=duty.is_open(desk, since))[0]
    if case.level == "concern" and case.category in SOON:
        return since + timedelta(minutes=agreed.soon)
    days = agreed.concern_days if case.level == "concern" else agreed.watch_days
    return calendar.working_days_on(desk, since, days)


def is_late(desk: Desk, case: Case, now: datetime) -> bool:
    """Whether a case waits for a person longer than it should."""
    return case.alarm_at is not None and now >= aim_at(desk, case, case.alarm_at)
