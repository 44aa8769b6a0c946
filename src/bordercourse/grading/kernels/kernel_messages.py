"""What a kernel says, before anybody believes it: each message is read strictly and built anew.

A participant's code can make its kernel send anything. What leaves this module holds only keys,
types and sizes that the notebook format and its readers know; what does not is left out and told.
The types of messages are those of Jupyter's protocol 5, the form of outputs that of nbformat 4.5.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bordercourse.grading.limits import DEEPEST_MESSAGE, LONGEST_KEY, MOST_MESSAGE_VALUES

__all__ = ["LEFT_OUT", "OUTPUTS", "believed", "from_parts", "read"]

OUTPUTS = ("stream", "display_data", "update_display_data", "execute_result", "error")
"""Messages that become a part of the notebook."""
LEFT_OUT = "left_out"
"""The type of a message that stands in the place of an output that is none."""

_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_MIME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]*/[A-Za-z0-9][A-Za-z0-9.+_-]*")
_JSON = re.compile(r"application/(.*\+)?json")
_SMALL = 1 << 14


class _InvalidError(ValueError):
    """A message that no kernel sends of itself."""


# -- from bytes to plain values ------------------------------------------------------------------


def read(text: bytes) -> Any:
    """The value of a JSON text; ValueError where it is none, or holds too many values or levels.

    Examples
    --------
    >>> read(b'{"a": [1, "x"], "b": 1e999}')
    {'a': [1, 'x'], 'b': None}
    >>> read(b"[" * 100 + b"]" * 100)
    Traceback (most recent call last):
        ...
    ValueError: too deep or too many values
    """
    if not _fits(text):
        raise ValueError("too deep or too many values")
    return json.loads(text.decode("utf-8", "replace"), parse_float=_float, parse_constant=lambda _: None)


def _fits(text: bytes) -> bool:
    """Whether a JSON text holds few enough values and levels; brackets, commas and quotation marks tell."""
    if len(text) < DEEPEST_MESSAGE:
        return True
    marked = text.replace(b"\\\\", b"").replace(b'\\"', b"")  # now each mark begins or ends a text
    if marked.count(b'"') > 4 * MOST_MESSAGE_VALUES:
        return False
    bare = b"".join(marked.split(b'"')[::2])
    if bare.count(b",") + bare.count(b"[") + bare.count(b"{") > MOST_MESSAGE_VALUES:
        return False
    brackets = bare.translate(None, _NO_BRACKETS)
    if len(brackets) > 2 * MOST_MESSAGE_VALUES:
        return False
    level = deepest = 0
    for mark in brackets:
        level += 1 if mark in b"[{" else -1
        deepest = max(deepest, level)
    return deepest <= DEEPEST_MESSAGE


def _float(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


# -- from plain values to a message --------------------------------------------------------------


def believed(header: Any, parent: Any, content: Any) -> dict[str, Any] | None:
    """The message that these parts make, built anew; None for one that nobody waits for.

    An output that is none becomes a message of the type `LEFT_OUT`. One of which a part was
    no valid output bears ``"cut": True``.

    Parameters
    ----------
    header, parent, content : object
        What a kernel sent, of any type.

    Examples
    --------
    >>> parts = {"msg_type": "stream"}, {"msg_id": "1"}, {"name": "stdout", "text": 5}
    >>> believed(*parts)["msg_type"]
    'left_out'
    """
    kind = header.get("msg_type") if isinstance(header, dict) else None
    parent_id = parent.get("msg_id") if isinstance(parent, dict) else None
    if not isinstance(kind, str) or kind not in _CONTENTS:
        return None
    cut: list[bool] = []
    try:
        content = _CONTENTS[kind](content, cut)
    except (_InvalidError, KeyError, TypeError, AttributeError):
        if kind not in OUTPUTS:
            return None
        kind, content = LEFT_OUT, {}
    return {
        "header": {"msg_type": kind, "msg_id": "", "date": ""},
        "msg_id": "",
        "msg_type": kind,
        "parent_header": {"msg_id": parent_id} if isinstance(parent_id, str) else {},
        "metadata": {},
        "content": content,
        "buffers": [],
        "cut": bool(cut),
    }


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _InvalidError("not a text")
    return value


def _key(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_KEY:
        raise _InvalidError("not a key")
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _InvalidError("not a table")
    return value


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 31 else None


def _stream(content: Any, cut: list[bool]) -> dict[str, Any]:
    if content["name"] not in ("stdout", "stderr"):
        raise _InvalidError("not a stream")
    return {"name": content["name"], "text": _text(content["text"])}


def _bundle(data: Any, cut: list[bool]) -> dict[str, Any]:
    """The entries that the notebook format allows; at least one must be left."""
    kept = {}
    for mime, value in _table(data).items():
        named = len(mime) <= LONGEST_KEY and _MIME.fullmatch(mime)
        lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
        if named and (isinstance(value, str) or lines or _JSON.fullmatch(mime)):
            kept[mime] = value
        else:
            cut.append(True)
    if not kept and data:
        raise _InvalidError("nothing that can be shown")
    return kept


def _display(content: Any, cut: list[bool]) -> dict[str, Any]:
    shown: dict[str, Any] = {"data": _bundle(content["data"], cut), "metadata": {}}
    metadata = content.get("metadata")
    if isinstance(metadata, dict) and len(json.dumps(metadata)) <= _SMALL:
        shown["metadata"] = metadata
    elif metadata:
        cut.append(True)
    transient = content.get("transient")
    if isinstance(transient, dict) and isinstance(transient.get("display_id"), str):
        shown["transient"] = {"display_id": _key(transient["display_id"])}
    return shown


def _result(content: Any, cut: list[bool]) -> dict[str, Any]:
    return {**_display(content, cut), "execution_count": _count(content.get("execution_count"))}


def _error(content: Any, cut: list[bool]) -> dict[str, Any]:
    lines = content["traceback"]
    if not isinstance(lines, list):
        raise _InvalidError("not a traceback")
    return {
        "ename": _text(content["ename"]),
        "evalue": _text(content["evalue"]),
        "traceback": [_text(line) for line in lines],
    }


def _status(content: Any, cut: list[bool]) -> dict[str, Any]:
    if content["execution_state"] not in ("busy", "idle", "starting"):
        raise _InvalidError("not a state")
    return {"execution_state": content["execution_state"]}


def _comm(content: Any, cut: list[bool]) -> dict[str, Any]:
    return {
        "comm_id": _key(content["comm_id"]),
        "target_name": _key(content.get("target_name", "")),
        "data": _table(content["data"]),
    }


def _reply(content: Any, cut: list[bool]) -> dict[str, Any]:
    status = content["status"]
    if status not in ("ok", "error", "aborted"):
        raise _InvalidError("not a status")
    reply: dict[str, Any] = {"status": status, "execution_count": _count(content.get("execution_count"))}
    if status == "error":
        reply |= _error(content, cut)
    answers = (content.get("user_expressions") or {}).get("answers")
    if isinstance(answers, dict) and answers.get("status") == "ok":
        text = _text(answers["data"]["text/plain"])
        reply["user_expressions"] = {"answers": {"status": "ok", "data": {"text/plain": text}}}
    return reply


def _info(content: Any, cut: list[bool]) -> dict[str, Any]:
    language = _table(content["language_info"])
    described: dict[str, Any] = {"name": _key(language["name"])}
    for name in ("version", "mimetype", "file_extension", "pygments_lexer", "nbconvert_exporter"):
        if isinstance(language.get(name), str):
            described[name] = _key(language[name])
    mode = language.get("codemirror_mode")
    if isinstance(mode, dict) and isinstance(mode.get("name"), str):
        described["codemirror_mode"] = {"name": _key(mode["name"]), "version": _count(mode.get("version"))}
    return {"status": "ok", "language_info": described}


_CONTENTS: Mapping[str, Callable[[Any, list[bool]], dict[str, Any]]] = {
    "stream": _stream,
    "display_data": _display,
    "update_display_data": _display,
    "execute_result": _result,
    "error": _error,
    "status": _status,
    "execute_input": lambda content, cut: {"execution_count": _count(content.get("execution_count"))},
    "clear_output": lambda content, cut: {"wait": content.get("wait") is True},
    "comm_open": _comm,
    "comm_msg": _comm,
    "comm_close": _comm,
    "execute_reply": _reply,
    "kernel_info_reply": _info,
}


def from_parts(parts: Sequence[bytes]) -> dict[str, Any] | None:
    """The message of four JSON texts as a kernel sends them; None for one that nobody waits for."""
    header, parent, _metadata, text = parts
    try:
        origin = read(header), read(parent)
    except (ValueError, RecursionError):
        return None
    try:
        content = read(text)
    except (ValueError, RecursionError):
        content = None
    message = believed(*origin, content)
    return None if message is None else {**message, "size": len(text)}
