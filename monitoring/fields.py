"""The fields a log line may carry and the shape of each; what is not named here is not said."""

from collections.abc import Mapping, MutableMapping
from types import MappingProxyType
from typing import Any

from monitoring import words
from monitoring.words import Shape


def _all(shape: Shape, names: str) -> dict[str, Shape]:
    return dict.fromkeys(names.split(), shape)


FIELDS: Mapping[str, Shape] = MappingProxyType(
    {
        # who speaks, and when
        **_all(words.instant, "due_at next_at now"),
        **_all(words.word, "event level process environment"),
        # ids: they lead to the row, and say nothing without it
        **_all(words.identifier, "draft_id request_id batch_id"),
        **_all(words.number, "number"),
        **_all(words.incident, "incident"),
        # codes of ours
        **_all(
            words.word,
            "operation code outcome kind reason registry state channel section window stage cause fact unit function",
        ),
        **_all(words.counts, "units"),
        # quantities
        **_all(
            words.quantity,
            "size seconds count counts attempt crashes crashed fence revision status pid port withheld lines lost"
            " waiting room offset_seconds failed told retries",
        ),
        # failures: the class and the way to it, never the message (it may quote what was typed)
        **_all(words.class_name, "failure"),
        **_all(words.each(words.class_name), "causes"),
        **_all(words.each(words.place), "frames"),
        **_all(words.sqlstate, "sqlstate"),
        # libraries
        **_all(words.class_name, "library"),
        **_all(words.place, "where"),
        **_all(words.template, "said"),
    }
)


def guard(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> dict[str, Any]:
    """Return `line` with the known fields in their shape; unknown fields are dropped and counted in `withheld`.

    Nobody is told which field was dropped: its name may come from what was typed.
    """
    said = {name: FIELDS[name](value) for name, value in line.items() if name in FIELDS and value is not None}
    unknown = sum(name not in FIELDS for name in line)
    return {**said, "withheld": unknown} if unknown else said
