"""A question's name."""

import hashlib
import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonus.digest import question_digest
from workers.registries.question import wire_body


@dataclass(frozen=True)
class Asked:
    """A question as bonus/questions.py makes them."""

    fact: str = "child:0"
    registry: str = "anpr"
    body: dict = field(default_factory=dict)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(st.text(max_size=8), values, max_size=5)


@given(bodies)
def test_the_order_of_fields_does_not_matter(body):
    """Equal questions have one digest, so no retry asks twice."""
    turned = dict(reversed(body.items()))

    assert question_digest(Asked(body=body)) == question_digest(Asked(body=turned))


@given(bodies, bodies)
def test_other_questions_have_other_digests(one, other):
    """The digest tells them apart by everything that is sent."""
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

    assert (question_digest(Asked(body=one)) == question_digest(Asked(body=other))) == same


def test_fact_and_registry_are_part_of_the_name():
    """The same body asked of another registry, or for another fact, is another question."""
    digests = {question_digest(Asked(fact, registry)) for fact in ("a", "b") for registry in ("anpr", "bank")}

    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {32}


def test_the_digest_is_of_the_canonical_json():
    """Stated here so that another program can compute it: keys in order, no blanks, UTF-8."""
    question = Asked("identity", "anpr", {"first_name": "Zoë", "birth_date": "1985-12-10"})
    canonical = '{"body":{"birth_date":"1985-12-10","first_name":"Zoë"},"fact":"identity","registry":"anpr"}'

    assert question_digest(question) == hashlib.sha256(canonical.encode()).digest()


def test_what_is_sent_is_the_fact_and_the_question():
    """And not the registry, which is in the address."""
    assert wire_body(Asked("account", "bank", {"iban": "X"})) == b'{"fact":"account","question":{"iban":"X"}}'


def test_a_question_holds_json_values_only():
    """Anything else is a fault of ours, and says so without repeating it."""
    with pytest.raises(TypeError, match="not bytes"):
        question_digest(Asked(body={"tax_code": b"RSSMRA85T50H501Z"}))
