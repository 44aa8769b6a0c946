"""What a kernel says is believed where it has the form of an output; the rest is left out and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.grading.kernels import wire
from bordercourse.grading.kernels.kernel_messages import LEFT_OUT, believed, from_parts, read
from bordercourse.grading.limits import DEEPEST_MESSAGE, MOST_MESSAGE_VALUES
from tests.grading.classroom import Classroom
from tests.grading.forged import BROKEN, FORGED, ODD, SEND

NOTE = "A part of this cell's output was left out"


def validated(outputs: list[dict[str, Any]]) -> None:
    """Outputs hold to the notebook format, and can be written."""
    cell = nbformat.v4.new_code_cell("x", id="a", outputs=nbformat.from_dict(outputs))
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbformat.validate(notebook)
    json.dumps(notebook, allow_nan=False).encode("utf-8", "surrogatepass")


def output(message: dict[str, Any]) -> dict[str, Any]:
    kind = message["msg_type"].replace("update_display_data", "display_data")
    content = {key: value for key, value in message["content"].items() if key != "transient"}
    return {"output_type": kind, **content}


# ------------------------------------------------------------------ the checker by itself


@pytest.mark.parametrize(("kind", "content"), FORGED.values(), ids=FORGED)
def test_what_comes_out_is_valid_or_left_out(kind: str, content: Any) -> None:
    message = believed({"msg_type": kind}, {"msg_id": "1"}, content)
    if message is not None and message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
        validated([output(message)])
        assert message["cut"] or kind == "execute_result" or "transient" in content


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),  # `read` lets no other number in
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
_KEYS = ["name", "text", "data", "metadata", "transient", "ename", "evalue", "traceback", "execution_count"]
_KINDS = ["stream", "display_data", "update_display_data", "execute_result", "error"]
_CONTENTS = _VALUES | st.dictionaries(
    st.sampled_from(_KEYS),
    _VALUES | st.dictionaries(st.sampled_from(["text/plain", "a/b", "application/json", "x"]), _VALUES),
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_KINDS), _CONTENTS)
def test_any_content_is_valid_or_left_out(kind: str, content: Any) -> None:
    message = believed({"msg_type": kind}, {"msg_id": "1"}, content)
    assert message is not None
    if message["msg_type"] != LEFT_OUT:
        validated([output(message)])


@settings(max_examples=100, deadline=None)
@given(_VALUES, _VALUES)
def test_any_header_is_read_or_dropped(header: Any, parent: Any) -> None:
    message = believed(header, parent, {"name": "stdout", "text": "x"})
    assert message is None or isinstance(message["parent_header"].get("msg_id", ""), str)


def test_values_and_levels_are_counted_before_anything_is_made() -> None:
    assert read(b'"' + b'[{,\\"' * 200_000 + b'"') == '[{,"' * 200_000, "what stands in a text is text"
    for text in (
        b"[" * (DEEPEST_MESSAGE + 1) + b"]" * (DEEPEST_MESSAGE + 1),
        b"[" + b"0," * MOST_MESSAGE_VALUES,
    ):
        with pytest.raises(ValueError, match="deep or too many"):
            read(text)
    for text in (b'"' + b'\\"' * 3_000_000, b'"' * 6_000_000, b"\\" * 6_000_000, b"]" * 6_000_000):
        with pytest.raises(ValueError):  # in one pass over the text, whatever stands in it
            read(text)
    assert read(b"[NaN, Infinity, -1e999, 1.5]") == [None, None, None, 1.5]


def test_an_output_of_too_many_values_is_told() -> None:
    parts = [b'{"msg_type": "display_data"}', b'{"msg_id": "1"}', b"{}", b"[" + b"0," * 200_000 + b"0]"]
    message = from_parts(parts)
    assert message is not None
    assert (message["msg_type"], message["parent_header"]) == (LEFT_OUT, {"msg_id": "1"})


# ------------------------------------------------------------------ packets


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=4, max_size=4), st.integers(0, 3), st.integers(1, 3))
def test_a_message_survives_its_packets(parts: list[bytes], longer: int, times: int) -> None:
    parts[longer] = parts[longer] * 1000 * times
    assembler = wire.Assembler(10_000_000)
    whole = [message for packet in wire.packets(wire.join(parts)) if (message := assembler.add(packet))]
    assert [wire.part(message) for message in whole] == [parts]


def test_a_message_that_is_broken_off_is_forgotten() -> None:
    assembler = wire.Assembler(200_000)
    long, short = wire.join([b"x" * 100_000, b"", b"", b""]), wire.join([b"a", b"b", b"c", b"d"])
    first, *_rest = wire.packets(long)
    assert assembler.add(first) is None
    assert [assembler.add(packet) for packet in wire.packets(short)] == [short], "a child's comes between"
    assert [assembler.add(packet) for packet in wire.packets(long)] == [None, long]
    with pytest.raises(wire.TooLargeError):
        list(map(assembler.add, wire.packets(b"x" * 300_000)))
    for text in (b"", b"abc", b"\xff" * 16, short[:-1], short + b"x"):
        with pytest.raises(ValueError, match="not a message"):
            wire.part(text)


# ------------------------------------------------------------------ a class of them


@pytest.fixture(scope="module")
def graded(room: Classroom, isolate: bool) -> dict[str, Any]:
    """Everybody answers all questions right, and one cell sends what is no output."""
    cells = {name: f"{SEND}\nsend(*{message!r})" for name, message in FORGED.items()}
    cells |= {name: SEND + code for name, code in BROKEN.items()} | ODD
    for name, code in cells.items():
        notebook = room.model("tiny")
        notebook.cells.insert(1, nbformat.v4.new_code_cell(code + "\n", id="odd"))
        notebook.cells.insert(2, nbformat.v4.new_code_cell("print('after')", id="after"))
        room.hand_in(name, "tiny", notebook)
    return room.grade("tiny", isolate=isolate)


def outputs(room: Classroom, who: str, cell: str) -> Any:
    path = room.root / "autograded" / who / "tiny" / "tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return next(one.outputs for one in notebook.cells if one.id == cell)


@pytest.mark.parametrize("name", [*FORGED, *BROKEN, *ODD])
def test_nothing_that_a_kernel_says_stops_a_hand_in(
    graded: dict[str, Any], room: Classroom, name: str
) -> None:
    outcome = graded[name]
    assert (outcome.state, outcome.reason) == ("graded", ""), outcome
    marks = room.scores("tiny")[name]
    assert (marks["b1-share"], marks["b2-names"], marks["b3-table"]) == (3.0, 2.0, 1.0)
    assert outputs(room, name, "after")[0].text == "after\n"


@pytest.mark.parametrize(
    "name", ["stream-number", "display-nested", "many-values", "raw-number", "raw-nonsense"]
)
def test_what_is_left_out_is_told_in_the_cell_and_to_the_instructor(
    graded: dict[str, Any], room: Classroom, name: str
) -> None:
    assert NOTE in "".join(one.get("text", "") for one in outputs(room, name, "odd"))
    assert graded[name].left_out == ("cell 2: output that no notebook can show",)


def test_the_valid_part_of_an_output_stays(graded: dict[str, Any], room: Classroom) -> None:
    assert outputs(room, "raw-number", "odd")[0].data == {"text/plain": "five"}
    assert not graded["raw-empty"].left_out


def test_nothing_is_told_where_nothing_was_left_out(graded: dict[str, Any], room: Classroom) -> None:
    for name in ("html-none", "json", "surrogate"):
        assert not graded[name].left_out
        assert NOTE not in str(outputs(room, name, "odd"))


def test_a_folder_of_such_hand_ins_is_ordinary_for_nbgrader(graded: dict[str, Any], room: Classroom) -> None:
    assert len(list(Path(room.root / "autograded").glob("*/tiny/tiny.ipynb"))) == len(graded)
