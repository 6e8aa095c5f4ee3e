"""A mail address: what is typed where one is asked for, only if a letter can be sent there."""

import re

# One address as mailboxes are named: dots inside, no quotes, a domain with a dot (RFC 5321 without its oddities).
_ADDRESS = re.compile(
    r"(?=.{6,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def mail_address(typed: object) -> str | None:
    """Return the address that is typed here, or None where it looks like none: nothing is ever sent on a guess."""
    if not isinstance(typed, str):
        return None
    address = typed.strip()
    return address if _ADDRESS.fullmatch(address) and len(address.partition("@")[0]) <= 64 else None
