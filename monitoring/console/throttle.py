"""The throttle of logins: whoever guesses is slowed down; nobody is ever locked out."""

from collections import OrderedDict
from dataclasses import dataclass

BURST = 5  # wrong passwords of one name before it has to wait
REFILL = 10.0  # seconds in which one more is had
EVERYBODY = 30  # wrong passwords of all names together
EVERYBODY_REFILL = 1.0
MOST_NAMES = 1_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Throttle:
    """Counts wrong passwords, by name and in all. A right one costs nothing and gives the name's share back."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, _Bucket] = OrderedDict()
        self._all = _Bucket(EVERYBODY, 0.0)

    def wait(self, name: str, now: float) -> float:
        """Return the seconds after which this name may try, 0 where it may now."""
        mine = self._names.get(name)
        of_name = _wait(mine, BURST, REFILL, now) if mine else 0.0
        return max(of_name, _wait(self._all, EVERYBODY, EVERYBODY_REFILL, now))

    def wrong(self, name: str, now: float) -> None:
        """Note a wrong password."""
        self._names.setdefault(name, _Bucket(BURST, now)).left -= 1
        self._names.move_to_end(name)
        self._all.left -= 1
        if len(self._names) > MOST_NAMES:
            self._names.popitem(last=False)

    def right(self, name: str) -> None:
        """Forget the wrong ones of a name."""
        self._names.pop(name, None)


def _wait(bucket: _Bucket, most: float, refill: float, now: float) -> float:
    bucket.left = min(most, bucket.left + (now - bucket.at) / refill)
    bucket.at = now
    return max(0.0, (1 - bucket.left) * refill)
