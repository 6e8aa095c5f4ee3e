"""What each field of the form means; its names are the contract's (dates ISO 8601, money decimal strings in EUR)."""

from collections.abc import Iterable, Mapping

from bonus.programme import PRIVACY_NOTICES
from bonus.vocabulary import Category, Legalisation, Link, Method, Suspension

#: Each section in one sentence. A save stores whatever is typed in it; what seems wrong is told in `problems`.
SECTIONS: Mapping[str, str] = {
    "applicant": "Who applies: the mother.",
    "children": "All her children, adult ones and those who live elsewhere included.",
    "work": "Every work relation of the year, useful or not.",
    "income": "Her income from work in the year, as she expects it.",
    "payment": "Where the money goes.",
    "declarations": "The months she asks for, and what she declares.",
    "attachments": "Documents she holds; declared here, sent later.",
}

#: Each field, by its place.
FIELDS: Mapping[str, str] = {
    "applicant.tax_code": "Codice fiscale, 16 characters.",
    "applicant.first_name": "First name.",
    "applicant.last_name": "Last name.",
    "applicant.birth_date": "Day of birth.",
    "applicant.email": "Where she can be written to.",
    "applicant.phone": "Where she can be called.",
    "applicant.address": "Where she lives.",
    "children.children": "One entry a child.",
    "children.children[]": "A child.",
    "children.children[].tax_code": "Codice fiscale; null for a child without an Italian one.",
    "children.children[].first_name": "First name.",
    "children.children[].last_name": "Last name, where it differs.",
    "children.children[].birth_date": "Day of birth.",
    "children.children[].birth_country": "Country of birth, where it is not Italy.",
    "children.children[].link": "How the child is hers.",
    "children.children[].entered_family_on": "For adoption and fostering: the day the child came.",
    "children.children[].died_on": "The day the child died.",
    "children.children[].responsibility_lost": "Periods without parental responsibility.",
    "children.children[].responsibility_lost[]": "A period; without an end it still lasts.",
    "children.children[].responsibility_lost[].start": "Its first day.",
    "children.children[].responsibility_lost[].end": "Its last day.",
    "work.periods": "One entry a work relation.",
    "work.periods[]": "A work relation; without an end it still lasts.",
    "work.periods[].category": "Kind of work.",
    "work.periods[].start": "Its first day.",
    "work.periods[].end": "Its last day.",
    "work.periods[].employer": "Who employs her.",
    "work.periods[].public_employer": "Whether the employer is a school or a public body.",
    "work.periods[].active_months": "On call, agriculture, separate fund: months (1..12) with a day worked.",
    "work.periods[].active_months[]": "A month, 1..12.",
    "work.periods[].availability_months": "On call: months (1..12) paid for being available.",
    "work.periods[].availability_months[]": "A month, 1..12.",
    "work.periods[].listed_in_agriculture": "Whether she is on the yearly lists of agricultural workers.",
    "work.periods[].suspensions": "Stretches of this relation without work.",
    "work.periods[].suspensions[]": "A stretch without work.",
    "work.periods[].suspensions[].kind": "Why.",
    "work.periods[].suspensions[].start": "Its first day.",
    "work.periods[].suspensions[].end": "Its last day.",
    "income.employment": "From employment, for example 28000.00.",
    "income.self_employment": "From self-employment.",
    "income.flat_rate": "Whether she pays the flat-rate tax (forfettario).",
    "payment.method": "How she is paid.",
    "payment.iban": "For iban: an account of hers.",
    "declarations.requested_months": "The months of the year she asks for.",
    "declarations.requested_months[]": "A month, 1..12.",
    "declarations.truthful": "She declares that what she says is true (DPR 445/2000, art. 46 and 47).",
    "declarations.privacy_notice": "The privacy notice she has read, by its date.",
    "attachments.documents": "One entry a document.",
    "attachments.documents[]": "A document.",
    "attachments.documents[].kind": "What it is; attempt_certificate for proof of a refused attempt.",
    "attachments.documents[].child_index": "The child it speaks of, counted from 0.",
    "attachments.documents[].legalisation": "For a foreign document: how it was made valid here.",
    "attachments.documents[].file_name": "The name of its file.",
    "attachments.documents[].sha256": "SHA-256 of its bytes, in hexadecimal.",
}

#: The words a field is meant to hold, by its place. Another one is saved like anything typed, and told as a problem.
CHOICES: Mapping[str, Iterable[str]] = {
    "children.children[].link": Link,
    "work.periods[].category": Category,
    "work.periods[].suspensions[].kind": Suspension,
    "payment.method": Method,
    "declarations.privacy_notice": sorted(PRIVACY_NOTICES),
    "attachments.documents[].legalisation": Legalisation,
}
