"""The report: one page with everything in it, and the verdict it was given."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from loadtest.conservation import CHECKS, Seen
from loadtest.evidence import Evidence
from loadtest.ledger import ACKED, Heard, History, Intent
from loadtest.recorded import read
from loadtest.report import write
from loadtest.stored import Stored
from loadtest.verdict import Result, as_json, reach
from tests.unit.loadtest.rehearsed import written

FAULT = {"at_s": 20, "what": "kill", "target": "worker-1", "done_at_s": 22}
VOID = {"meta", "br", "link", "path", "use", "rect", "image"}


PROMISED = 600  # by the answers of a rehearsal that never was


def evidence(promised=PROMISED):
    """All that is needed, of a draft that was begun and is there, and acknowledged as often as it was asked for."""
    heard = Heard(1.0, ACKED, {"draft_id": "d"})
    history = History(intents={1: Intent(1, 0.0, "draft", {"key": "k"}, [heard] * promised)})
    return Evidence(seen=Seen(history, replace(Stored.nothing(), drafts={"d": {"sealed": False, "gone": False}}), {}))


def judged(place):
    """Write down the verdict on a folder that never was, and return it."""
    verdict = reach(read(place), evidence())
    (place / "verdict.json").write_text(json.dumps(as_json(verdict)))
    return verdict


def test_a_rehearsal_in_which_all_went_well_passes(tmp_path):
    """Exit code 0, for this alone."""
    verdict = judged(written(tmp_path))

    assert (Result.PASS, 0, []) == (verdict.result, verdict.exit_code, verdict.doubts)
    assert verdict.line.startswith("PASS: 600 promises given, every one kept")


def test_a_folder_without_its_files_is_no_evidence(tmp_path):
    """What cannot be read is named."""
    place = written(tmp_path)
    (place / "answers.csv.gz").unlink()

    verdict = judged(place)

    assert Result.INCONCLUSIVE == verdict.result
    assert any("answers.csv.gz" in doubt for doubt in verdict.doubts)


def test_a_log_from_which_promises_are_missing_is_no_evidence(tmp_path):
    """What the clients were answered and what they wrote down must tell of as many."""
    verdict = reach(read(written(tmp_path)), evidence(PROMISED - 1))

    assert Result.INCONCLUSIVE == verdict.result
    assert ["the clients' log holds 599 promises, and 600 were answered"] == verdict.doubts


class Links(HTMLParser):
    """What a page would load, or run, and the tags that are left open."""

    def __init__(self):
        super().__init__()
        self.loaded, self.open = [], []

    def handle_starttag(self, tag, attributes):
        self.loaded += [
            value for name, value in attributes if name in ("src", "href", "xlink:href") and value[0] != "#"
        ]
        self.loaded += [tag] if tag in ("script", "iframe", "link") else []
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert tag == self.open.pop()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The report of a short rehearsal with a fault."""
    place = tmp_path_factory.mktemp("rehearsals") / "one"
    judged(written(place, faults=[FAULT]))
    return write(place)


def test_the_page_opens_offline(page):
    """It loads nothing, runs nothing, is well formed and small enough to send."""
    text, links = page.read_text(), Links()
    links.feed(text)

    assert ([], []) == (links.loaded, links.open)
    assert "@import" not in text
    assert "url(http" not in text
    assert page.stat().st_size < 1_000_000


def test_the_page_says_what_people_ask(page):
    """The verdict, every set by name, what broke first, machine, seed and the command."""
    text = page.read_text()

    assert all(f"<code>{name}</code>" in text for name in (*CHECKS, "chain"))
    for word in (
        "PASS: 600 promises",
        "What broke first",
        "Margin",
        "make rehearse PROFILE=steady SEED=7",
        "not built",
    ):
        assert word in text
    assert "worker-1" in text


def test_every_plot_has_a_name_and_its_text_is_text(page):
    """For whoever cannot see it, and for whoever searches in it."""
    plots = re.findall(r'<svg role="img" aria-label="[^"]+"', page.read_text())

    assert 6 == len(plots) == page.read_text().count("<svg")
    assert "seconds since the load began" in page.read_text()


def test_programs_get_the_same(page):
    """Verdict, run and every curve."""
    report = json.loads((page.parent / "report.json").read_text())

    assert {"verdict", "run", "curves"} == report.keys()
    assert "pass" == report["verdict"]["result"]
    assert {"asked", "promised", "refused", "unanswered"} == report["curves"]["load"].keys()
