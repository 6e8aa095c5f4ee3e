"""What the document tells of one operation, beside its method and path."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.openapi.schema import Schema


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that is no problem: what it means, and its content by media type (a schema each)."""

    status: int
    said: str
    content: Mapping[str, Schema]
    headers: tuple[str, ...] = ()  # names of components; those of every answer go without saying
    cached: bool = False  # public, for a few minutes; all else is no-store
    example: object = None


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries, as JSON; examples by name."""

    said: str
    schema: Schema
    examples: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """One operation as its callers read about it."""

    summary: str
    said: str
    tag: str
    answers: tuple[Answer, ...]
    problems: tuple[str, ...] = ()  # codes of the catalogue, beside those any request may meet
    parameters: tuple[str, ...] = field(default=())  # names of components
    body: Body | None = None
    open: bool = False  # needs no token
