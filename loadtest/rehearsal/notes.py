"""notes: what the generator writes down while it runs: who was to come, and how every request was answered."""

from collections import Counter
from pathlib import Path
from typing import Final

from loadtest.rehearsal.folder import ANSWERS, OFFERED, write

BUFFER: Final = 65_536  # bytes


class Notes:
    """Appends answers to a file as they come, and keeps count of arrivals by the second."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._answers = (place / "answers.csv").open("w", buffering=BUFFER)
        self._answers.write(",".join(ANSWERS) + "\n")
        self._intended: Counter[int] = Counter()
        self._started: Counter[int] = Counter()
        self._dropped: Counter[int] = Counter()

    def came(self, at: float) -> None:
        """Note an arrival that found room."""
        self._intended[int(at)] += 1
        self._started[int(at)] += 1

    def dropped(self, at: float) -> None:
        """Note an arrival that found none."""
        self._intended[int(at)] += 1
        self._dropped[int(at)] += 1

    def answered(
        self,
        due: float,
        started: float,
        ended: float,
        operation: str,
        channel: str,
        status: int,
        code: str,
        *,
        retry: bool,
        retry_after: str = "",
        certified: bool = False,
        waits: bool = True,
        gave_up: bool = False,
    ) -> None:
        """Note an answer, or the want of one (status 0)."""
        told = f"{retry_after},{certified:d},{waits:d},{gave_up:d}"
        self._answers.write(
            f"{due:.6f},{started:.6f},{ended:.6f},{operation},{channel},{status},{code},{retry:d},{told}\n"
        )

    def close(self, seconds: float) -> None:
        """Write what was counted, for each of so many seconds."""
        self._answers.close()
        lines = (
            (second, self._intended[second], self._started[second], self._dropped[second])
            for second in range(int(seconds) + 1)
        )
        write(self._place / "offered.csv", OFFERED, lines)
