"""timeline: what is broken on purpose, and when, read from a small file that people write."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent / "timelines"
OURS: Final = ("counter", "worker", "lone-worker", "relay", "monitoring", "postgres", "redis")
REGISTRIES: Final = ("registries", "anpr", "revenue", "labour", "bank")
OF_PROCESSES: Final = ("kill", "restart", "freeze")
OF_REGISTRIES: Final = ("slow", "503", "429", "hang", "truncated", "html")
_FIELDS: Final = {"at", "what", "target", "lasts", "by"}
_time = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(%|s)\s*").fullmatch


class WrongTimeline(Exception):
    """The file cannot be read so; the message says where."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is broken, `at` so many seconds of load, for `lasts` seconds where it does not mend itself."""

    at: float
    what: str
    target: str
    lasts: float = 0.0
    by: float | None = None

    def told(self) -> str:
        """Return it in words."""
        lasting = f" for {self.lasts:.0f} s" if self.lasts else ""
        return f"{self.what} {self.target}{lasting}"


def read(named: str, seconds: float) -> list[Fault]:
    """Return the faults of a timeline, in order: the name of one of ours, or a file. Errors: WrongTimeline."""
    file = HERE / f"{named}.toml" if re.fullmatch(r"[a-z-]+", named) else Path(named)
    try:
        return parse(file.read_text("utf-8"), seconds)
    except OSError:
        ours = ", ".join(sorted(one.stem for one in HERE.glob("*.toml")))
        raise WrongTimeline(f"{named} is neither a file nor one of {ours}") from None
    except (WrongTimeline, UnicodeDecodeError) as error:
        raise WrongTimeline(f"{named} is no timeline: {error}") from None


def parse(text: str, seconds: float) -> list[Fault]:
    """Return the faults a text describes; shares are of `seconds`. Errors: WrongTimeline."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongTimeline(str(error)) from None
    if told.keys() - {"fault"} or not isinstance(told.get("fault", []), list):
        raise WrongTimeline("each fault begins with a line [[fault]], and there is nothing else")
    faults = [_fault(number, one, seconds) for number, one in enumerate(told.get("fault", []), 1)]
    return sorted(faults, key=lambda fault: fault.at)


def _fault(number: int, told: dict[str, Any], seconds: float) -> Fault:
    if unknown := told.keys() - _FIELDS:
        raise WrongTimeline(f"fault {number}: nobody knows {', '.join(sorted(unknown))}")
    what, target = str(told.get("what", "")), str(told.get("target", ""))
    lasts = _seconds(number, "lasts", told.get("lasts", "0 s"), seconds)
    fits = {
        **dict.fromkeys(OF_PROCESSES, target.rpartition("-")[0] in OURS or target in OURS),
        **dict.fromkeys(OF_REGISTRIES, target in REGISTRIES),
        "flush": target == "redis",
    }
    if not fits.get(what, False):
        raise WrongTimeline(f"fault {number}: {what or 'nothing'} cannot happen to {target or 'nobody'}")
    if what in (*OF_REGISTRIES, "freeze") and not lasts:
        raise WrongTimeline(f"fault {number}: {what} lasts for how long?")
    at = _seconds(number, "at", told.get("at"), seconds)
    if at >= seconds:
        raise WrongTimeline(f"fault {number}: at {at:.0f} s nobody comes any more, the load lasts {seconds:.0f} s")
    return Fault(at, what, target, lasts, told.get("by"))


def _seconds(number: int, name: str, told: object, seconds: float) -> float:
    found = _time(told) if isinstance(told, str) else None
    if found is None:
        raise WrongTimeline(f'fault {number}: {name} is written like "40 %" or "90 s"')
    return float(found[1]) * (seconds / 100 if found[2] == "%" else 1)
