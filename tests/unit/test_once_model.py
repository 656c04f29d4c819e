# SPDX-License-Identifier: Apache-2.0
"""Actions asked for by many at once while all that can fails: in the end each is done exactly once.

A seed says all that happens. `ONCE_SEEDS=20000 pytest tests/unit/test_once_model.py` tries more.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from xero_connection.client import NoAnswerError, Request, Response
from xero_connection.errors import (
    OutcomeUnknownError,
    TemporaryError,
    ValidationError,
)
from xero_connection.operation import Operation

from tests.unit.books import DeadError
from tests.unit.desk import (
    ADD_LINE,
    BLIND,
    CHANGE,
    CREATE,
    CREATE_MANY,
    DOWN,
    SECONDS,
    TWO,
    Office,
    failure,
    paper,
    papers,
    vague,
)
from tests.unit.timeline import Timeline

SEEDS = int(os.environ.get("ONCE_SEEDS", "300"))
FIRST_SEED = int(os.environ.get("ONCE_FIRST_SEED", "0"))
MOST_ASKS = 400
# What an invocation keeps of Lambda's time for its end.
AFTER_THE_END = 3.0


@dataclass
class Wish:
    """A request that somebody wants carried out, and how it went."""

    key: str
    operation: Operation
    asked: dict[str, Any]
    corrected: dict[str, Any] | None = None
    """What is asked for with the same key where Xero refuses that."""
    twin: bool = False
    """Whether another wish has the same content, or all of it and more."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    ending: str = "open"


