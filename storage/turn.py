"""The effects of one turn, folded to what is true at its end.

An order may undo an earlier one of the same turn (a plan is cancelled, a held message let go), and rows are written
for many turns together, table by table: so the order among effects is settled here, before any of them is a row.
"""

from __future__ import annotations

import msgspec

from flows.effects import (
    HER,
    AnyEffect,
    Become,
    Begin,
    Bind,
    Cancel,
    Commands,
    Draw,
    End,
    Flag,
    Forget,
    Hand,
    Heart,
    Hush,
    Invite,
    Keep,
    Lane,
    Lapse,
    Leave,
    Line,
    Mark,
    Raised,
    React,
    Reads,
    Record,
    Refer,
    Release,
    Remove,
    Report,
    Retract,
    Reword,
    Sample,
    Schedule,
    Send,
    Stamp,
    Stand,
    TakeBack,
    Tell,
    Tried,
    Vacate,
    Vanish,
    Wish,
    Withhold,
    Write,
)
from flows.model import Case, Scene
from flows.script import changed
from storage.claims import Claim
from storage.family import InFamily
from storage.parcel import Promise
from storage.posts import InCircle


class Turn:
    """The effects of one turn, folded to what is true at its end."""

    def __init__(self, claim: Claim, scene: Scene) -> None:
        """Nothing has followed yet."""
        self.claim = claim
        self.before = scene
        self.scene = scene
        self.promises: list[Promise] = []
        self.hushed = self.hushed_all = self.released = self.lapsed = self.forgotten = False
        self.emptied = False
        self.cancelled: list[str] = []
        self.plans: dict[str, Schedule] = {}
        self.stands: dict[int, Stand] = {}
        self.ended: list[int] = []
        self.cases: dict[int, Case] = {}
        self.lines: list[Line] = []
        self.answers: list[Keep] = []
        self.raised: list[Raised] = []
        self.marks: list[Mark] = []
        self.sample: Sample | None = None
        self.referred: dict[int, Refer] = {}
        self.acts: list[Record] = []
        self.told: list[Tell] = []
        self.between: list[InFamily | InCircle] = []

    def take(self, effect: AnyEffect) -> None:
        """What one effect changes. Later ones win over earlier ones."""
        match effect:
            case Send() | React() | Remove() | Retract() | Commands() | Vanish() | Hand() | Draw():
                self.promises.append(effect)
                self.emptied |= isinstance(effect, Vanish) and effect.how != "day"
            case Release():
                self.released = True
                self.promises = [_let_go(promise) for promise in self.promises]
            case Lapse():
                self.lapsed = True
            case Hush(safety=safety):
                self.hushed, self.hushed_all = True, self.hushed_all or safety
                self.promises = [promise for promise in self.promises if not _can_be_hushed(promise, safety=safety)]
            case Cancel(key=key):
                self.cancelled.append(key)
                self.plans = {name: plan for name, plan in self.plans.items() if not _names(key, name)}
            case Schedule(key=key):
                self.plans[key] = effect
            case Keep():
                self.answers.append(effect)
            case Become(changes=changes):
                self.scene = changed(self.scene, changes)
            case Stand(place=stands):
                self.stands[stands.talk] = effect
            case End(talk=talk):
                self.stands.pop(talk, None)
                self.ended.append(talk)
            case Stamp(case=case):
                self.cases[case.number] = case
            case Line():
                self.lines.append(effect)
            case Raised():
                self.raised.append(effect)
            case Mark():
                self.marks.append(effect)
            case Sample():
                self.sample = effect
            case Record():
                self.acts.append(effect)
            case Refer(id=id):
                self.referred[id] = effect
            case Forget():
                self.forgotten = True
            case Tell():
                self.told.append(effect)
            case (
                Invite()
                | Tried()
                | Bind()
                | Write()
                | Reword()
                | TakeBack()
                | Report()
                | Withhold()
                | Heart()
                | Reads()
                | Vacate()
            ):
                self.between.append(effect)
            case Flag() | Begin() | Leave() | Wish():
                raise TypeError(
                    "flags become cases, talks begin and end, wishes are granted before the ledger sees them"
                )


def _let_go(promise: Promise) -> Promise:
    held = isinstance(promise, Send | Hand | Draw) and promise.held and promise.to == HER
    return msgspec.structs.replace(promise, held=False) if held else promise


def _can_be_hushed(promise: Promise, *, safety: bool) -> bool:
    if promise.to != HER or isinstance(promise, Vanish | Commands):
        return False
    held = isinstance(promise, Send) and promise.held
    return held or safety or not (isinstance(promise, Send | React) and promise.lane is Lane.SAFETY)


def _names(pattern: str, key: str) -> bool:
    return key.startswith(pattern[:-1]) if pattern.endswith("*") else key == pattern
