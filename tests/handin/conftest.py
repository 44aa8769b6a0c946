"""What the tests of hand-ins share: a course to file in, and hand-ins of people."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bordercourse.handin.identifiers import participant_id
from bordercourse.handin.parcel import Parcel, write_parcel

MODULE = "01-tiny"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def notebook(text: str = "") -> bytes:
    cells = [{"cell_type": "markdown", "id": "memo", "metadata": {}, "source": text}] if text else []
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    source = folder / "source" / MODULE
    source.mkdir(parents=True)
    (source / f"{MODULE}.ipynb").write_bytes(notebook())
    return folder


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def give(box: Path) -> Callable[..., Path]:
    """Put a hand-in of somebody into the box: ``give("Nguyễn An", "their work")``."""

    def put(name: str, text: str = "", time: datetime = NOON, file: str = "", old: bool = False) -> Path:
        id = participant_id(name)
        parcel = Parcel(id, MODULE, time, {f"{MODULE}.ipynb": notebook(text)}, "" if old else name)
        path = box / (file or f"{len(list(box.iterdir())):02} {id}.zip")
        write_parcel(parcel, path)
        return path

    return put
