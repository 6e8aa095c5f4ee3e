"""try_it: files an application as a client would and tells what becomes of it (`make try`, `make try CASE=12`)."""

import json
import random
import sys
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from loadtest.applicant import Applicant, Refused, Saved
from loadtest.mother import another
from loadtest.outcome import differences, is_at_rest, told
from loadtest.receipt import NotAuthentic
from loadtest.running import NOT_RUNNING, CannotTry, Running, Scene, find

CASES = Path(__file__).parent / "cases.json"
SECTIONS = ("applicant", "children", "work", "income", "payment", "declarations", "attachments")
BY_DEFAULT = 1  # the case that is filed where none is named
PATIENCE_SECONDS = 90.0  # for an outcome
LOOK_SECONDS = 0.25
ROME = ZoneInfo("Europe/Rome")

Case = Mapping[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try it; return the exit code: 0 as expected, 1 not, 2 there is no such case."""
    parser = ArgumentParser(prog="make try", description=__doc__)
    cases = {case["number"]: case for case in json.loads(CASES.read_text())}
    parser.add_argument("case", nargs="?", type=int, help="number of a golden case; without it one that is granted")
    asked = parser.parse_args(arguments).case
    if asked is not None and asked not in cases:
        parser.error(f"there is no case {asked}; there are {', '.join(map(str, cases))}")
    try:
        return _try(find(), cases[asked or BY_DEFAULT], golden=asked is not None)
    except (CannotTry, Refused, NotAuthentic) as error:
        sys.stderr.write(f"{error}\n")
    except httpx.ConnectError:
        sys.stderr.write(f"{NOT_RUNNING}\n")
    except httpx.HTTPError as error:
        sys.stderr.write(f"the counter did not answer: {type(error).__name__}\n")
    return 1


def _try(running: Running, case: Case, *, golden: bool) -> int:
    with httpx.Client(base_url=running.http, timeout=30, trust_env=False) as client:
        client.get("/livez")
        say("counter", running.http)
        case = with_another_mother(case)
        if not golden:
            return _file(case, client, scene=None)
        say("case", f"{case['number']}: {case['title']}")
        with Scene(running, client) as scene:
            for order in case["standins"]:
                scene.registry_says(order)
                say("scene", f"{order['registry']} answers {order['mode']} about {order.get('fact') or 'everything'}")
            earlier = _file({**case, **case["first"]}, client, scene) if "first" in case else 0
            return earlier or _file(case, client, scene)


def with_another_mother(case: Case) -> Case:
    """Return the case of somebody born on the same day, who has not filed yet; the stand-ins speak of her too."""
    known = case["applicant"]["tax_code"]
    fresh = another(known, random.choice)
    standins = [{**order, "tax_code": fresh} if order.get("tax_code") == known else order for order in case["standins"]]
    return {**case, "applicant": {**case["applicant"], "tax_code": fresh}, "standins": standins}


def _file(case: Case, client: httpx.Client, scene: Scene | None) -> int:
    """File one application and follow it; with a scene on the day of the case, and held against what it expects."""
    if scene is not None:
        _set_day(case, scene)
    applicant = Applicant.opens(client)
    say("draft", f"{applicant.draft_id}, can be saved to until {applicant.expires_at[:10]}")
    for section in SECTIONS:
        if section in case:
            _tell_save(applicant.save(section, case[section]))
    if scene is not None:
        _set_day(case, scene)  # the instant matters when it is filed, and saving takes a moment
    filed = applicant.file()
    say("filed", f"number {filed.number}, arrived {rome(filed.arrived_at)}, filed {rome(filed.filed_at)}")
    say("receipt", filed.receipt)
    stated = applicant.check(filed.receipt)
    say("receipt", f"authentic, about {len(stated['sections'])} sections as they were typed{_trial(stated)}")
    stands = _follow(applicant, filed.number)
    for line in told(stands):
        say("outcome", line)
    return _compare(case, stands) if scene is not None else 0


def _set_day(case: Case, scene: Scene) -> None:
    scene.it_is(datetime.fromisoformat(case["civil_now"]))


def _tell_save(saved: Saved) -> None:
    problems = [f"{each['severity']} {each['code']} at {each['pointer'] or '/'}" for each in saved.problems]
    said = "; ".join(problems) or "no problems"
    say("saved", f"{saved.section:<12}  revision {saved.revision}, {rome(saved.saved_at)}, {said}")


def _trial(stated: Mapping[str, Any]) -> str:
    return ", marked as a trial (the civil clock is shifted)" if stated.get("trial") else ""


def _follow(applicant: Applicant, number: str) -> dict[str, Any]:
    """Tell each step as it comes, until nothing more happens by itself. Errors: CannotTry."""
    give_up_at, seen = time.monotonic() + PATIENCE_SECONDS, 0
    while True:
        stands = applicant.stands(number)
        for step in stands["timeline"][seen:]:
            reasons = ", ".join(_reason(each) for each in step["reasons"])
            say("timeline", f"{rome(step['at'])}  {step['label']}{f' ({reasons})' if reasons else ''}")
        seen = len(stands["timeline"])
        if is_at_rest(stands):
            return stands
        if time.monotonic() > give_up_at:
            raise CannotTry(
                f"after {PATIENCE_SECONDS:.0f} s it still is {stands['state']}; it is not forgotten: {number}"
            )
        time.sleep(LOOK_SECONDS)


def _reason(reason: Any) -> str:
    if not isinstance(reason, dict):
        return str(reason)
    return " ".join(str(reason[name]) for name in ("code", "about") if reason.get(name))


def _compare(case: Case, stands: Mapping[str, Any]) -> int:
    wrong = differences(case["expected"], stands)
    for line in wrong:
        say("DIFFERS", line)
    if not wrong:
        say("expected", f"exactly this: {case['expected']['state']}")
    return 1 if wrong else 0


def rome(instant: str) -> str:
    """Return an instant (RFC 3339) as clocks in Rome show it."""
    return f"{datetime.fromisoformat(instant).astimezone(ROME):%Y-%m-%d %H:%M:%S}"


def say(about: str, what: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{about:<9} {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
