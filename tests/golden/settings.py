"""docs/settings.md: every environment variable, read off core/settings.py and its comments."""

import ast
import inspect
import io
import tokenize
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

from annotated_types import Ge, Le
from pydantic import AwareDatetime, TypeAdapter
from pydantic.fields import FieldInfo

from core import settings as module

HEAD = """# Settings

Written by `make golden` from `core/settings.py`; a test holds it equal. Each is an environment variable, read once
and checked at start: a wrong one stops the process with a line that names it.
"""


def settings() -> str:
    """Return the page."""
    comments = _comments()
    return HEAD + "".join(_group(group, comments[group.__name__]) for group in module.GROUPS)


def _group(group: Any, comments: Mapping[str, str]) -> str:
    rows = [_row(group, name, field, comments[name]) for name, field in group.model_fields.items()]
    head = ["| variable | default | unit | what for |", "|---|---|---|---|"]
    return "\n".join(["", f"## {group.__name__}", "", inspect.getdoc(group), "", *head, *rows, ""])


def _row(group: Any, name: str, field: FieldInfo, said: str) -> str:
    variable = field.validation_alias or f"{group.model_config['env_prefix']}{name.upper()}"
    return f"| `{variable}` | {_default(field.default)} | {_unit(name, field)} | {said} |"


def _default(value: object) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(value, timedelta):
        return f"`{TypeAdapter(timedelta).dump_python(value, mode='json')}`"
    return f"`{value}`"


def _unit(name: str, field: FieldInfo) -> str:
    kinds = set(get_args(field.annotation)) or {field.annotation}
    if timedelta in kinds:
        return "ISO 8601 duration"
    if int in kinds:
        return "bytes" if name.endswith("bytes") else _span(field)
    if kinds & {AwareDatetime}:
        return "RFC 3339"
    if Path in kinds:
        return "file" if name.endswith("_file") else "folder"
    words = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, StrEnum)), None)
    return " or ".join(f"`{word}`" for word in words) if words else "text"


def _span(field: FieldInfo) -> str:
    least = next((str(limit.ge) for limit in field.metadata if isinstance(limit, Ge)), "")
    most = next((str(limit.le) for limit in field.metadata if isinstance(limit, Le)), "")
    return f"number, {least}..{most}" if most else f"number, from {least}"


def _comments() -> dict[str, dict[str, str]]:
    """What stands behind each field, by class and name."""
    source = inspect.getsource(module)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    behind = {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return {
        node.name: {
            field.target.id: behind[field.end_lineno]
            for field in node.body
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.end_lineno in behind
        }
        for node in classes
    }
