"""Which rule a question to the stand-ins falls under."""

import pytest

from loadtest.standins.rules import Rule, Rules, Scope, person_of

MOTHER, CHILD = "RSSMRA85T50H501Z", "RSSLCU15A01H501X"
ASKED = {"tax_code": MOTHER, "child": {"tax_code": CHILD}}


@pytest.fixture
def rules():
    return Rules()


def mode_of(rules, registry="anpr", fact="child:1", question=ASKED):
    return rules.match(registry, fact, question).mode


def test_without_a_rule_the_fact_holds(rules):
    """By default the outside world agrees."""
    assert mode_of(rules) == "ok"


def test_the_person_wins_then_the_fact_then_the_registry(rules):
    """Each rule is set before a less particular one, and wins all the same."""
    rules.put(Scope("anpr", None, person_of(MOTHER)), Rule("ko"))
    assert mode_of(rules) == "ko"

    rules.clear()
    for scope, mode in [
        (Scope("anpr", "child:1"), "hang"),
        (Scope("anpr", "child"), "html"),
        (Scope("anpr"), "503"),
        (Scope("*"), "429"),
    ]:
        rules.put(scope, Rule(mode))

    assert mode_of(rules) == "hang"
    assert mode_of(rules, fact="child:2") == "html"
    assert mode_of(rules, fact="identity") == "503"
    assert mode_of(rules, registry="labour") == "429"


def test_a_rule_about_a_child_is_found_by_the_childs_code(rules):
    """Letter case and blanks do not matter; another person's questions are not touched."""
    rules.put(Scope("*", None, person_of(f" {CHILD.lower()} ")), Rule("ko"))

    assert mode_of(rules) == "ko"
    assert mode_of(rules, question={"tax_code": MOTHER}) == "ok"


def test_a_rule_holds_as_often_as_it_was_told(rules):
    """Twice, and then the fact holds again."""
    rules.put(Scope("anpr"), Rule("503", times=2))

    assert [mode_of(rules) for _ in range(4)] == ["503", "503", "ok", "ok"]


def test_a_later_rule_takes_the_place_of_an_earlier_one(rules):
    """Of the same scope."""
    rules.put(Scope("anpr"), Rule("503"))
    rules.put(Scope("anpr"), Rule("slow"))

    assert mode_of(rules) == "slow"


def test_the_voucher_desk_is_no_registry(rules):
    """A rule about every registry leaves it alone."""
    rules.put(Scope("*"), Rule("503"))
    assert mode_of(rules, "pdnd", "token", {}) == "ok"

    rules.put(Scope("pdnd"), Rule("hang"))
    assert mode_of(rules, "pdnd", "token", {}) == "hang"