class World:
    """Those who ask, and what fails them."""

    def __init__(self, seed: int) -> None:
        """Take the number that says all that happens."""
        self.chance = random.Random(seed)  # noqa: S311 - guards nothing
        random.seed(seed)  # the pauses between attempts
        self.clock = Timeline()
        self.office = Office(self.clock)
        self.wishes: list[Wish] = []
        self.mine = threading.local()
        self.dying = self.chance.choice((0.0, 0.01, 0.05))
        self.failing = self.chance.choice((0.0, 0.1, 0.4, 0.7))
        self.table_failing = self.chance.choice((0.0, 0.02, 0.1))
        self.remembers_failures = self.chance.random() < 0.5
        self.fair_from = self.clock() + 3_600
        xero, table = self.office.xero, self.office.table
        xero.before, xero.after = self.on_the_way, self.on_the_way_back
        xero.seconds = lambda: self.chance.choice((0.05, 0.3, 2.0))
        xero.list_delay = self.chance.choice((0.0, 20.0))
        table.before = table.after = self.at_the_table
        table.repeats = lambda: self.chance.random() < 0.05

    # What fails

    @property
    def fair(self) -> bool:
        """Whether nothing fails any more, so that all can end."""
        return self.clock() > self.fair_from

    def may_die(self) -> None:
        """End the invocation at this call, by chance or because its time is up."""
        by_chance = not self.fair and self.chance.random() < self.dying
        if by_chance or self.clock() >= self.mine.ends:
            raise DeadError

    def at_the_table(self, _: str, key: str) -> None:
        """Fail before or after the table has done something."""
        self.clock.sleep(self.chance.choice((0.005, 0.05)))
        self.may_die()
        # Where two ask for the same content and Xero never hears one of them, this row alone keeps
        # the other's record from being taken for theirs: were it lost, nothing else could tell.
        told_by_this_alone = key.startswith("request#made#") and any(
            wish.twin for wish in self.wishes
        )
        if not self.fair and not told_by_this_alone and self.chance.random() < self.table_failing:
            raise DOWN

    def on_the_way(self, request: Request) -> Response | None:
        """Fail before Xero has done something."""
        self.may_die()
        if self.fair or self.chance.random() >= self.failing:
            return None
        xero = self.office.xero
        known = xero.seen.get(request.headers.get("Idempotency-Key", ""))
        match self.chance.choice(("unreachable", "cut", "late", "limit", "offline", "failed")):
            case "unreachable":
                raise NoAnswerError(sent=False)
            case "cut":
                raise NoAnswerError(sent=True)
            case "late" if request.method == "PUT" and not known:
                xero.keep(request, xero.carry_out(request, at=self.clock() + 20))
                raise NoAnswerError(sent=True)
            case "limit":
                return Response(status=429, headers={"retry-after": "3"}, body=b"")
            case "offline":
                return failure(503)
            case "failed" if request.writes and self.remembers_failures and not known:
                return xero.keep(request, failure(500))
        return failure(500)

    def on_the_way_back(self, request: Request) -> Response | None:
        """Fail after Xero has done something."""
        self.may_die()
        if self.fair or self.chance.random() >= self.failing:
            return None
        match self.chance.choice(("cut", "failed", "empty", "page")):
            case "cut":
                raise NoAnswerError(sent=True)
            case "failed" if request.writes and self.remembers_failures:
                return self.office.xero.keep(request, failure(500))
            case "failed":
                return failure(502)
            case "empty":
                return failure(200)
        return Response(status=200, headers={}, body=b"<html>")

    # Those who ask

    def wish(self, wish: Wish, *, copies: int) -> None:
        """Have a request made, by several who know nothing of each other."""
        self.wishes.append(wish)
        for _ in range(copies):
            self.clock.start(lambda: self.insist(wish), at=self.clock() + self.pause(300))

    def pause(self, most: float) -> float:
        """Return some seconds, often those by which a write is no longer sent as it was."""
        about = self.chance.uniform(200, 400)
        return float(self.chance.choice((0.0, 5.0, min(about, most), self.chance.uniform(0, most))))

    def insist(self, wish: Wish) -> None:
        """Ask until there is an answer."""
        asked = wish.asked
        for ask in range(MOST_ASKS):
            try:
                answer = self.invocation(wish, asked)
            except DeadError:
                self.clock.sleep(1 + self.pause(600))
                continue
            except TemporaryError as error:
                self.clock.sleep(self.pause(600) if ask % 2 else error.retry_after or 1)
                continue
            except OutcomeUnknownError as error:
                if error.retry_after is None:
                    wish.ending = "unknown"
                    return
                self.clock.sleep(self.pause(600) if ask % 2 else error.retry_after)
                continue
            except ValidationError:
                if wish.corrected is None:
                    wish.ending = "refused"
                    return
                asked = wish.corrected
                continue
            if answer["output"].get("failed"):
                assert wish.corrected
                asked = wish.corrected
                continue
            wish.answers.append(answer)
            wish.ending = "ok"
            return
        wish.ending = "given up"

    def invocation(self, wish: Wish, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Ask once."""
        self.mine.ends = self.clock() + SECONDS + AFTER_THE_END
        return self.office.act(wish.operation, asked, wish.key)


def made(wish: Wish, answer: Mapping[str, Any]) -> list[str]:
    """Return the ids of the records that an answer says a request has made."""
    output = answer["output"]
    if wish.operation is CREATE_MANY:
        return [one["paper"]["PaperID"] for one in output["papers"]]
    if wish.operation is TWO:
        return [output["first"], output["paper"]["PaperID"]]
    return [output["paper"]["PaperID"]] if wish.operation in (CREATE, BLIND) else []


def a_world(seed: int) -> World:
    """Return a world in which all has ended."""
    world = World(seed)
    chance, xero = world.chance, world.office.xero
    copies = chance.choice((1, 1, 2, 3))
    wishes = [
        Wish("one", CREATE, paper("one")),
        Wish("other", CREATE, paper("other", Amount=12.5)),
        Wish("refused", CREATE, paper("refuse it")),
        Wish("corrected", CREATE, paper("refuse at first"), paper("corrected")),
        Wish("blind", BLIND, paper("blind")),
        Wish("two", TWO, paper("two")),
        Wish("many", CREATE_MANY, papers("m1", "m2", "m3", "m4", "same", "same")),
        Wish(
            "many-corrected",
            CREATE_MANY,
            papers("c1", "refuse c2", "c3", "c4", "c5"),
            papers("c1", "c2", "c3", "c4", "c5"),
        ),
        Wish("change", CHANGE, {"paper_id": xero.put("changed")["PaperID"], **paper("after")}),
        Wish(
            "line", ADD_LINE, {"paper_id": xero.put("lined", Lines=["a"])["PaperID"], "line": "b"}
        ),
        Wish("twin-1", CREATE, paper("twin"), twin=True),
        Wish("twin-2", CREATE, paper("twin"), twin=True),
        Wish("twin-two", TWO, paper("twin"), twin=True),
        Wish("twin-many", CREATE_MANY, papers("twin", "t2", "twin", "twin"), twin=True),
        # What says less fits the record of what says more, but not the other way round.
        Wish("vague-1", CREATE, vague(), twin=True),
        Wish("vague-2", CREATE, vague(), twin=True),
        Wish("named", CREATE, vague(Reference="named"), twin=True),
        Wish("numbered", CREATE, vague(Number="7"), twin=True),
    ]
    if chance.random() < 0.5:
        wishes = [wish for wish in wishes if wish.twin]
    for wish in chance.sample(wishes, chance.randint(2, min(6, len(wishes)))):
        world.wish(wish, copies=1 if wish.corrected else copies)
    world.clock.run()
    return world


def check(world: World) -> None:
    """Hold what was answered against the books."""
    xero = world.office.xero
    answered: Counter[str] = Counter()
    for wish in world.wishes:
        claims = {tuple(sorted(made(wish, answer))) for answer in wish.answers}
        assert len(claims) <= 1, f"{wish.key}: two answers"
        answered.update(one for ids in claims for one in ids)
        assert wish.ending != "given up", f"{wish.key}: never answered"
        assert wish.ending != "unknown" or wish.operation is BLIND, f"{wish.key}: unknown"
        assert (wish.ending == "refused") == (wish.key == "refused"), f"{wish.key}: {wish.ending}"
    assert all(count == 1 for count in answered.values()), "one record for two requests"
    assert answered.keys() <= xero.records.keys()
    unknown = {wish.key for wish in world.wishes if wish.ending == "unknown"}
    more = Counter(xero.makers[one] for one in xero.makers.keys() - answered.keys())
    assert more.keys() <= unknown, f"made and not answered: {more}"
    assert all(count == 1 for count in more.values())
    by_id = {wish.asked.get("paper_id"): wish for wish in world.wishes}
    for record in xero.records.values():
        wished = by_id.get(record["PaperID"])
        if wished and wished.operation is CHANGE:
            assert record["Reference"] == "after"
        if wished and wished.operation is ADD_LINE:
            assert record["Lines"] == ["a", "b"]


@pytest.mark.promise("killed-anywhere")
@pytest.mark.promise("unknown-settled")
@pytest.mark.parametrize("part", range(5))
def test_each_request_is_carried_out_once_whatever_fails_and_whoever_asks(part: int) -> None:
    for seed in range(FIRST_SEED + part, FIRST_SEED + SEEDS, 5):
        try:
            check(a_world(seed))
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
