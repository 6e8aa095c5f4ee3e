"""profiles: how many people file when, on days like those that are known; each figure with where it comes from.

Rates are filings a second, all channels together, at scale 1. Keys in brackets are those of the sources; [derived] is
arithmetic on them, [assumption] is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a day, in which the rate goes in a straight line from one figure to another."""

    name: str
    seconds: float  # real ones
    begins: float  # filings a second
    ends: float

    @property
    def filings(self) -> float:
        """How many filings fall in it."""
        return self.seconds * (self.begins + self.ends) / 2


@dataclass(frozen=True, slots=True)
class Mix:
    """Who comes, as shares of filings, and how they behave, as shares of people."""

    web: float = 0.68  # INPS mamma domani 2017, 67.8 / 29.0 / 3.3 % [VULTURE]
    patronato: float = 0.29
    contact_centre: float = 0.03
    lookers: float = 0.50  # beside each filing: people who only look [assumption]
    impatient: float = 0.10  # ask again without waiting [assumption]
    lost_lines: float = 0.02  # of requests from phones: the answer never arrives [assumption]
    reloads: float = 0.10  # of steps: the page is loaded again [assumption]
    four_tabs: float = 0.02  # of mothers: one user opened four places in a queue [GAZZ]
    come_back: float = 0.15  # of mothers: the rest is filled in hours later [assumption]
    give_up: float = 0.05  # of mothers: begin and never file [assumption]
    mistakes: float = 0.30  # of applications: wrong in a way people are wrong


