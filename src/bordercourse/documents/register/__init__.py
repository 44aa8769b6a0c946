"""A small register that answers a verification request across a border, and the client that asks it."""

from __future__ import annotations

from bordercourse.documents.register.app import make_app, running
from bordercourse.documents.register.client import PROTECTION_CHECKS, RegisterAnswer, ask_register
from bordercourse.documents.register.messages import ANSWERS, ASKABLE, MINIMUM, write_question
from bordercourse.documents.register.practice import ask_practice_register, practice_register
from bordercourse.documents.register.store import Limits, Register, Reply

__all__ = [
    "ANSWERS",
    "ASKABLE",
    "MINIMUM",
    "PROTECTION_CHECKS",
    "Limits",
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
