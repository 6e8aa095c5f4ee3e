"""Sealed: the contents of an application as it was filed, read for the rules."""

import json
from collections.abc import Mapping

from bonus.typed import Object, months, section

Sections = Mapping[str, Object]


def read(contents: Mapping[str, bytes]) -> Sections:
    """Return the sections by name; the counter admitted nothing but objects."""
    return {name: json.loads(content) for name, content in contents.items()}


def months_requested(declarations: bytes) -> frozenset[int]:
    """Return the months that another application of hers asked for."""
    return months(section({"declarations": json.loads(declarations)}, "declarations").get("requested_months"))
