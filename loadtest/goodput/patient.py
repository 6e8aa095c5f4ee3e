"""patient: people who come when they come, and who ask the same again when they are told "not now"."""

from collections import Counter
from random import Random
from uuid import UUID

from loadtest.bench.line import Answer
from loadtest.capacity.applications import FINE, PER_FILING, Application, plain_cases

NOT_NOW = frozenset({429, 503})


class Patient:
    """One person, and the request she makes until it is answered for good."""

    __slots__ = ("_application", "_request")

    def __init__(self, application: Application) -> None:
        self._application = application
        self._request = application.request()

    @property
    def doing(self) -> str:
        """The step she is at."""
        return self._application.doing

    @property
    def request(self) -> bytes:
        """What she sends now; the same bytes until she was answered, which costs the generator next to nothing."""
        return self._request

    def goes_on(self, answer: Answer) -> bool:
        """Take an answer in; return whether she comes again."""
        if answer.status in NOT_NOW or answer.status == 0:
            return True
        if not self._application.heard(answer):
            return False
        self._request = self._application.request()
        return True


class Patients:
    """Who asks next: one in fifteen is new, as one in fifteen requests is a first one; the others go on.

    Whoever is refused comes again as somebody of the others: so what is offered is what people ask, and what they ask
    again. `last` is the step and the status answered last.
    """

    def __init__(self, random: Random, first: int = 1) -> None:
        """Take where chance comes from, and the number of the first person."""
        self._random, self._next, self._cases = random, first, plain_cases()
        self._waiting: list[Patient] = []
        self.last = ("", 0)
        self.answers: Counter[tuple[str, int]] = Counter()  # by step and status

    def ask(self) -> tuple[object, bytes]:
        """Return the next request."""
        one = self._somebody_new() if not self._waiting or self._random.random() < 1 / PER_FILING else self._somebody()
        return one, one.request

    def answered(self, about: object, answer: Answer) -> None:
        """Note an answer."""
        assert isinstance(about, Patient)
        self.last = about.doing, answer.status
        self.answers[self.last] += 1
        if about.goes_on(answer):
            self._waiting.append(about)

    @property
    def there(self) -> int:
        """How many have begun and not come to an end."""
        return len(self._waiting)

    def send_home(self, keep: int) -> None:
        """Let those give up who have not even begun, until so many are left: the crowd is over."""
        begun = [one for one in self._waiting if one.doing != "draft"]
        self._waiting = begun[-keep:]

    def _somebody(self) -> Patient:
        place = self._random.randrange(len(self._waiting))
        self._waiting[place], self._waiting[-1] = self._waiting[-1], self._waiting[place]
        return self._waiting.pop()

    def _somebody_new(self) -> Patient:
        number, self._next = self._next, self._next + 1
        key = UUID(int=self._random.getrandbits(128), version=4)
        return Patient(Application(number, self._cases[number % len(self._cases)], key))


def is_good(status: int) -> bool:
    """Say whether a request came through."""
    return status in FINE
