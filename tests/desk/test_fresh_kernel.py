"""A kernel that has only just started in a workspace explains the very first mistake, and logs no error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from bordercourse.desk.settings import environment, write_settings
from bordercourse.desk.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "work")
    workspace.lab.mkdir(parents=True)
    write_settings(workspace, instructor=False)
    return workspace


def first_cell(client: BlockingKernelClient, source: str) -> list[dict[str, Any]]:
    """Run `source` and return what it put on the page."""
    outputs: list[dict[str, Any]] = []
    client.execute_interactive(
        source,
        allow_stdin=False,
        timeout=60,
        output_hook=lambda message: outputs.append(message["content"] | {"type": message["msg_type"]}),
    )
    return [output for output in outputs if output["type"] in ("error", "stream", "display_data")]


def test_the_first_mistake_of_a_fresh_kernel_is_explained_and_its_log_is_empty(
    workspace: Workspace, tmp_path: Path
) -> None:
    log = tmp_path / "kernel.log"
    with log.open("w", encoding="utf-8") as stream:
        # As the server of the workspace starts it: see "KernelManager" in its configuration.
        manager = KernelManager(kernel_name="python3", transport_encryption="auto")
        manager.start_kernel(
            env=environment(workspace, "token"), cwd=str(workspace.root), stdout=stream, stderr=stream
        )
        client = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            (error,) = first_cell(client, "weeks = 71 million")
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    assert error["type"] == "error"
    assert error["traceback"][0] == "This box stopped."
    assert not [line for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]


def test_a_startup_file_hides_no_package_and_an_old_one_is_taken_away(workspace: Workspace) -> None:
    folder = workspace.lab / "ipython" / "profile_default" / "startup"
    (folder / "bordercourse.py").write_text("raise SystemExit", encoding="utf-8")
    write_settings(workspace, instructor=False)
    names = [path.stem for path in folder.glob("*.py")]
    assert names
    assert not [name for name in names if name.isidentifier()], "importable: it would hide a module"
