"""load: people who go on filing, one after the other, whatever becomes of it."""

import json
import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from loadtest.applicant import Applicant, Refused
from loadtest.mother import another

CASES = Path(__file__).parents[1] / "cases.json"
SECTIONS = ("applicant", "children", "work", "income", "payment", "declarations")
PAUSE = 0.5  # seconds between two people
LEAVES = 20.0


def a_case() -> dict[str, Any]:
    """Return an application that is granted, of somebody who has not filed yet."""
    case: dict[str, Any] = json.loads(CASES.read_text())[0]
    known = case["applicant"]["tax_code"]
    return {**case, "applicant": {**case["applicant"], "tax_code": another(known, random.choice)}}


def file_one(client: httpx.Client, case: Mapping[str, Any]) -> tuple[Applicant, str]:
    """File it; return who did, and its number. Errors: Refused, httpx's."""
    applicant = Applicant.opens(client)
    for section in SECTIONS:
        applicant.save(section, case[section])
    return applicant, applicant.file().number


@contextmanager
def people(http: str) -> Iterator[None]:
    """Let people file, one after the other, while the block runs."""
    over = threading.Event()

    def come() -> None:
        with httpx.Client(base_url=http, timeout=15, trust_env=False) as client:
            while not over.wait(PAUSE):
                with suppress(Refused, httpx.HTTPError, KeyError):  # on the emergency register there is no number yet
                    file_one(client, a_case())

    thread = threading.Thread(target=come, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(LEAVES)
