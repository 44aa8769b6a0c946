"""A participant's kernel, forked from the warm parent, or started the plain way where it is silent."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from bordercourse.classroom.parent_line import DOOR, ForkedProcess, ParentSilentError, ask_parent
from bordercourse.classroom.seat_ports import free_seat_ports

__all__ = ["RoomKernelProvisioner"]

_given: list[int] = []  # by this server, of late: a kernel takes a moment to hold its ports


def _kernel_ports() -> list[int]:
    free = [port for port in free_seat_ports(os.getuid(), 40) if port not in _given]
    _given.extend(free[:5])
    del _given[:-25]
    return free[:5]


class RoomKernelProvisioner(LocalProvisioner):
    """Asks the parent whose socket the environment names."""

    process: Any
    parent: Any
    ports_cached: bool
    pid: Any
    pgid: Any

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the ports from the participant's own stretch, once for each kernel."""
        manager = self.parent
        if os.environ.get(DOOR) and manager is not None and not self.ports_cached:
            names = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
            for name, port in zip(names, _kernel_ports(), strict=True):
                setattr(manager, name, port)
            self.ports_cached = True
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Have a kernel forked.

        Parameters
        ----------
        cmd : list of str
            The command of an ordinary kernel of this Python.
        **kwargs
            As for the local provisioner.
        """
        door = os.environ.get(DOOR)
        if not door or "ipykernel_launcher" not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        try:
            number = await asyncio.to_thread(
                ask_parent,
                Path(door),
                "kernel",
                arguments=arguments,
                env=dict(kwargs.get("env") or os.environ),
                folder=str(kwargs.get("cwd") or os.getcwd()),
            )
        except ParentSilentError as error:
            self.log.warning("The warm parent is silent (%s): this kernel starts the plain way.", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = ForkedProcess(number)
        self.pid = self.pgid = number  # the parent made it the first of its group
        return self.connection_info
