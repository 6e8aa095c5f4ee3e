"""What Italian public services ask of an OpenAPI document, in our own words: the ModI guidelines of AgID and what the
public checker looks at. Each rule takes a document and returns what it finds, and comes with a fault it must see."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.contracts.openapi import METHODS, nodes, operations, resolved

Document = dict[str, Any]
Findings = Iterator[str]

PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*(-[A-Z][A-Za-z0-9]*)*").fullmatch
CAMEL = re.compile(r"([A-Z][a-z0-9]*)+").fullmatch
KEBAB = re.compile(r"(/[a-z0-9.-]+|/\{\w+\})+").fullmatch
VERB = re.compile(r"/(get|post|put|delete|patch|create|remove|list)(?![a-z])")
CREDENTIAL = re.compile(r"password|secret|apikey", re.IGNORECASE)
CACHING = re.compile(r"max-age|private|no-store|no-cache|no-transform")
RATE = ("Limit", "Remaining", "Reset")


@dataclass(frozen=True)
class Rule:
    """One rule: its name, what looks, and a fault to be seen."""

    name: str
    look: Callable[[Document], Findings]
    plant: Callable[[Document], object]


RULES: list[Rule] = []


def rule(plant: Callable[[Document], object]):
    """Enter a rule with its fault; its name is its function's."""

    def enter(look: Callable[[Document], Findings]) -> Callable[[Document], Findings]:
        RULES.append(Rule(look.__name__, look, plant))
        return look

    return enter


