"""The environment of a child: what it needs, and nothing that happened to be set."""

from collections.abc import Mapping

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
PREFIX = "APPRODO_"
DEFAULTS = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


def bare(ours: Mapping[str, str]) -> dict[str, str]:
    """Return what any program gets."""
    return DEFAULTS | {name: ours[name] for name in PASSED_ON if name in ours}


def of_a_room(ours: Mapping[str, str], **given: str) -> dict[str, str]:
    """Return what a process of ours gets: our settings, and what the supervisor found out, which wins."""
    settings = {name: value for name, value in ours.items() if name.startswith(PREFIX)}
    return bare(ours) | settings | given
