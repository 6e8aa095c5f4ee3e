"""The servers ours is compared with: they read the same sections, and do what they are said to do."""

import json

import pytest
from fastapi.routing import APIRoute

from loadtest.bench import empty, usual
from loadtest.bench.sections import NAMES, bodies
from loadtest.bench.shapes import Applicant, Children, Declarations, Income, Payment, Work

SHAPES = dict(zip(NAMES, (Applicant, Children, Work, Income, Payment, Declarations), strict=True))


@pytest.mark.parametrize("section", NAMES)
def test_the_shapes_hold_everything_that_is_typed(section: str) -> None:
    """Nothing is left out of what the others have to read."""
    for body in bodies()[section]:
        typed = json.loads(body)

        assert typed == SHAPES[section].model_validate(typed).model_dump(exclude_unset=True)


@pytest.mark.parametrize("rival", [empty.app, usual.app])
def test_each_section_has_its_endpoint_with_a_pydantic_body(rival: object) -> None:
    """One route a section, read by FastAPI itself."""
    routes = {route.path: route for route in rival.routes if isinstance(route, APIRoute)}  # type: ignore[attr-defined]

    shapes = {path.rpartition("/")[2]: route.body_field.field_info.annotation for path, route in routes.items()}

    assert SHAPES == shapes


def test_the_usual_way_writes_a_row_and_an_outbox_row() -> None:
    """Two tables, one commit."""
    assert {"section", "outbox"} == set(usual.Base.metadata.tables)
