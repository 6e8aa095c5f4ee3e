"""An application that could be hers, for examples (nobody's data: the tax codes belong to no person)."""

from collections.abc import Mapping

SECTIONS: Mapping[str, object] = {
    "applicant": {
        "tax_code": "RSSMRA85T50A562W",
        "first_name": "Maria",
        "last_name": "Rossi",
        "birth_date": "1985-12-10",
        "email": "maria.rossi@example.org",
        "phone": "+39 333 5550101",
        "address": "Via Garibaldi 1, San Giuliano Terme",
    },
    "children": {
        "children": [
            {
                "tax_code": "VRDSFO18E41H501Q",
                "first_name": "Sofia",
                "birth_date": "2018-05-01",
                "link": "natural",
                "responsibility_lost": [],
            },
            {
                "tax_code": "VRDLRD21C03H501Q",
                "first_name": "Leonardo",
                "birth_date": "2021-03-03",
                "link": "natural",
                "responsibility_lost": [],
            },
        ]
    },
    "work": {
        "periods": [
            {"category": "employee_fixed_term", "start": "2025-03-15", "end": "2025-09-15", "suspensions": []},
        ]
    },
    "income": {"employment": "28000.00", "self_employment": "0.00"},
    "payment": {"method": "iban", "iban": "IT60X0542811101000000123456"},
    "declarations": {"requested_months": [3, 4, 5, 6, 7, 8, 9], "truthful": True, "privacy_notice": "2025-10-28"},
    "attachments": {
        "documents": [
            {"kind": "birth_certificate", "child_index": 0, "legalisation": "apostille", "file_name": "", "sha256": ""}
        ]
    },
}

REVISIONS = {"applicant": 1, "children": 1, "work": 2, "income": 1, "payment": 1, "declarations": 1}
