"""rules: what the stand-ins are told to do, and which rule a question falls under."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

Registry = Literal["anpr", "revenue", "labour", "bank"]
REGISTRIES: Final[tuple[Registry, ...]] = get_args(Registry)
VOUCHER_DESK: Final = "pdnd"
ANY: Final = "*"  # every registry; the voucher desk is none

Mode = Literal[
    "ok",
    "ko",
    "not_known",
    "slow",
    "400",
    "401",
    "429",
    "503",
    "hang",
    "wrong_body",
    "truncated",
    "huge",
    "html",
    "redirect",
]


class Scope(NamedTuple):
    """What a rule is about; None stands for all. A person is kept as a digest only."""

    registry: str
    fact: str | None = None
    person: bytes | None = None


@dataclass(slots=True)
class Rule:
    """What is answered, and how often still."""

    mode: Mode = "ok"
    seconds: float | None = None  # how long `slow` and `hang` take; the life of a voucher at the voucher desk
    retry_after: str | None = None  # the field as sent: seconds or an HTTP-date
    times: int | None = None  # calls it still holds for; None: until it is taken back


BY_DEFAULT: Final = Rule()


class Rules:
    """The rules in force. Of those that fit, the one about the person wins, then the fact, then the registry."""

    def __init__(self) -> None:
        self._rules: dict[Scope, Rule] = {}

    def put(self, scope: Scope, rule: Rule) -> None:
        """Set the rule of a scope, in place of an earlier one."""
        self._rules[scope] = rule

    def clear(self) -> None:
        """Let the fact in every question hold again."""
        self._rules.clear()

    def items(self) -> Iterable[tuple[Scope, Rule]]:
        """Return every rule with its scope, in the order they were set."""
        return self._rules.items()

    def match(self, registry: str, fact: str, question: Mapping[str, object]) -> Rule:
        """Return the rule a question falls under, and use it up by one."""
        if not self._rules:
            return BY_DEFAULT
        for scope in _scopes(registry, fact, question):
            if (rule := self._rules.get(scope)) is not None:
                self._use(scope, rule)
                return rule
        return BY_DEFAULT

    def _use(self, scope: Scope, rule: Rule) -> None:
        if rule.times is not None:
            rule.times -= 1
            if rule.times <= 0:
                del self._rules[scope]


def person_of(tax_code: str) -> bytes:
    """Return the digest under which a rule about one person is kept."""
    return hashlib.sha256(tax_code.strip().upper().encode()).digest()


def _scopes(registry: str, fact: str, question: Mapping[str, object]) -> Iterator[Scope]:
    for person in (*_persons(question), None):
        for named in (fact, fact.partition(":")[0], None):
            yield Scope(registry, named, person)
            if registry != VOUCHER_DESK:
                yield Scope(ANY, named, person)


def _persons(question: Mapping[str, object]) -> Iterator[bytes]:
    child = question.get("child")
    for asked in (question, child if isinstance(child, dict) else {}):
        if isinstance(code := asked.get("tax_code"), str):
            yield person_of(code)
