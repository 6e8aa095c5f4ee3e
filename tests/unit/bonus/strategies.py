"""Strategies: what people may type, from the plausible to the strange; and applications that make sense."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from bonus.vocabulary import Category, Legalisation, Link, Method, Suspension
from tests.unit.bonus.applications import a_child, a_period, a_suspension, an_application

TAX_CODES = ["RSSMRA85T50A562W", "rssmra85t10a562s", "RSS MRA 85T10 A56NH", "MRTMTT25D09F20RU", "RSSMRA90B31B774P", "X"]
IBANS = ["IT60X0542811101000000123456", "it60 x054 2811 1010 0000 0123 456", "DE89370400440532013000", "US1", "IT00"]
DAYS = ["2018-05-01", "2025-02-29", "2025-06-30", "0001-01-01", "9999-12-31", "01/05/2018", "2025-W01-1", "20250101"]
SUMS = ["40000", "40.000,00", "40000.01", "-5", "1e9", "٤٠", "20000.5", "9" * 500]
CHOICES = [
    *(each.value for choices in (Link, Category, Suspension, Method, Legalisation) for each in choices),
    *("attempt_certificate", "EMPLOYEE_PERMANENT", "niente"),
]

typed = st.one_of(
    st.none(),
    st.just(""),
    st.sampled_from([*TAX_CODES, *IBANS, *DAYS, *SUMS, *CHOICES, "2025-10-28", "a@b.it", "333 1234567", "   "]),
    st.dates(date(1950, 1, 1), date(2027, 12, 31)).map(date.isoformat),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
)
numbers = st.one_of(st.integers(-2, 14), st.integers(-(2**53) + 1, 2**53 - 1))
yes_or_no = st.none() | st.booleans()


def listed(items: Any, most: int = 4) -> Any:
    return st.none() | st.lists(items, max_size=most)


def held(**fields: Any) -> Any:
    return st.fixed_dictionaries({}, optional=fields)


stretch = held(start=typed, end=typed)
sections_as_typed = {
    "applicant": held(
        tax_code=typed, first_name=typed, last_name=typed, birth_date=typed, email=typed, phone=typed, address=typed
    ),
    "children": held(
        children=listed(
            held(
                tax_code=typed,
                first_name=typed,
                last_name=typed,
                birth_date=typed,
                birth_country=typed,
                link=typed,
                entered_family_on=typed,
                died_on=typed,
                responsibility_lost=listed(stretch, 2),
            )
        )
    ),
    "work": held(
        periods=listed(
            held(
                category=typed,
                start=typed,
                end=typed,
                employer=typed,
                public_employer=yes_or_no,
                active_months=listed(numbers),
                availability_months=listed(numbers),
                listed_in_agriculture=yes_or_no,
                suspensions=listed(held(kind=typed, start=typed, end=typed), 2),
            )
        )
    ),
    "income": held(employment=typed, self_employment=typed, flat_rate=yes_or_no),
    "payment": held(method=typed, iban=typed),
    "declarations": held(requested_months=listed(numbers, 14), truthful=yes_or_no, privacy_notice=typed),
    "attachments": held(
        documents=listed(held(kind=typed, child_index=numbers, legalisation=typed, file_name=typed, sha256=typed), 3)
    ),
}
drafts_as_typed = st.fixed_dictionaries({}, optional=sections_as_typed)

births = st.dates(date(1998, 1, 1), date(2025, 12, 1)).map(date.isoformat)
steady = st.dates(date(1998, 1, 2), date(2024, 12, 31)).map(date.isoformat).map(a_child)  # hers all year long
small = st.dates(date(2015, 12, 1), date(2024, 12, 31)).map(date.isoformat).map(a_child)  # and under ten all year
_in_or_near_the_year = st.dates(date(2024, 10, 1), date(2026, 2, 28))


@st.composite
def stretches(draw: Any) -> tuple[str, str | None]:
    """Two days in order, the second one perhaps open."""
    start, end = sorted((draw(_in_or_near_the_year), draw(_in_or_near_the_year)))
    return start.isoformat(), draw(st.sampled_from([end.isoformat(), end.isoformat(), None]))


@st.composite
def children(draw: Any, dates: Any = births) -> Any:
    """A child of any age and link that raises no flag."""
    birth = draw(dates)
    link = draw(st.sampled_from(["natural", "natural", "adopted", "pre_adoptive_foster"]))
    entered = draw(st.dates(date.fromisoformat(birth), date(2025, 12, 1))).isoformat() if link != "natural" else None
    lost = [{"start": "2025-07-01", "end": draw(st.sampled_from(["2025-08-31", None]))}]
    lost_or_not = draw(st.sampled_from([[], [], [], lost]))
    return a_child(birth, link=link, entered_family_on=entered, responsibility_lost=lost_or_not)


@st.composite
def periods(draw: Any, categories: Any = tuple(Category)) -> Any:
    """A period of work in or around the year, with suspensions of every kind."""
    kinds = st.sampled_from(list(Suspension))
    suspensions = [a_suspension(draw(kinds), *draw(stretches())) for _ in range(draw(st.integers(0, 2)))]
    active = sorted(draw(st.frozensets(st.integers(1, 12))))
    category = draw(st.sampled_from(categories))
    return a_period(str(category), *draw(stretches()), suspensions=suspensions, active_months=active)


requested = st.frozensets(st.integers(1, 12), min_size=1).map(sorted)
incomes = st.integers(0, 50_000_00).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
applications = st.builds(
    an_application,
    st.lists(children(), min_size=1, max_size=5),
    st.lists(periods(), max_size=4),
    income=st.sampled_from(["20000.00", "40000.00", "40000.01"]),
    months=requested,
)


@st.composite
def doubtful_children(draw: Any) -> Any:
    """A child that may raise any flag."""
    birth = draw(st.sampled_from(["2015-01-01", "2007-01-01", "2012-05-01", "2018-05-01"]) | births)
    started = [{"start": start, "end": end} for start, end in draw(st.lists(stretches(), max_size=1))]
    return a_child(
        birth,
        link=draw(st.sampled_from(["natural", "foster"])),
        responsibility_lost=started,
        **draw(st.sampled_from([{}, {}, {"tax_code": None}])),
        **draw(st.sampled_from([{}, {}, {"died_on": "2025-02-10"}, {"died_on": "2024-06-01"}])),
    )


@st.composite
def doubtful_periods(draw: Any) -> Any:
    """Work that may raise any flag."""
    kinds = ["on_call_fixed_term", "agricultural_fixed_term", "domestic_permanent", "self_employed", "apprentice"]
    return a_period(
        draw(st.sampled_from(kinds)),
        *draw(st.just(("2025-01-01", None)) | stretches()),
        active_months=sorted(draw(st.frozensets(st.integers(1, 12), max_size=6))),
        availability_months=sorted(draw(st.frozensets(st.integers(1, 12)))),
        listed_in_agriculture=draw(st.booleans()),
    )


doubtful_applications = st.builds(
    lambda application, flat_rate, documents: {
        **application,
        "income": {**application["income"], "flat_rate": flat_rate},
        "attachments": {"documents": documents},
    },
    st.builds(
        an_application,
        st.lists(doubtful_children(), min_size=2, max_size=5),
        st.lists(doubtful_periods(), min_size=1, max_size=3),
        income=st.sampled_from([("20000.00", "0.00"), ("20000.00", "20000.01"), ("40000.01", "0.00")]),
        months=st.just(list(range(1, 13))) | requested,
    ),
    st.booleans(),
    st.sampled_from([[], [{"kind": "attempt_certificate"}]]),
)
