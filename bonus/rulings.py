"""Rulings: which readings of the open questions still stand, and which questions still decide something."""

from collections.abc import Mapping

from bonus.readings import Claim, Readings

Due = Mapping[int, Claim]  # under which readings each month she asks for is due; nothing here knows why


def still_standing(due: Due, readings: Readings, rulings: Mapping[str, bool]) -> Claim:
    """Return the readings that agree with the rulings; True rules in her favour, False against her.

    In favour is the reading that gives her more months, over all other readings together: counting a third child,
    for instance, harms a mother with a permanent job. With no difference the literal reading is taken.
    """
    standing = readings.always
    for question in readings:
        if question in rulings:
            literal = readings.literal(question)
            taken = _is_favourable(question, due, readings) is rulings[question]
            standing &= literal if taken else ~literal
    return standing


def open_questions(due: Due, readings: Readings, standing: Claim) -> dict[str, frozenset[int]]:
    """Return the questions on which a month still depends, with those months."""
    decided = {
        question: frozenset(month for month, claim in due.items() if readings.difference(claim, question, standing))
        for question in readings
    }
    return {question: months for question, months in decided.items() if months}


def _is_favourable(question: str, due: Due, readings: Readings) -> bool:
    return sum(readings.gain(claim, question) for claim in due.values()) >= 0
