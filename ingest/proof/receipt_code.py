"""The receipt's own bytes as QR codes: one, or as many as stay readable when printed."""

from io import BytesIO

import segno

MOST_CHARACTERS = 1_800  # of one code: version 31 of 40, modules of 0.6 mm at 80 mm


def codes(receipt: str) -> list[segno.QRCode]:
    """Return the codes whose texts, joined in order, are the receipt. Takes some fifteen milliseconds each.

    The mask is fixed: to try all eight and keep the best costs four times as much, and is for texts with patterns.
    """
    return [segno.make_qr(part, error="l", boost_error=False, mask=0) for part in parts(receipt)]


def parts(receipt: str) -> list[str]:
    """Cut a receipt into as few parts of nearly equal length as fit into a code each."""
    count = -(-len(receipt) // MOST_CHARACTERS)
    size = -(-len(receipt) // count)
    return [receipt[start : start + size] for start in range(0, len(receipt), size)]


def as_svg(code: segno.QRCode) -> str:
    """Return a code as inline SVG without style attributes, so that a strict CSP lets it stand."""
    drawn = BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, svgns=False, svgclass=None, lineclass=None, omitsize=True, light="#fff")
    return drawn.getvalue().decode()


def as_png(code: segno.QRCode) -> bytes:
    """Return a code as a black and white picture, four points a module."""
    drawn = BytesIO()
    code.save(drawn, kind="png", scale=4)
    return drawn.getvalue()
