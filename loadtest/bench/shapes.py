"""The shape of each section as a Pydantic model, the way anybody would write it."""

from pydantic import BaseModel


class Applicant(BaseModel):
    """Who she is."""

    tax_code: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    birth_date: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None


class Period(BaseModel):
    """From one day to another."""

    start: str | None = None
    end: str | None = None


class Child(BaseModel):
    """One child."""

    tax_code: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    birth_date: str | None = None
    birth_country: str | None = None
    link: str | None = None
    entered_family_on: str | None = None
    died_on: str | None = None
    responsibility_lost: list[Period] | None = None


class Children(BaseModel):
    """Her children."""

    children: list[Child] | None = None


class Suspension(Period):
    """A stretch without work."""

    kind: str | None = None


class WorkPeriod(Period):
    """A stretch of work."""

    category: str | None = None
    employer: str | None = None
    public_employer: bool | None = None
    active_months: list[int] | None = None
    availability_months: list[int] | None = None
    listed_in_agriculture: bool | None = None
    suspensions: list[Suspension] | None = None


class Work(BaseModel):
    """Her work."""

    periods: list[WorkPeriod] | None = None


class Income(BaseModel):
    """Her income, in euro."""

    employment: str | None = None
    self_employment: str | None = None
    flat_rate: bool | None = None


class Payment(BaseModel):
    """Where the money goes."""

    method: str | None = None
    iban: str | None = None


class Declarations(BaseModel):
    """What she asks for and declares."""

    requested_months: list[int] | None = None
    truthful: bool | None = None
    privacy_notice: str | None = None
