"""The form as the pages walk through it: its steps, in order."""

from collections.abc import Mapping

from ingest.web.fields import Section
from ingest.web.steps.applicant import APPLICANT
from ingest.web.steps.attachments import ATTACHMENTS
from ingest.web.steps.children import CHILDREN
from ingest.web.steps.declarations import DECLARATIONS
from ingest.web.steps.income import INCOME
from ingest.web.steps.payment import PAYMENT
from ingest.web.steps.work import WORK

SECTIONS = (APPLICANT, CHILDREN, WORK, INCOME, PAYMENT, DECLARATIONS, ATTACHMENTS)
BY_SLUG: Mapping[str, Section] = {section.slug: section for section in SECTIONS}
BY_NAME: Mapping[str, Section] = {section.name: section for section in SECTIONS}
