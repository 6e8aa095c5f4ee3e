"""The OpenAPI document and the application are one: what is routed is told, what is told is routed."""

import json
import string

import pytest
from fastapi.routing import APIRoute
from hypothesis import given, settings
from hypothesis import strategies as st

from bonus.codes import SHAPE_PROBLEMS
from bonus.form import SECTIONS, shape_problems
from bonus.programme import PRIVACY_NOTICES
from bonus.vocabulary import Category, Legalisation, Link, Method, Suspension
from ingest import contract, texts
from ingest.http import wire
from ingest.openapi import examples, fields, proof_answers, refusals
from ingest.openapi.sections import component
from ingest.web.routes import ROUTES as PAGES
from tests.contracts.openapi import Contract, application, document, nodes, operations, resolved

DOCUMENT = document()
CONTRACT = Contract(DOCUMENT)


def test_every_route_is_told_and_everything_told_is_routed():
    """Methods and paths, one for one; HEAD goes with every GET without saying."""
    pages = {page.path for page in PAGES}
    routes = [route for route in application()._routes.routes if route.path not in pages]

    routed = {(method, route.path) for route in routes for method in route.methods if method != "HEAD"}

    assert all(type(route) is APIRoute for route in routes)
    assert {(method.upper(), path) for method, path, _ in operations(DOCUMENT)} == routed


def test_every_reference_leads_somewhere_and_every_component_is_used():
    """No loose ends; security schemes are used by name."""
    used = {node["$ref"] for _, node in nodes(DOCUMENT) if "$ref" in node}
    there = {
        f"#/components/{kind}/{name}"
        for kind, held in DOCUMENT["components"].items()
        if kind != "securitySchemes"
        for name in held
    }

    assert there == used


def test_every_parameter_of_a_path_is_told():
    """The names in braces, and no other."""
    for _, path, told in operations(DOCUMENT):
        parameters = [resolved(DOCUMENT, one) for one in told.get("parameters", [])]
        names = {field for _, field, _, _ in string.Formatter().parse(path) if field}

        assert names == {one["name"] for one in parameters if one["in"] == "path"}


def test_every_example_fits_its_schema():
    """Requests, problems and parameters; what is shown would be taken."""
    shown = 0
    for _, node in nodes(DOCUMENT["paths"]):
        if "schema" in node:
            values = [resolved(DOCUMENT, one)["value"] for one in node.get("examples", {}).values()]
            for value in [*values, *([node["example"]] if "example" in node else [])]:
                assert [] == [error.message for error in CONTRACT.errors(node["schema"], value)]
                shown += 1

    assert shown > 100


def test_examples_of_sections_are_wholly_valid():
    """An example that no check objects to: it is copied first and changed later."""
    assert {name: [] for name in SECTIONS} == {name: shape_problems(name, examples.SECTIONS[name]) for name in SECTIONS}


def test_every_field_of_the_form_is_told_and_nothing_else():
    """A field that is added to the form is described, one that goes is forgotten."""
    told = set()

    def walk(schema, place):
        for name, held in schema.get("properties", {}).items():
            told.add(f"{place}.{name}")
            walk(held, f"{place}.{name}")
        if schema.get("type") == "array":
            told.add(f"{place}[]")
            walk(schema["items"], f"{place}[]")

    for section in SECTIONS:
        walk(DOCUMENT["components"]["schemas"][component(section)], section)

    assert told == set(fields.FIELDS)
    assert set(SECTIONS) == set(fields.SECTIONS)


def test_every_word_the_form_chooses_from_is_listed():
    """A caller reads the choices off the document, and another word is saved all the same."""
    listed = {
        "ChildrenSection.children[].link": Link,
        "WorkSection.periods[].category": Category,
        "WorkSection.periods[].suspensions[].kind": Suspension,
        "PaymentSection.method": Method,
        "AttachmentsSection.documents[].legalisation": Legalisation,
        "DeclarationsSection.privacy_notice": PRIVACY_NOTICES,
    }

    for place, words in listed.items():
        node = DOCUMENT["components"]["schemas"]
        for part in place.replace("[]", ".[]").split("."):
            node = node["items"] if part == "[]" else node.get("properties", node)[part]

        assert set(words) == set(node["anyOf"][0]["enum"]), place
        assert [] == list(CONTRACT.errors(node, "something else"))
        assert [] == list(CONTRACT.errors(node, None))


