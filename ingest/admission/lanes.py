"""Lanes: each channel has a share of what can be under way, and may use what the others leave."""

from collections.abc import Mapping

from core.domain.draft import Channel

#: Of the limit. Filings came 68 % by web, 29 % by patronati, 3 % by telephone (INPS, mamma domani, May 2017); an
#: operator's line must hold for whoever has no other way in.
SHARES: Mapping[Channel, float] = {Channel.WEB: 0.5, Channel.PATRONATO: 0.35, Channel.CONTACT_CENTRE: 0.15}
AHEAD = 2  # room is kept for so many times what a channel wanted lately


class Lanes:
    """Who is under way in each channel, and the room that is kept for those who came lately.

    A channel that nobody used lately keeps no room from the others; one that comes back finds it as soon as it asks:
    each request, also one refused, counts as wanted.
    """

    def __init__(self) -> None:
        self._under_way = dict.fromkeys(SHARES, 0)
        self._wanted = dict.fromkeys(SHARES, 0.0)

    def want(self, channel: Channel) -> None:
        """Note that somebody wants to come in."""
        self._wanted[channel] = max(self._wanted[channel] + 1, self._under_way[channel] + 1)

    def enter(self, channel: Channel) -> None:
        """Note that somebody is in."""
        self._under_way[channel] += 1

    def leave(self, channel: Channel) -> None:
        """Note that somebody has been answered."""
        self._under_way[channel] -= 1

    def has_its_share(self, channel: Channel, limit: float) -> bool:
        """Say whether a channel uses all that is its own."""
        return self._under_way[channel] >= SHARES[channel] * limit

    def kept_from(self, channel: Channel, limit: float) -> float:
        """Return the room kept for the other channels, of what is theirs and not in use."""
        kept = 0.0
        for other, share in SHARES.items():
            if other is not channel:
                own = min(share * limit, AHEAD * self._wanted[other])
                kept += max(0.0, own - self._under_way[other])
        return kept

    def forget(self, share: float) -> None:
        """Let what was wanted fade by a share."""
        for channel, wanted in self._wanted.items():
            self._wanted[channel] = 0.0 if wanted < 0.5 else wanted * (1 - share)
