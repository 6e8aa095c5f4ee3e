"""Acts: what is done to the system, a file for each part that is broken."""

from typing import Final

from loadtest.faults.acts import (
    bell,
    counter,
    deploy,
    power,
    registries,
    soaked,
    standby,
    store,
    surroundings,
    times,
    unlisted,
    wires,
    workers,
)
from loadtest.faults.scenario import ALONE, EMBEDDED, QUICK, WIRED

ORDER: Final = (EMBEDDED, QUICK, WIRED, ALONE)  # one system after the other, each shared by as many as can
FILES: Final = (
    counter,
    store,
    bell,
    workers,
    registries,
    wires,
    surroundings,
    times,
    unlisted,
    deploy,
    power,
    standby,
    soaked,
)
