"""Checks of what she states and attaches: declarations and documents."""

import re
from datetime import date

from bonus.checks.fields import Found, check_months, error, warning
from bonus.programme import PRIVACY_NOTICES
from bonus.typed import Object, choice, objects, text
from bonus.vocabulary import Legalisation
from core.domain.problem import Problem

_sha256 = re.compile(r"[0-9a-fA-F]{64}").fullmatch


def check_declarations(section: Object, today: date) -> list[Problem]:
    """Check which months she asks for, and that she declares the truth and has read the privacy notice."""
    del today
    found: Found = []
    if section.get("requested_months"):
        check_months(section["requested_months"], "/requested_months", found)
    else:
        error(found, "no-month-requested", "/requested_months")
    if section.get("truthful") is not True:
        error(found, "truthful-not-declared", "/truthful")
    if text(section.get("privacy_notice")) not in PRIVACY_NOTICES:
        error(found, "privacy-notice-not-seen", "/privacy_notice")
    return found


def check_attachments(section: Object, today: date) -> list[Problem]:
    """Check the documents announced; they help an officer and never hold a filing up."""
    del today
    found: Found = []
    for index, document in enumerate(objects(section.get("documents"))):
        place = f"/documents/{index}"
        if not text(document.get("kind")):
            warning(found, "attachment-kind-missing", f"{place}/kind")
        if choice(document.get("legalisation")) not in {"", *Legalisation}:
            warning(found, "unknown-choice", f"{place}/legalisation")
        if text(document.get("sha256")) and not _sha256(text(document.get("sha256"))):
            warning(found, "sha256-format", f"{place}/sha256")
    return found
