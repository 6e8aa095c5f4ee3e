"""The check letter that Italian codes share: the last of a codice fiscale, the CIN of a bank account.

Source: D.M. 23 December 1976 for the tax code; the banking association's standard for the CIN, with the same weights.
"""

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ODD_WEIGHTS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_EVEN = {sign: int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in _SIGNS}
_ODD = {sign: _ODD_WEIGHTS[weight] for sign, weight in _EVEN.items()}
_odd, _even = _ODD.__getitem__, _EVEN.__getitem__


def check_letter(signs: str) -> str:
    """Return the letter for these digits and capitals; the first of them is an odd place."""
    return chr(ord("A") + (sum(map(_odd, signs[0::2])) + sum(map(_even, signs[1::2]))) % 26)
