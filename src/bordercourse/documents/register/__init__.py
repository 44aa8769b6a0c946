"""A small register that answers a verification request across a border, and the client that asks it."""

from __future__ import annotations

from bordercourse.documents.register.app import make_app, running
from bordercourse.documents.register.client import (
    BEARER_CHECKS,
    PROTECTION_CHECKS,
    RegisterAnswer,
    ask_register,
)
from bordercourse.documents.register.messages import ANSWERS, ASKABLE, MINIMUM, write_question
from bordercourse.documents.register.store import QuestionLimits, Register, Reply
from bordercourse.documents.register.utopia import ask_practice_register, practice_register

__all__ = [
    "ANSWERS",
    "ASKABLE",
    "BEARER_CHECKS",
    "MINIMUM",
    "PROTECTION_CHECKS",
    "QuestionLimits",
    "Register",
    "RegisterAnswer",
    "Reply",
    "ask_practice_register",
    "ask_register",
    "make_app",
    "practice_register",
    "running",
    "write_question",
]
