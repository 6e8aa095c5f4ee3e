"""Checks across sections: what is odd only when two of them are read together."""

from collections.abc import Mapping
from datetime import date

from bonus.checks.fields import Found, error, warning
from bonus.tax_code import read_tax_code
from bonus.typed import Object, day, objects, section, text
from core.domain.problem import Problem


def check_draft(sections: Mapping[str, Object], today: date) -> list[Problem]:
    """Return the problems no single section shows; pointers begin with the section's name.

    `sections` maps names to contents that passed `shape_problems`; a section never saved may be left out.
    """
    del today
    found: Found = []
    _check_the_child_is_not_her(sections, found)
    _check_documents(sections, found)
    return found


def _check_the_child_is_not_her(sections: Mapping[str, Object], found: Found) -> None:
    applicant = section(sections, "applicant")
    code, birth = read_tax_code(text(applicant.get("tax_code"))), day(applicant.get("birth_date"))
    for index, child in enumerate(_children(sections)):
        child_birth = day(child.get("birth_date"))
        if code and read_tax_code(text(child.get("tax_code"))) == code:
            error(found, "child-is-applicant", f"/children/children/{index}/tax_code")
        elif birth and child_birth and child_birth <= birth:
            warning(found, "child-older-than-applicant", f"/children/children/{index}/birth_date")


def _check_documents(sections: Mapping[str, Object], found: Found) -> None:
    """Check that documents speak of a child there is, and that a child without a tax code has one."""
    documents = objects(section(sections, "attachments").get("documents"))
    children = _children(sections)
    for index, document in enumerate(documents):
        child_index = document.get("child_index")
        if isinstance(child_index, int) and not 0 <= child_index < len(children):
            warning(found, "attachment-child-unknown", f"/attachments/documents/{index}/child_index")
    shown = {document.get("child_index") for document in documents}
    for index, child in enumerate(children):
        if not text(child.get("tax_code")) and index not in shown:
            warning(found, "attachment-suggested", f"/children/children/{index}/tax_code")


def _children(sections: Mapping[str, Object]) -> list[Object]:
    return objects(section(sections, "children").get("children"))
