"""markers: whom a body speaks of: the tax codes in it, each as a short digest, so that no log holds one."""

import re
from hashlib import sha256

# D.M. 23 December 1976, with the letters that omocodia puts in place of digits.
_DIGIT = r"[0-9LMNPQRSTUV]"
_ALONE = "[A-Z0-9_-]"  # inside a token or a receipt any sixteen signs may look like one
_TAX_CODE = re.compile(
    rf"(?<!{_ALONE})[A-Z]{{6}}{_DIGIT}{{2}}[A-EHLMPRST]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z](?!{_ALONE})".encode()
)
_SHORT = 12  # hexadecimal digits


def markers(body: bytes) -> list[str]:
    """Return a marker for each person that a body, sent or received, names; in order, each once."""
    return sorted({sha256(code).hexdigest()[:_SHORT] for code in _TAX_CODE.findall(body.upper())})
