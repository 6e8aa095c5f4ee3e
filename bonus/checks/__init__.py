"""Field checks: what she may want to look at again; they report beside a save and never stop it."""

from bonus.checks.all import all_problems, check_section, declarations_given
from bonus.checks.draft import check_draft

__all__ = ["all_problems", "check_draft", "check_section", "declarations_given"]