@dataclass(frozen=True, slots=True)
class Profile:
    """One shape of load. `lasts`: seconds it takes here unless told otherwise; `scale` is fit for two cores.

    `pace`: how much faster people are than in life, where that is not the compression of the curve.
    """

    name: str
    title: str
    stages: tuple[Stage, ...]
    sources: tuple[str, ...]
    lasts: float
    scale: float
    faults: str | None = None  # the timeline used unless another is named
    mix: Mix = field(default_factory=Mix)
    pace: float | None = None
    deadline: bool = False  # the ordinary window closes where the last stage begins
    storm: str | None = None  # the stage in which more come than can be served, and refusing is what is right
    any_machine: bool = False  # run wherever changes are tried: on a machine that is too small, speed is not judged

    @property
    def seconds(self) -> float:
        """How long it really takes."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def filings(self) -> float:
        """How many filings it is about, at scale 1."""
        return sum(stage.filings for stage in self.stages)

    @property
    def peak(self) -> float:
        """The highest rate, in filings a second."""
        return max(max(stage.begins, stage.ends) for stage in self.stages)


_MIX = "mix 68 % web, 29 % patronato, 3 % contact centre: INPS mamma domani, May 2017 [VULTURE]"
_BEHAVIOUR = "lookers, impatience, lost lines, reloads, leaving and coming back: [assumption]"
_ALL = (_MIX, _BEHAVIOUR)

# The published counts of the bonus psicologo times 140,000 / 85,515: 7,500 by 09:30, 54,400 by 16:00, 140,000 in all.
_LAUNCH: Final = (
    Stage("opening", HOUR, 1.2, 3.0),
    Stage("first morning", 3 * HOUR, 3.4, 1.4),
    Stage("afternoon", 3.5 * HOUR, 1.4, 1.93),
    Stage("evening", 8 * HOUR, 1.7, 1.5),
    Stage("night", 7 * HOUR, 0.9, 0.1),
    Stage("second morning", 4.5 * HOUR, 0.9, 2.4),
)


def _wave(name: str, share: float) -> tuple[Stage, ...]:
    """One day on which mothers come after work: `share` of 56,000 filings."""
    return (
        Stage(f"{name}, working hours", 10 * HOUR, 0.3 * share, 0.6 * share),
        Stage(f"{name}, evening", 2.5 * HOUR, 0.6 * share, 2.4 * share),
        Stage(f"{name}, late", 2.5 * HOUR, 2.4 * share, 0.3 * share),
        Stage(f"{name}, night", 9 * HOUR, 0.1 * share, 0.05 * share),
    )


_STORM = (
    Stage("quiet", 60, 10, 10),
    Stage("storm", 180, 35, 35),
    Stage("after", 90, 10, 10),
)
_STORM_SOURCES = (
    "700 requests/s from 08:00, a factor of 4 over capacity: Impftermine Westfalen-Lippe, 25 Jan 2021 [WESTF]",
    "6,000 access attempts/s: Cashback and App IO, 7-8 Dec 2020 [TERMO]",
    "about 750 hits a success: Impftermine NRW, 3 Apr 2021 [TONLINE]",
    "35 filings/s are the 700 requests/s at twenty each [derived]; what comes on top is what people repeat",
    *_ALL,
)

PROFILES: Mapping[str, Profile] = {
    each.name: each
    for each in (
        Profile(
            "launch-day",
            "a launch day like that of the bonus psicologo: 140,000 filings in 26 hours",
            _LAUNCH,
            (
                "4,584 at 09:30, 33,244 at 16:00, 85,515 the next day at 11:30: 25-26 July 2022 [PSICO, PSICO2]",
                "the same 21 % of 675,000 applications [SECOLO] in 26 h are about 140,000 [derived]",
                "peak hour 8 to 10 % of the day: 11,000 to 14,000 an hour, 3 to 4 a second [derived, HMRC22]",
                "the course between the published figures [assumption]",
                *_ALL,
            ),
            lasts=330,
            scale=0.012,
            faults="launch-day",
        ),
        Profile(
            "click-day",
            "the one of 1 April 2020: 100 filings a second for an hour, then 28",
            (
                Stage("rush begins", 300, 0, 100),
                Stage("rush", 3300, 100, 100),
                Stage("rush ends", 1800, 100, 28),
                Stage("the hours after", 5 * HOUR, 28, 28),
            ),
            (
                "100 a second claimed at the peak, 300,000 from 01:00 to 08:30: INPS EUR 600, 1 April 2020 [NUVOLA]",
                "about 100,000 an hour for days, 28 a second [POSTASIND]; five of those hours are here",
                "an hour at the claimed peak [derived]; how it rises and falls [assumption]",
                *_ALL,
            ),
            lasts=330,
            scale=0.0016,
            faults="launch-day",
        ),
        Profile(
            "deadline",
            "the last day of the ordinary window, its last ten minutes to the second",
            (
                Stage("the hour before", 120, 0.97, 0.97),
                Stage("last ten minutes", 540, 0.97, 3.9),
                Stage("last minute", 60, 3.9, 7.8),
                Stage("too late", 60, 3.9, 0.3),
            ),
            (
                "deadline day 6.2 % of all, 42,000 here; peak hour 8.3 % of it, 3,500 [HMRC22, derived]",
                "last hour 20,947 of 630,000 (3.3 %) in 2022 [HMRC22], 27,456 of 475,722 (5.8 %) in 2026 [HMRC26]",
                "a spike to four times that in the last ten minutes, to eight in the last one [assumption]",
                "people sit at it sixty times shorter than in life: they have everything at hand [assumption]",
                *_ALL,
            ),
            lasts=780,
            scale=1.0,
            faults="none",
            pace=60,
            deadline=True,
        ),
        Profile(
            "retry-storm",
            "four times too many people, who ask again without waiting when they are not answered",
            _STORM,
            (*_STORM_SOURCES, "nine in ten do not wait [assumption]"),
            lasts=330,
            scale=0.25,
            faults="storm",
            pace=60,
            mix=Mix(impatient=0.9, reloads=0.3),
            storm="storm",
        ),
        Profile(
            "retry-storm-polite",
            "the same people, but their browsers wait as long as they are told",
            _STORM,
            (*_STORM_SOURCES, "nobody asks again before Retry-After, or 1, 2, 4 … 30 s [assumption]"),
            lasts=330,
            scale=0.25,
            faults="storm",
            pace=60,
            mix=Mix(impatient=0.0, reloads=0.3),
            storm="storm",
        ),
        Profile(
            "evening-wave",
            "the first three days, on which mothers come in the evening, compressed in time",
            (*_wave("first day", 1.6), *_wave("second day", 1.0), *_wave("third day", 0.7)),
            (
                "the volume of a launch day as above, then less each day [PSICO2, derived]",
                "evenings from 19:00, with a peak at 21:30: mothers at work file after it [assumption]",
                *_ALL,
            ),
            lasts=330,
            scale=0.004,
            faults="launch-day",
        ),
        Profile(
            "season",
            "675,000 applications over forty days, each with its night",
            (
                Stage("opening", DAY, 1.2, 1.6),
                Stage("first days", 3 * DAY, 1.1, 0.35),
                Stage("quiet weeks", 30 * DAY, 0.14, 0.10),
                Stage("last week", 5 * DAY, 0.12, 0.35),
                Stage("last day", DAY, 0.40, 0.57),
            ),
            (
                "about 675,000 applications in forty days, 16,900 a day [SECOLO, derived]",
                "the first 26 hours as the bonus psicologo [PSICO2], the last day 6.2 % [HMRC22]",
                "no curve of October to December 2025 was found: the course between is an [assumption]",
                *_ALL,
            ),
            lasts=330,
            scale=0.0006,
            faults="launch-day",
        ),
        Profile(
            "ci",
            "a launch morning in seventy seconds, for every change",
            (Stage("opening", 600, 0.8, 3.6), Stage("first morning", 1800, 3.6, 2.5), Stage("noon", 400, 2.5, 0.8)),
            ("the first morning of the launch day, see there [PSICO, derived]", *_ALL),
            lasts=70,
            scale=0.06,
            faults="ci",
            any_machine=True,
        ),
        Profile(
            "steady",
            "one filing a second, evenly, as many times as the scale says: to find out how much is too much",
            (Stage("steady", 60, 1, 1),),
            ("no model of a day: a rate to measure with", _MIX),
            lasts=60,
            scale=5.0,
            faults="none",
            pace=60,
        ),
    )
}
