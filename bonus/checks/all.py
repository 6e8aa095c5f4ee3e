"""Every check by the section it belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bonus.checks.draft import check_draft
from bonus.checks.livelihood import check_income, check_payment, check_work
from bonus.checks.people import check_applicant, check_children
from bonus.checks.statements import check_attachments, check_declarations
from bonus.typed import Object, text
from core.domain.problem import Problem

_CHECKS: Mapping[str, Callable[[Object, date], list[Problem]]] = {
    "applicant": check_applicant,
    "children": check_children,
    "work": check_work,
    "income": check_income,
    "payment": check_payment,
    "declarations": check_declarations,
    "attachments": check_attachments,
}


def check_section(section: str, content: Object, today: date) -> list[Problem]:
    """Return the problems of one section's content, which passed `shape_problems`; it never raises on such content.

    `today` is the civil date in Rome on which she types or files. Pointers are relative to the section.
    """
    return _CHECKS[section](content, today)


def all_problems(sections: Mapping[str, Object], today: date) -> list[Problem]:
    """Return the problems of every section and across them, with pointers that begin with the section's name."""
    found = [
        replace(problem, pointer=f"/{name}{problem.pointer}")
        for name, content in sections.items()
        for problem in check_section(name, content, today)
    ]
    return found + check_draft(sections, today)


def declarations_given(content: Object) -> bool:
    """Say whether she declared the truth and named the privacy notice she read; without both nothing is filed."""
    return content.get("truthful") is True and text(content.get("privacy_notice")) != ""
