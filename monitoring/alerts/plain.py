"""Plain YAML, as much of it as these files need: mappings, lists, texts, numbers."""

import json
from collections.abc import Iterator, Mapping, Sequence


def yaml(value: object) -> str:
    """Return a document."""
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _entry(f"{key}:", item)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for item in value:
            yield from _item(item)
    else:
        yield _scalar(value)


def _entry(key: str, item: object) -> Iterator[str]:
    if isinstance(item, str) and "\n" in item:
        yield f"{key} |-"
        yield from (f"  {line}" for line in item.splitlines())
    elif isinstance(item, Mapping | list | tuple) and item:
        yield key
        yield from (f"  {line}" for line in _lines(item))
    else:
        yield f"{key} {_scalar(item)}"


def _item(item: object) -> Iterator[str]:
    first, *rest = _lines(item)
    yield f"- {first}"
    yield from (f"  {line}" for line in rest)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
