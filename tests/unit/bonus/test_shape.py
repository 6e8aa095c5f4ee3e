"""Shape: a save is refused only for what no person can type."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonus.codes import SHAPE_PROBLEMS
from bonus.form import REQUIRED, SECTIONS, ShapeProblem, shape_problems
from tests.unit.bonus.applications import an_application
from tests.unit.bonus.strategies import sections_as_typed

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def only(code: str, pointer: str) -> list[ShapeProblem]:
    return [ShapeProblem(code, pointer)]


def test_the_form_has_seven_sections_and_six_are_required() -> None:
    """Names are the contract."""
    assert SECTIONS == ("applicant", "children", "work", "income", "payment", "declarations", "attachments")
    assert REQUIRED == SECTIONS[:-1]


@pytest.mark.parametrize("section", SECTIONS)
def test_an_empty_section_can_be_saved(section: str) -> None:
    """A draft is work in progress."""
    assert shape_problems(section, {}) == []


@pytest.mark.parametrize("section", SECTIONS)
@given(st.data())
@settings(max_examples=40)
def test_whatever_is_typed_can_be_saved(section: str, data: Any) -> None:
    """Right or wrong, blank or null."""
    assert shape_problems(section, data.draw(sections_as_typed[section])) == []


@pytest.mark.parametrize("section", SECTIONS)
@given(json)
@settings(max_examples=60)
def test_any_json_gets_a_verdict(section: str, content: Any) -> None:
    """A known code and a pointer, never an exception."""
    for problem in shape_problems(section, content):
        assert problem.code in SHAPE_PROBLEMS
        assert problem.pointer == "" or problem.pointer.startswith("/")
        assert problem.pointer.isprintable()


@pytest.mark.parametrize("content", [None, [], "", 1, True, [{}]])
def test_a_section_is_an_object(content: Any) -> None:
    """Whatever else it is, it is refused as a whole."""
    assert shape_problems("applicant", content) == only("not-an-object", "")


@pytest.mark.parametrize(
    "name",
    ["D'Angelo", "Nuñez", "Maria-Luisa", "O", "Łukasz", "فاطمة", "李", "Anna\nMaria", "  ", "x" * 500, "🙂", "é"],
)
def test_real_names_are_never_refused(name: str) -> None:
    """Nor is anything else a keyboard gives."""
    assert shape_problems("applicant", {"first_name": name, "address": f"{name[:200]}\r\n\tScala B"}) == []


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; DROP TABLE draft; --", "{{7*7}}", "=cmd()", "../../etc"]
)
def test_text_that_looks_like_a_program_is_text(text: str) -> None:
    """Stored as it is, and encoded where it is shown."""
    assert shape_problems("applicant", {"address": text}) == []


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1b", "\x7f", "\ud800"])
def test_what_no_keyboard_types_is_refused(sign: str) -> None:
    """Controls and half characters."""
    assert shape_problems("applicant", {"first_name": f"Maria{sign}"}) == only("forbidden-character", "/first_name")


def test_a_text_ends_at_five_hundred_characters() -> None:
    """In a field of any depth."""
    content = {"children": [{}, {"first_name": "x" * 501}]}

    assert shape_problems("children", content) == only("too-long", "/children/1/first_name")


@pytest.mark.parametrize("value", [1, 1.5, True, ["x"], {"x": "y"}])
def test_what_is_typed_is_text(value: Any) -> None:
    """Dates, money and choices are strings on the wire."""
    assert shape_problems("income", {"employment": value}) == only("wrong-type", "/employment")
    assert shape_problems("children", {"children": [{"link": value}]}) == only("wrong-type", "/children/0/link")


@pytest.mark.parametrize("value", ["12", 1.0, True, None, [], {}])
def test_a_month_is_a_whole_number(value: Any) -> None:
    """Nothing that merely looks like one."""
    content = {"requested_months": [1, value]}

    assert shape_problems("declarations", content) == only("wrong-type", "/requested_months/1")


def test_a_month_that_is_none_can_be_saved() -> None:
    """13, zero and twice the same: reported by the checks."""
    assert shape_problems("declarations", {"requested_months": [13, 0, -1, 5, 5]}) == []


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**400, math.inf, -math.inf, math.nan])
def test_a_number_without_an_exact_form_is_out_of_range(number: Any) -> None:
    """Beyond 2**53 JSON numbers are not the same everywhere (RFC 8785); 1e400 reads as infinity."""
    content = {"requested_months": [number]}

    assert shape_problems("declarations", content) == only("out-of-range", "/requested_months/0")


def test_an_endless_number_is_out_of_range_wherever_it_stands() -> None:
    """Where a text belongs too."""
    assert shape_problems("income", {"employment": math.inf}) == only("out-of-range", "/employment")


@pytest.mark.parametrize("value", ["true", 1, 0, "", []])
def test_yes_or_no_is_true_or_false(value: Any) -> None:
    """Or null, which says nothing."""
    assert shape_problems("declarations", {"truthful": value}) == only("wrong-type", "/truthful")
    assert shape_problems("declarations", {"truthful": None}) == []


@pytest.mark.parametrize("value", [{}, "", 1, True])
def test_a_list_is_a_list(value: Any) -> None:
    """Or null."""
    assert shape_problems("work", {"periods": value}) == only("wrong-type", "/periods")
    assert shape_problems("work", {"periods": None}) == []


@pytest.mark.parametrize("item", [None, "", 1, []])
def test_the_items_of_a_list_are_what_it_lists(item: Any) -> None:
    """A child is an object, and there is no null child."""
    assert shape_problems("children", {"children": [item]}) == only("wrong-type", "/children/0")


def test_an_unknown_field_is_refused_where_it_stands() -> None:
    """At any depth; nothing is dropped in silence."""
    content = {"periods": [{"suspensions": [{"kind": "", "reason": None}]}], "note": ""}

    assert shape_problems("work", content) == [
        ShapeProblem("unknown-field", "/periods/0/suspensions/0/reason"),
        ShapeProblem("unknown-field", "/note"),
    ]


@pytest.mark.parametrize("name", ["", "a/b", "x" * 65, "\ud800", "Via Garibaldi 1", "ß"])
def test_an_odd_field_name_is_not_repeated(name: str) -> None:
    """It might be anything she typed: the pointer stops at its object."""
    assert shape_problems("applicant", {name: "x"}) == only("unknown-field", "")


@pytest.mark.parametrize(("section", "field", "most"), [("children", "children", 50), ("work", "periods", 100)])
def test_lists_have_an_end(section: str, field: str, most: int) -> None:
    """Far beyond any real life."""
    assert shape_problems(section, {field: [{}] * most}) == []
    assert shape_problems(section, {field: [{}] * (most + 1)}) == only("too-many-items", f"/{field}")


def test_several_problems_are_told_at_once() -> None:
    """She, or her program, sees them all."""
    found = shape_problems("payment", {"method": 1, "iban": "\x00", "bank": ""})

    assert {problem.code for problem in found} == {"wrong-type", "forbidden-character", "unknown-field"}


def test_a_complete_application_has_the_right_shape() -> None:
    """Section by section."""
    assert [problem for name, content in an_application().items() for problem in shape_problems(name, content)] == []
