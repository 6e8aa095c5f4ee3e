"""Schemas: the few kinds of value the contract speaks of, each bounded (OpenAPI 3.0.3)."""

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

LARGEST_INT32 = 2**31 - 1
PAGE: Schema = {"type": "string", "maxLength": 1_000_000, "pattern": r"^[\s\S]*$"}  # HTML
PDF: Schema = {"type": "string", "format": "binary", "maxLength": 5_000_000}
TYPEABLE = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*$"  # what a keyboard types (bonus/shape.py)


def text(said: str, *, most: int = 500, pattern: str = TYPEABLE, least: int = 0, **more: object) -> Schema:
    """Return the schema of a text of `least` to `most` characters."""
    return {"type": "string", "description": said, "minLength": least, "maxLength": most, "pattern": pattern, **more}


def choice(said: str, words: Iterable[str]) -> Schema:
    """Return the schema of one word out of several."""
    return {"type": "string", "description": said, "enum": list(words)}


def an_open_choice(said: str, words: Iterable[str]) -> Schema:
    """Return the schema of a text that is meant to be one word out of several, and is taken whatever it is."""
    return {"description": said, "anyOf": [{"type": "string", "enum": list(words)}, text(said)]}


def instant(said: str) -> Schema:
    """Return the schema of an instant: RFC 3339, UTC, six decimals."""
    return {"type": "string", "format": "date-time", "description": said, "example": "2025-11-20T08:14:00.901152Z"}


def uuid(said: str) -> Schema:
    """Return the schema of a UUID (RFC 9562)."""
    return {"type": "string", "format": "uuid", "description": said, "maxLength": 36}


def whole(said: str, least: int, most: int, **more: object) -> Schema:
    """Return the schema of an integer between two, both included."""
    kind = "int32" if -LARGEST_INT32 <= least and most <= LARGEST_INT32 else "int64"
    return {"type": "integer", "format": kind, "description": said, "minimum": least, "maximum": most, **more}


def yes_or_no(said: str) -> Schema:
    """Return the schema of a boolean."""
    return {"type": "boolean", "description": said}


def a_list(said: str, of: Schema, most: int, least: int = 0) -> Schema:
    """Return the schema of an array of `least` to `most` items."""
    return {"type": "array", "description": said, "items": of, "minItems": least, "maxItems": most}


def an_object(said: str, properties: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """Return the schema of an object that has these members and no other; all but `optional` are always there."""
    left_out = set(optional)
    required = [name for name in properties if name not in left_out]
    closed: Schema = {
        "type": "object",
        "description": said,
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return closed | {"required": required} if required else closed


def a_table(said: str, of: Schema, most: int) -> Schema:
    """Return the schema of an object whose names are free, `most` of them at most."""
    return {"type": "object", "description": said, "additionalProperties": of, "maxProperties": most}


def or_null(schema: Schema) -> Schema:
    """Return a schema that also takes null; of several alternatives the last one does."""
    if "anyOf" in schema:
        return schema | {"anyOf": [*schema["anyOf"][:-1], or_null(schema["anyOf"][-1])]}
    return schema | {"nullable": True} if "$ref" not in schema else {"nullable": True, "allOf": [schema]}


def ref(name: str, kind: str = "schemas") -> Schema:
    """Return a reference to a named component."""
    return {"$ref": f"#/components/{kind}/{name}"}
