"""vouchers: what the voucher desk hands out, and what the registries accept."""

import secrets
import time
from collections.abc import Callable

LIFE_SECONDS = 600


class Vouchers:
    """Vouchers that were handed out here and have not expired; a restart forgets them all."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._until: dict[str, float] = {}

    def issue(self, life: int = LIFE_SECONDS) -> dict[str, object]:
        """Hand one out, good for `life` seconds."""
        now = self._seconds()
        self._until = {voucher: until for voucher, until in self._until.items() if until > now}
        voucher = secrets.token_urlsafe(24)
        self._until[voucher] = now + life
        return {"access_token": voucher, "token_type": "Bearer", "expires_in": life}

    def accept(self, voucher: str) -> bool:
        """Say whether a voucher is still good."""
        return self._until.get(voucher, 0.0) > self._seconds()
