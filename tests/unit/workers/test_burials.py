"""The reasons for which something waits for a person: each is in the runbook, with what to do."""

import re
from pathlib import Path

from bonus.codes import FLAGS
from core.domain.work import FOR_A_PERSON
from workers.burials import BURIALS

RUNBOOK = (Path(__file__).parents[3] / "docs" / "runbook.md").read_text("utf-8")


def test_the_runbook_says_what_to_do_about_each_reason():
    """One line of its table for each, and none for a reason there is not."""
    _, table = RUNBOOK.split("## What officers do\n")
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    told = {reason for row in rows for reason in re.findall(r"`([^`]+)`", row)}

    by_flag = {"flag", *(f"flag:{name}" for name in FLAGS)}
    assert by_flag <= BURIALS
    assert (BURIALS - by_flag) | FOR_A_PERSON == told - {"flag:NAME", "flag:NAME+NAME"}
