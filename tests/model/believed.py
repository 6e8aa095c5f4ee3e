"""believed: what a draft and its filing should be, said as simply as it can be; the model of the real thing."""

from dataclasses import dataclass, field


@dataclass
class Believed:
    """One draft. `histories`: the digests of each section, oldest first; their places are the revisions."""

    person: int
    histories: dict[str, list[str]] = field(default_factory=dict)
    copies: dict[str, set[str]] = field(default_factory=dict)
    answer: bytes | None = None  # to its filing
    filed: dict[str, int] = field(default_factory=dict)  # the revisions it was filed with
    gone: bool = False
    expired: bool = False
    withdrawn: bool = False

    @property
    def sealed(self) -> bool:
        """Say whether it was filed."""
        return self.answer is not None

    @property
    def live(self) -> bool:
        """Say whether it keeps its person from filing another."""
        return self.sealed and not self.withdrawn

    @property
    def revisions(self) -> dict[str, int]:
        """The current revision of each section."""
        return {section: len(history) for section, history in self.histories.items() if history}

    def save(self, section: str, base: int | None, digest: str) -> tuple[int, int | None]:
        """Say what a save is answered, status and revision, and take it in."""
        history = self.histories.setdefault(section, [])
        after = (base or 0) + 1
        if self.gone:
            return 404, None
        if history and history[-1] == digest:
            return 200, len(history)
        if after < len(history) and history[after - 1] == digest:
            return 200, after
        if self.sealed:
            return 409, None
        if (base or 0) != len(history):
            self.copies.setdefault(section, set()).add(digest)
            return 412, None
        history.append(digest)
        return 200, len(history)

    def file(self, *, same_key: bool, person_is_free: bool) -> int:
        """Say what a filing of the current revisions is answered."""
        if self.gone:
            return 404
        if self.sealed:
            return 202 if same_key else 200
        return 202 if person_is_free else 409

    def delete(self) -> int:
        """Say what a deletion is answered, and take it in; a repeat gets the same."""
        if self.expired:
            return 404
        if self.sealed:
            return 409
        self._forget()
        return 200

    def expire(self) -> None:
        """Take in that its time has ended; what was filed or deleted stays so."""
        if not self.sealed and not self.gone:
            self.expired = True
            self._forget()

    def _forget(self) -> None:
        self.gone, self.histories, self.copies = True, {}, {}