def test_a_text_that_is_one_of_a_few_words_says_which():
    """Codes of every kind, and what a draft is for; texts that nothing bounds but their length are few and known."""
    schemas = DOCUMENT["components"]["schemas"]
    for name, member in (
        ("TypedProblem", "code"),
        ("TypedProblem", "severity"),
        ("Reason", "code"),
        ("DraftRequest", "programme"),
        ("DraftRequest", "channel"),
        ("Attempt", "code"),
        ("Attempt", "operation"),
        ("Problem", "code"),
    ):
        assert resolved(DOCUMENT, schemas[name]["properties"][member])["enum"], (name, member)
    claims = schemas["ReceiptChecked"]["properties"]["receipt"]["properties"]
    assert all(
        resolved(DOCUMENT, claims[name])["enum"] for name in ("kind", "operation", "code", "late_reason", "window")
    )
    assert set(proof_answers.LATE_REASONS) == set(texts.load().words["late_reason"])
    assert set(schemas["Problem"]["properties"]["errors"]["items"]["properties"]["code"]["enum"]) >= SHAPE_PROBLEMS


@pytest.mark.parametrize(
    ("public_url", "server"),
    [
        (None, {"url": "/", "x-sandbox": True}),
        ("https://bonus.example", {"url": "https://bonus.example"}),
        ("http://127.0.0.1:9000", {"url": "http://127.0.0.1:9000", "x-sandbox": True}),
    ],
)
def test_the_document_names_the_server_it_is_of(public_url, server):
    """The one the settings name; else wherever it was read from, whatever the port."""
    named = contract.document((), texts.load(), public_url)["servers"]

    assert [server] == [{name: value for name, value in one.items() if name != "description"} for one in named]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: not value.is_integer())
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
    | st.sampled_from(["a" * 500, "a" * 501, "\x00", "\x7f", "\t\r\n", ""]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["link", "kind", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value, place=()):
    """Every place in a value, itself first."""
    yield place
    for name, held in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(held, (*place, name))


def with_another(value, place, new):
    """A copy that holds something else at one place."""
    if not place:
        return new
    changed = value.copy()
    changed[place[0]] = with_another(value[place[0]], place[1:], new)
    return changed


@settings(max_examples=300)
@given(data=st.data(), section=st.sampled_from(SECTIONS), new=ANYTHING)
def test_a_schema_takes_exactly_what_a_save_takes(data, section, new):
    """The form is the one source: the document says of any content what the counter says."""
    whole = examples.SECTIONS[section]
    content = with_another(whole, data.draw(st.sampled_from(list(places(whole)))), new)

    fits = not list(CONTRACT.errors({"$ref": f"#/components/schemas/{component(section)}"}, content))

    assert fits == (shape_problems(section, content) == [])


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        ("DraftRequest", wire.StartDraft),
        ("FilingRequest", wire.Submit),
        ("IntegrationRequest", wire.Integrate),
        ("ReceiptShown", wire.VerifyReceipt),
    ],
)
@settings(max_examples=150)
@given(data=st.data())
def test_a_request_that_fits_its_schema_is_read(schema, shape, data):
    """What the document allows is never refused for its shape."""
    revision = st.integers(0, 2**31 - 1)
    given_sections = st.dictionaries(
        st.sampled_from(SECTIONS), revision | st.fixed_dictionaries({"base_revision": revision, "content": st.just({})})
    )
    members = {
        "programme": st.text(st.characters(exclude_categories=("Cs",)), max_size=70),
        "channel": st.sampled_from(["web", "contact_centre", "patronato", "posta"]),
        "client_reference": ANYTHING,
        "sections": given_sections | ANYTHING,
        "receipt": ANYTHING,
    }
    asked = data.draw(st.fixed_dictionaries({}, optional=members))

    if not list(CONTRACT.errors({"$ref": f"#/components/schemas/{schema}"}, asked)):
        wire.read(shape, asked)


def test_every_problem_of_the_catalogue_is_told_somewhere_or_is_no_operations():
    """405 belongs to no operation, two to the pages' forms; the rest of the catalogue is shown where it can happen."""
    told = set(DOCUMENT["components"]["examples"])
    elsewhere = {"method-not-allowed", "foreign-form", "too-many-tries"}

    assert set(texts.load().problems) - elsewhere == told


def test_problems_are_shown_as_they_are_sent():
    """Each example is written by what writes the answers: its code, its status, no member missing."""
    for code, example in DOCUMENT["components"]["examples"].items():
        assert code == example["value"]["code"]
        assert example["value"]["status"] == texts.load().problems[code].status


def test_a_status_shows_only_its_own_problems():
    """An example stands under the status it is sent with."""
    for _, path, told in operations(DOCUMENT):
        for status, response in told["responses"].items():
            for code in response["content"].get("application/problem+json", {}).get("examples", {}):
                assert status == str(texts.load().problems[code].status), (path, code)


def test_what_needs_a_token_says_so():
    """Whoever is not named open is told 401 and 404."""
    for _, path, told in operations(DOCUMENT):
        needs = {"401", "404", "429"} <= told["responses"].keys()

        assert needs == (told.get("security") is None), path


def test_the_document_is_plain_json():
    """It is served as bytes made once, and says nothing of this machine."""
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
    assert "/work" not in json.dumps(DOCUMENT)
    assert set(refusals.ANYWHERE) <= set(DOCUMENT["components"]["examples"])
