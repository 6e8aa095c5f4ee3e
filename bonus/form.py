"""The form: its sections, the shape of each, and the only things that refuse a save."""

from collections.abc import Mapping

from bonus.shape import Shape, ShapeProblem, a_list_of, a_text, a_whole_number, a_yes_or_no, an_object

__all__ = ["REQUIRED", "SECTIONS", "ShapeProblem", "shape_problems"]


def shape_problems(section: str, content: object) -> list[ShapeProblem]:
    """Return what keeps `content` from being stored as `section`; empty for anything a person can type.

    `section` is one of SECTIONS (KeyError otherwise); `content` is parsed JSON in NFC. Right or wrong, complete or
    not, is never asked here: that is `bonus.checks`. Codes: not-an-object, unknown-field, wrong-type, too-long,
    forbidden-character, too-many-items, out-of-range.
    """
    if type(content) is not dict:
        return [ShapeProblem("not-an-object", "")]
    found: list[ShapeProblem] = []
    _SHAPES[section](content, "", found)
    return found


_MONTHS = a_list_of(a_whole_number, 100)
_PERIOD = {"start": a_text, "end": a_text}

_CHILD = {
    "tax_code": a_text,
    "first_name": a_text,
    "last_name": a_text,
    "birth_date": a_text,
    "birth_country": a_text,
    "link": a_text,
    "entered_family_on": a_text,
    "died_on": a_text,
    "responsibility_lost": a_list_of(an_object(_PERIOD), 50),
}
_WORK_PERIOD = {
    "category": a_text,
    **_PERIOD,
    "employer": a_text,
    "public_employer": a_yes_or_no,
    "active_months": _MONTHS,
    "availability_months": _MONTHS,
    "listed_in_agriculture": a_yes_or_no,
    "suspensions": a_list_of(an_object({"kind": a_text, **_PERIOD}), 100),
}
_DOCUMENT = {
    "kind": a_text,
    "child_index": a_whole_number,
    "legalisation": a_text,
    "file_name": a_text,
    "sha256": a_text,
}

_SHAPES: Mapping[str, Shape] = {
    "applicant": an_object(
        dict.fromkeys(("tax_code", "first_name", "last_name", "birth_date", "email", "phone", "address"), a_text)
    ),
    "children": an_object({"children": a_list_of(an_object(_CHILD), 50)}),
    "work": an_object({"periods": a_list_of(an_object(_WORK_PERIOD), 100)}),
    "income": an_object({"employment": a_text, "self_employment": a_text, "flat_rate": a_yes_or_no}),
    "payment": an_object({"method": a_text, "iban": a_text}),
    "declarations": an_object({"requested_months": _MONTHS, "truthful": a_yes_or_no, "privacy_notice": a_text}),
    "attachments": an_object({"documents": a_list_of(an_object(_DOCUMENT), 100)}),
}

#: The sections a draft may hold, in the order in which the pages ask for them.
SECTIONS: tuple[str, ...] = tuple(_SHAPES)

#: The sections a submission must name.
REQUIRED: tuple[str, ...] = tuple(name for name in SECTIONS if name != "attachments")
