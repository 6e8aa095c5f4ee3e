"""Clients of the verification services: one question in, an answer or a failure out."""

from workers.registries.answer import Answer, Said
from workers.registries.limits import Limits
from workers.registries.registries import Registries

__all__ = ["Answer", "Limits", "Registries", "Said"]