def responses(d: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every answer of every operation: where, status, what is told."""
    for method, path, told in operations(d):
        for status, response in told["responses"].items():
            yield f"{method} {path} {status}", status, resolved(d, response)


def schemas(d: Document, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of a type, wherever it stands."""
    for place, node in nodes(d):
        if node.get("type") == kind and "example" not in place and "value" not in place:
            yield "/".join(place), node


def parameters(d: Document) -> Iterator[dict[str, Any]]:
    """Every parameter."""
    for _, node in nodes(d):
        if "in" in node and "name" in node and "schema" in node:
            yield node


def answer(d: Document, status: str = "200", path: str = "/livez") -> dict[str, Any]:
    """An answer of the document, to plant a fault in."""
    return d["paths"][path]["get"]["responses"][status]


# --- who offers it ---------------------------------------------------------------------------------------------------


@rule(lambda d: d.update(openapi="2.0"))
def the_document_is_openapi_3(d: Document) -> Findings:
    if not d.get("openapi", "").startswith("3."):
        yield "openapi"


@rule(lambda d: d["info"].pop("x-summary"))
def it_says_in_one_line_what_it_is(d: Document) -> Findings:
    if not d["info"].get("x-summary") or "\n" in d["info"]["x-summary"]:
        yield "info/x-summary"


@rule(lambda d: d["info"].pop("termsOfService"))
def it_names_its_terms_of_service(d: Document) -> Findings:
    if not d["info"].get("termsOfService", "").startswith("https://"):
        yield "info/termsOfService"


@rule(lambda d: d["info"].pop("contact"))
def it_names_whom_to_ask(d: Document) -> Findings:
    if not {"url", "email"} & d["info"].get("contact", {}).keys():
        yield "info/contact"


@rule(lambda d: d["info"].pop("x-api-id"))
def it_has_an_identifier_of_its_own(d: Document) -> Findings:
    if not d["info"].get("x-api-id"):
        yield "info/x-api-id"


@rule(lambda d: d["info"].update(version="v1"))
def its_version_is_semantic(d: Document) -> Findings:
    if not re.fullmatch(r"\d+\.\d+\.\d+", d["info"]["version"]):
        yield d["info"]["version"]


@rule(lambda d: d["servers"][0].pop("description"))
def every_server_is_described(d: Document) -> Findings:
    yield from (server["url"] for server in d["servers"] if not server.get("description"))


@rule(lambda d: d["servers"][0].update({"url": "http://approdo.example", "x-sandbox": False}))
def every_server_but_a_sandbox_speaks_https(d: Document) -> Findings:
    yield from (s["url"] for s in d["servers"] if not s.get("x-sandbox") and not s["url"].startswith("https://"))


# --- what it is called -----------------------------------------------------------------------------------------------


@rule(lambda d: d["paths"].update({"/v1/receiptKeys": {}}))
def paths_are_in_kebab_case(d: Document) -> Findings:
    yield from (path for path in d["paths"] if not KEBAB(path))


@rule(lambda d: d["paths"].update({"/v1/create/drafts": {}}))
def paths_name_things_and_not_actions(d: Document) -> Findings:
    yield from (path for path in d["paths"] if VERB.search(path))


@rule(lambda d: d["paths"].update({"/drafts": {"get": d["paths"]["/v1/drafts"]["post"]}}))
def the_version_stands_in_the_path(d: Document) -> Findings:
    of_the_service = {"/livez", "/readyz", "/status", "/openapi.json"}
    yield from (path for path in d["paths"] if path not in of_the_service and not re.match(r"/v\d+/", path))


@rule(lambda d: d["paths"]["/livez"]["get"].update(operationId="get_health"))
def names_of_operations_hold_no_method(d: Document) -> Findings:
    yield from (told["operationId"] for *_, told in operations(d) if told["operationId"].lower().startswith(METHODS))


@rule(lambda d: d["components"]["schemas"].update(draft_id={"type": "string"}))
def names_of_schemas_are_in_camel_case(d: Document) -> Findings:
    yield from (name for name in d["components"]["schemas"] if not CAMEL(name))


@rule(lambda d: answer(d)["headers"].update({"cache_control": {}}))
def names_of_headers_are_in_pascal_case(d: Document) -> Findings:
    yield from (name for *_, response in responses(d) for name in response["headers"] if not PASCAL(name))
    yield from (one["name"] for one in parameters(d) if one["in"] == "header" and not PASCAL(one["name"]))


@rule(lambda d: answer(d)["headers"].update({"X-Served-By": {}}))
def no_header_begins_with_x_but_the_rate_limits(d: Document) -> Findings:
    names = {name for *_, response in responses(d) for name in response["headers"]}
    names |= {one["name"] for one in parameters(d) if one["in"] == "header"}
    yield from (name for name in names if name.startswith("X-") and not name.startswith("X-RateLimit-"))


@rule(lambda d: answer(d)["headers"].update({"Content-Type": {}}))
def headers_that_openapi_keeps_for_itself_are_not_told(d: Document) -> Findings:
    kept = {"accept", "authorization", "content-type"}
    yield from (name for *_, response in responses(d) for name in response["headers"] if name.lower() in kept)
    yield from (one["name"] for one in parameters(d) if one["in"] == "header" and one["name"].lower() in kept)


@rule(lambda d: d["components"]["schemas"]["Health"]["properties"].update(cf={"type": "string"}))
def people_are_named_as_the_ontologies_name_them_but_where_the_form_says_otherwise(d: Document) -> Findings:
    """`first_name` and `last_name` are the form's own names, and the form is the contract: told, and let stand."""
    others = re.compile(r"nome|name|surname|cf|fiscal_?(code|number)", re.IGNORECASE).fullmatch
    yield from (name for _, node in schemas(d, "object") for name in node.get("properties", {}) if others(name))


# --- how it is spoken to ---------------------------------------------------------------------------------------------


@rule(lambda d: d["paths"]["/livez"]["get"].update(requestBody={"content": {}}))
def get_and_delete_carry_no_body(d: Document) -> Findings:
    yield from (path for method, path, told in operations(d) if method in ("get", "delete") and "requestBody" in told)


@rule(
    lambda d: d["paths"]["/livez"].update(patch={"requestBody": {"content": {"application/json": {}}}, "responses": {}})
)
def patch_carries_a_patch_document(d: Document) -> Findings:
    for method, path, told in operations(d):
        body = told.get("requestBody", {})
        if method == "patch" and ("application/json" in body.get("content", {}) or not body.get("required")):
            yield path


@rule(lambda d: d["components"]["parameters"]["Number"].update(name="secret"))
def no_address_holds_a_credential(d: Document) -> Findings:
    yield from (
        one["name"] for one in parameters(d) if one["in"] in ("path", "query") and CREDENTIAL.search(one["name"])
    )


@rule(lambda d: d["components"]["parameters"]["Number"].update(name="tax_code"))
def no_address_holds_what_identifies_a_person(d: Document) -> Findings:
    known = {"draft_id", "section", "number", "attempted_at", "incident"}
    yield from (one["name"] for one in parameters(d) if one["in"] in ("path", "query") and one["name"] not in known)


# --- what it answers -------------------------------------------------------------------------------------------------


@rule(lambda d: d["paths"].pop("/status"))
def there_is_a_status(d: Document) -> Findings:
    if "get" not in d["paths"].get("/status", {}):
        yield "/status"


@rule(lambda d: answer(d, path="/status").update(content={"application/json": {}}))
def the_status_is_a_problem_when_all_is_well_and_when_not(d: Document) -> Findings:
    told = d["paths"].get("/status", {}).get("get", {}).get("responses", {})
    for status in ("200", "503"):
        if list(told.get(status, {}).get("content", {})) != ["application/problem+json"]:
            yield status


@rule(lambda d: d["components"]["schemas"]["Status"]["properties"].pop("detail"))
def the_status_says_status_title_and_detail(d: Document) -> Findings:
    for *_, response in ((s, r) for place, s, r in responses(d) if place.startswith("get /status ")):
        for content in response["content"].values():
            said = resolved(d, content.get("schema", {})).get("properties", {})
            yield from {"status", "title", "detail"} - said.keys()


@rule(lambda d: answer(d).update(content={}))
def success_has_a_content_with_a_schema(d: Document) -> Findings:
    for place, status, response in responses(d):
        if status in ("200", "201", "202", "203", "206"):
            contents = response.get("content", {}).values()
            if not contents or not all("schema" in content for content in contents):
                yield place


@rule(lambda d: d["paths"]["/livez"]["get"]["responses"].update({"204": answer(d)}))
def no_content_means_none(d: Document) -> Findings:
    yield from (place for place, status, response in responses(d) if status in ("204", "205") and "content" in response)


@rule(lambda d: answer(d, "500").update(content={"application/json": {"schema": {}}}))
def errors_are_problems(d: Document) -> Findings:
    for place, status, response in responses(d):
        if status[0] in "45" and list(response["content"]) != ["application/problem+json"]:
            yield place


@rule(lambda d: d["components"]["schemas"]["Problem"]["properties"].pop("title"))
def a_problem_looks_like_one(d: Document) -> Findings:
    for place, status, response in responses(d):
        for content in response["content"].values() if status[0] in "45" else ():
            said = resolved(d, content["schema"])
            if not {"type", "title", "status", "detail"} <= said["properties"].keys() & set(said["required"]):
                yield place


@rule(lambda d: answer(d)["content"]["application/json"].update(schema={"type": "array"}))
def json_is_always_an_object(d: Document) -> Findings:
    for place, _, response in responses(d):
        for media, content in response["content"].items():
            if media.endswith("json") and resolved(d, content["schema"]).get("type") != "object":
                yield place


@rule(lambda d: answer(d)["headers"].pop("X-RateLimit-Reset"))
def every_answer_says_how_many_requests_may_come(d: Document) -> Findings:
    for place, _, response in responses(d):
        if not {f"X-RateLimit-{name}" for name in RATE} <= response["headers"].keys():
            yield place


@rule(lambda d: answer(d)["headers"].update({"RateLimit-Limit": {}}))
def rate_limits_have_one_spelling(d: Document) -> Findings:
    yield from (place for place, _, r in responses(d) if any(name.startswith("RateLimit-") for name in r["headers"]))


@rule(lambda d: answer(d, "503", "/status")["headers"].pop("Retry-After"))
def not_now_says_when(d: Document) -> Findings:
    yield from (p for p, status, r in responses(d) if status in ("429", "503") and "Retry-After" not in r["headers"])


@rule(lambda d: answer(d)["headers"].pop("Cache-Control"))
def every_success_says_one_thing_about_caches(d: Document) -> Findings:
    for place, status, response in responses(d):
        if status[0] == "2" and len({"Cache-Control", "Expires"} & response["headers"].keys()) != 1:
            yield place


@rule(lambda d: d["components"]["headers"]["Cache-Control"].update(description="Told to caches."))
def what_is_said_to_caches_is_explained(d: Document) -> Findings:
    for place, _, response in responses(d):
        for name, told in response["headers"].items():
            if name in ("Cache-Control", "Expires") and not CACHING.search(resolved(d, told)["description"]):
                yield place


# --- what it holds ---------------------------------------------------------------------------------------------------


@rule(lambda d: d["components"]["schemas"]["Month"]["properties"]["month"].update(format="int16"))
def integers_say_their_width(d: Document) -> Findings:
    yield from (place for place, node in schemas(d, "integer") if node.get("format") not in ("int32", "int64"))


@rule(lambda d: d["components"]["schemas"]["Amount"]["properties"].update(amount={"type": "number"}))
def numbers_say_their_width_and_money_is_none(d: Document) -> Findings:
    yield from (place for place, _ in schemas(d, "number"))


@rule(lambda d: d["components"]["schemas"]["Month"]["properties"]["month"].pop("maximum"))
def integers_have_bounds(d: Document) -> Findings:
    yield from (place for place, node in schemas(d, "integer") if not {"minimum", "maximum"} <= node.keys())


@rule(lambda d: d["components"]["schemas"]["Months"].pop("maxItems"))
def lists_have_bounds(d: Document) -> Findings:
    yield from (place for place, node in schemas(d, "array") if not {"minItems", "maxItems"} <= node.keys())


@rule(lambda d: d["components"]["schemas"]["Health"].pop("additionalProperties"))
def objects_are_closed_or_have_bounds(d: Document) -> Findings:
    for place, node in schemas(d, "object"):
        more = node.get("additionalProperties", True)
        if more is True or (more is not False and "maxProperties" not in node):
            yield place


@rule(lambda d: d["components"]["schemas"]["Reason"]["properties"]["message"].pop("maxLength"))
def texts_have_a_greatest_length(d: Document) -> Findings:
    bounded = {"date", "date-time"}
    for place, node in schemas(d, "string"):
        if "enum" not in node and node.get("format") not in bounded and "maxLength" not in node:
            yield place


@rule(lambda d: d["components"]["schemas"]["Reason"]["properties"]["message"].pop("pattern"))
def texts_have_a_form(d: Document) -> Findings:
    yield from (place for place, node in schemas(d, "string") if not {"enum", "format", "pattern"} & node.keys())


# --- who may ---------------------------------------------------------------------------------------------------------


@rule(lambda d: d.pop("security"))
def every_operation_is_protected_or_says_that_it_is_open(d: Document) -> Findings:
    yield from (
        f"{method} {path}" for method, path, told in operations(d) if not told.get("security", d.get("security"))
    )


@rule(lambda d: d["paths"]["/v1/drafts/{draft_id}"]["delete"].update(security=[{}]))
def what_changes_something_is_protected_but_for_what_nobody_owns_yet(d: Document) -> Findings:
    """Starting a draft gives out the token; checking a receipt changes nothing."""
    open_to_all = {"/v1/drafts", "/v1/receipt-verifications"}
    for method, path, told in operations(d):
        if method != "get" and {} in told.get("security", []) and path not in open_to_all:
            yield path


@rule(lambda d: d["components"]["securitySchemes"]["AccessToken"].update({"type": "apiKey", "in": "query"}))
def tokens_travel_in_a_header_and_in_no_outdated_way(d: Document) -> Findings:
    for name, scheme in d["components"]["securitySchemes"].items():
        if (scheme["type"], scheme.get("scheme")) != ("http", "bearer"):
            yield name


# --- how it is written -----------------------------------------------------------------------------------------------


@rule(lambda d: d["paths"]["/livez"]["get"].pop("description"))
def every_operation_is_described_and_has_a_known_tag(d: Document) -> Findings:
    tags = {tag["name"] for tag in d["tags"] if tag.get("description")}
    for _, path, told in operations(d):
        if not (told.get("summary") and told.get("description") and told.get("tags") and set(told["tags"]) <= tags):
            yield path


@rule(lambda d: d["paths"]["/livez"]["get"].update(operationId="readyz"))
def names_of_operations_are_told_apart(d: Document) -> Findings:
    names = [told["operationId"] for *_, told in operations(d)]
    yield from {name for name in names if names.count(name) > 1}


@rule(lambda d: d["paths"]["/livez"]["get"]["responses"].pop("200"))
def every_operation_can_succeed(d: Document) -> Findings:
    yield from (path for _, path, told in operations(d) if not any(status[0] in "23" for status in told["responses"]))


@rule(lambda d: d["paths"].update({"/v1/drafts/": {}}))
def no_path_ends_in_a_slash_or_holds_a_query(d: Document) -> Findings:
    yield from (path for path in d["paths"] if path.endswith("/") or "?" in path)


@rule(lambda d: d["components"]["parameters"]["Number"]["schema"].update({"$ref": "#/components/schemas/Draft"}))
def a_reference_stands_alone(d: Document) -> Findings:
    yield from ("/".join(place) for place, node in nodes(d) if "$ref" in node and len(node) > 1)


@rule(lambda d: d["info"].update(description="<script>eval('1')</script>"))
def descriptions_hold_no_script(d: Document) -> Findings:
    for place, node in nodes(d):
        if isinstance(node.get("description"), str) and re.search(r"<script|eval\(", node["description"]):
            yield "/".join(place)


@rule(lambda d: d["components"]["schemas"]["DraftRequest"]["properties"]["client_reference"].update(example=None))
def no_example_is_null(d: Document) -> Findings:
    """Checkers that follow the guidelines stumble over null values in a document."""
    yield from ("/".join((*place, name)) for place, node in nodes(d) for name, held in node.items() if held is None)
