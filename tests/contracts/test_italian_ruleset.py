"""The document follows the Italian guidelines for interoperable services; every rule has been seen red."""

import pytest

from tests.contracts.italian_rules import RULES, Rule
from tests.contracts.openapi import document, planted

DOCUMENT = document()
NAMES = [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_the_document_keeps_the_rule(rule: Rule):
    """Nothing is found."""
    assert [] == list(rule.look(DOCUMENT))


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_the_rule_sees_a_fault(rule: Rule):
    """Something is found in a document with a fault planted."""
    wrong = planted(DOCUMENT)
    rule.plant(wrong)

    assert [] != list(rule.look(wrong))
