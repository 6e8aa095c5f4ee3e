"""journeys: what people do from the moment they come; minutes are minutes of life, however fast they pass here."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random
from typing import Any, Final

from loadtest.rehearsal.application import Application
from loadtest.rehearsal.mistakes import MISTAKES, spoilt, unfinished
from loadtest.rehearsal.people import ROOM, SECTIONS, Contents, person
from loadtest.rehearsal.plan import Arrival
from loadtest.rehearsal.visitor import Gone, Request, Visitor
from loadtest.rehearsal.world import World

MINUTE: Final = 60.0
#: How long a section takes on a phone: a quarter of an hour for the whole form [assumption].
FILLS: Final[Mapping[str, float]] = {
    "applicant": 2.0 * MINUTE,
    "children": 2.5 * MINUTE,
    "work": 2.5 * MINUTE,
    "income": 1.0 * MINUTE,
    "payment": 1.5 * MINUTE,
    "declarations": 1.5 * MINUTE,
}
AT_A_DESK: Final = 0.4  # of those, for somebody who does this all day [assumption]
HOURS_AWAY: Final = (2 * 60 * MINUTE, 9 * 60 * MINUTE)
CURES: Final = 0.7  # of people put right what they are told is wrong [assumption]
TABS: Final = 4
_PATRONATO_FILINGS: Final = (4, 12)


def journey(world: World, arrival: Arrival) -> None:
    """Do what this arrival came for, from beginning to end."""
    random = Random(f"{world.plan.seed}/journey/{arrival.number}")  # noqa: S311 (a load, not a secret)
    hurried = random.random() < world.plan.mix.impatient
    channel = "web" if arrival.kind == "looker" else arrival.kind
    who = Visitor(world, random, channel, hurried=hurried and channel == "web")
    who.came_at(arrival.at)
    with suppress(Gone):
        _JOURNEYS[arrival.kind](who, arrival.number)


def _mother(who: Visitor, number: int) -> None:
    """On a phone: saved while she types, section by section; some leave and come back, some never do."""
    mix = who.world.plan.mix
    typed, right = _contents(who, number)
    leaves_after = who.random.choice(SECTIONS[:-1]) if who.chance(mix.come_back) else None
    gives_up_after = who.random.choice(SECTIONS[:-1]) if who.chance(mix.give_up) else None
    application = Application(who)
    if not application.start():
        return
    for section in SECTIONS:
        _type(who, application, section, typed[section])
        if section == gives_up_after:
            return
        if section == leaves_after:
            who.think(who.random.uniform(*HOURS_AWAY))
            application.read()
        elif who.chance(mix.reloads):
            application.read()
        _cure(who, application, section, typed, right)
    if who.chance(mix.four_tabs):
        _in_four_tabs(who, application, right)
    application.read()
    who.think(0.5 * MINUTE)
    _file(who, application, right)
    _follow(who, application)


def _type(who: Visitor, application: Application, section: str, content: Mapping[str, Any]) -> None:
    """Type a section; it is saved once in the middle, and when it is done."""
    takes = FILLS[section]
    who.think(takes / 2)
    application.save(section, unfinished(section, content, who.random))
    who.think(takes / 2)
    if application.save(section, content) is None:  # somebody else has saved meanwhile: see what is there, save again
        application.read()
        application.save(section, content)


def _cure(who: Visitor, application: Application, section: str, typed: Contents, right: Contents) -> None:
    if typed[section] != right[section] and who.chance(CURES):
        who.think(MINUTE)
        application.save(section, right[section])


def _in_four_tabs(who: Visitor, application: Application, right: Contents) -> None:
    """Four tabs on one draft save what they have: all but one are stale, and none may blank another."""
    tabs = [application.another_tab(who) for _ in range(TABS - 1)]
    for tab in tabs:
        who.think(5)
        tab.save("applicant", right["applicant"] | {"phone": f"+39 333 {who.random.randrange(10**6, 10**7)}"})
    application.read()
    for tab in tabs[:1]:
        tab.file()


def _file(who: Visitor, application: Application, right: Contents) -> None:
    """File; who forgot to tick what must be declared ticks it and files again."""
    refused = application.file(twice=who.chance(0.05))
    if refused is None or application.number:
        return
    application.read()
    if application.save("declarations", right["declarations"]) is not None:
        application.file()


def _follow(who: Visitor, application: Application) -> None:
    """Look whether it is decided: at once, a little later, and once more."""
    for minutes in (0.5, 3, 20):
        if application.number is None:
            return
        who.think(minutes * MINUTE)
        if application.stands() in ("payment_ordered", "refused", "needs_applicant", "needs_officer"):
            return


def _patronato(who: Visitor, number: int) -> None:
    """Many filings in a row, each section saved once; at the end she looks where they all stand."""
    filed = []
    for place in range(who.random.randint(*_PATRONATO_FILINGS)):
        application = _at_a_desk(who, number * ROOM + place)
        if application is None:
            return
        filed.append(application)
    for application in filed:
        if application.number:
            application.stands()


def _caller(who: Visitor, number: int) -> None:
    """Somebody who telephones: an operator types for her and reads her where it stands."""
    application = _at_a_desk(who, number * ROOM)
    if application is not None:
        _follow(who, application)


def _at_a_desk(who: Visitor, number: int) -> Application | None:
    typed, right = _contents(who, number, numbered=True)
    application = Application(who)
    if not application.start():
        return None
    for section in SECTIONS:
        who.think(FILLS[section] * AT_A_DESK)
        application.save(section, typed[section])
        _cure(who, application, section, typed, right)
    _file(who, application, right)
    return application


def _look(who: Visitor, _: int) -> None:
    """Look around; two in five begin a draft, type a little, and go."""
    who.ask(Request("look", "GET", "/status", {}))
    who.think(MINUTE)
    if not who.chance(0.4):
        return
    application = Application(who)
    if application.start():
        who.think(FILLS["applicant"] / 2)
        application.save("applicant", {"first_name": "Maria"})
        application.read()


def _contents(who: Visitor, number: int, *, numbered: bool = False) -> tuple[Contents, Contents]:
    """Return what is typed at first, and what it is once it has been put right."""
    plan = who.world.plan
    right = person(plan.seed, number if numbered else number * ROOM).contents
    typed, mistake = spoilt(right, who.random, plan.mix.mistakes)
    cured = mistake is None or MISTAKES[mistake].cured
    return typed, right if cured else typed


_JOURNEYS: Final[Mapping[str, Callable[[Visitor, int], None]]] = {
    "web": _mother,
    "patronato": _patronato,
    "contact_centre": _caller,
    "looker": _look,
}
