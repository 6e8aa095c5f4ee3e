"""The page of the balance, on the operators' port: each invariant in words, and the drafts that break it."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import orjson
from fastapi import APIRouter, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.domain.balance import Invariant
from monitoring.balance.scales import Scales
from monitoring.synthetic.round import Round

MEANS: Mapping[Invariant, str] = {
    Invariant.STORED: "Every revision a receipt names is in the ledger, with the digest the receipt states.",
    Invariant.SIGNED: "The receipt kept with a filing verifies with the published keys.",
    Invariant.ACCOUNTED: "A submission is decided, on a person's list, or has work that moves it.",
    Invariant.ONE_LIVE: "A live application holds its person's claim; no claim is of a withdrawn one.",
    Invariant.VERIFIED: "Every verification a decision used is there.",
    Invariant.IN_TIME: "No decision takes longer than a day without a person seeing it.",
}


def routes(scales: Scales, synthetic: Round) -> APIRouter:
    """Return `GET /balance` (the page), `GET /v1/balance` (the same as JSON) and `GET /v1/synthetic`."""
    router = APIRouter()
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
    )
    template = environment.get_template("balance.html")

    @router.get("/balance")
    async def page() -> Response:
        written = template.render(
            balance=scales.balance, age=scales.age, broken=scales.broken, means=MEANS, **synthetic.told()
        )
        return Response(written, media_type="text/html")

    @router.get("/v1/balance")
    async def as_json() -> Response:
        told = {
            "age_seconds": scales.age,
            "invariants": [
                {"invariant": name, "means": MEANS[name], **asdict(one), "broken": sorted(map(str, one.broken))}
                for name, one in scales.balance.items()
            ],
        }
        return Response(orjson.dumps(told), media_type="application/json")

    @router.get("/v1/synthetic")
    async def applicant() -> Response:
        return Response(orjson.dumps(synthetic.told()), media_type="application/json")

    return router
