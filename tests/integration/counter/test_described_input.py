"""Whatever the contract describes is drawn, right and wrong, and sent to the real counter: never a fault of ours."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contracts.openapi import document

EXAMPLES = 12  # of each operation
SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS = {f"{found.ok().method.upper()} {found.ok().path}": found.ok() for found in SCHEMA.get_all_operations()}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_answers_whatever_is_drawn_as_its_contract_says(counter, name):
    """No 5xx, no status that is not described, no body of another shape; with a caller's draft and without."""
    operation, draft = OPERATIONS[name], counter.start_draft()

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), as_owner=st.booleans())
    def ask(case, as_owner):
        if as_owner:
            case.headers = {**(case.headers or {}), **draft.headers}
            if "draft_id" in (case.path_parameters or {}):
                case.path_parameters["draft_id"] = draft.draft_id
        response = case.call(base_url=f"http://127.0.0.1:{counter.port}", timeout=60)
        case.validate_response(response, checks=CHECKS)

    ask()
