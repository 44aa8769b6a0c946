"""How Jupyter's own machinery (a manager, a provisioner) gets its kernel from a pool of forked ones."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from bordercourse.grading.kernels.kernel_client import Traffic, WarmKernelClient

if TYPE_CHECKING:
    from bordercourse.grading.kernels.pool import Ended, Pool, WarmProcess

__all__ = ["WarmKernelManager", "WarmProvisioner"]

_HARD_OUTPUT = 20  # times output_mb: what a kernel that ignores its own bound may send before it is killed


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel from the pool of its manager; as the local provisioner does where there is none."""

    process: Any

    @property
    def _manager(self) -> WarmKernelManager | None:
        return self.parent if isinstance(self.parent, WarmKernelManager) else None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """There is no command to make ready."""
        if self._manager is None:
            return await super().pre_launch(**kwargs)
        self.connection_info = self._manager.get_connection_info()
        return {"cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Have a kernel forked, and wait until it is shut in.

        Parameters
        ----------
        cmd : list of str
            Empty for a kernel of the pool.
        **kwargs
            As for the local provisioner.
        """
        if self._manager is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = self._manager.fork()
        try:
            await self.process.started()
        except BaseException:
            self.process = None
            raise
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        if self._manager is None:
            return await super().wait()
        pause = 0.001
        while self.process is not None and self.process.poll() is None:
            await asyncio.sleep(pause)
            pause = min(2 * pause, 0.05)
        code = self.process.poll() if self.process is not None else 0
        self.process = None
        return code

    async def shutdown_requested(self, restart: bool = False) -> None:
        """There is nothing to tidy in a kernel whose files vanish: do not wait for it to end by itself."""
        if self._manager is not None:
            await self.kill()
            await self.wait()

    async def cleanup(self, restart: bool = False) -> None:
        """Close the lines to a kernel that is not to be followed by another."""
        if self._manager is None:
            await super().cleanup(restart)
        elif not restart:
            self._manager.let_go()


class WarmKernelManager(AsyncKernelManager):
    """Manages one kernel of a `Pool`; `ended` tells how its last kernel ended."""

    process: WarmProcess
    traffic: Traffic

    def __init__(self, pool: Pool, folder: Path, env: Mapping[str, str]) -> None:
        self._pool, self._work, self._env = pool, folder, dict(env)
        super().__init__(
            connection_file="none.json",
            client_factory=WarmKernelClient,
        )
        self.session.auth = None  # the lines are ours alone: nothing need be signed
        self._kernel_spec = KernelSpec(
            argv=["python"],
            display_name="Python 3",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "bordercourse-warm"}},
        )
        self._forked = False

    @property
    def ended(self) -> Ended | None:
        """How the kernel ended; None while it runs, or before it started."""
        if not self._forked:
            return None
        self.process.poll()
        return self.process.ended

    def fork(self) -> WarmProcess:
        """Start a kernel; the one before it is let go."""
        self.let_go()
        self.process = process = self._pool.fork(self._work, self._env)
        self._forked = True

        def kill() -> None:
            if not process.reason:
                process.reason = "output"
                process.kill()

        self.traffic = Traffic(self._pool.limits.output_mb * _HARD_OUTPUT << 20, kill)
        return process

    def let_go(self) -> None:
        """Close the lines to the kernel, which ends it if it runs."""
        if self._forked:
            self.process.poll()
            self.process.close()

    def _connect_control_socket(self) -> None:
        pass  # nothing is said to a kernel that signals do not say

    async def _async_request_shutdown(self, restart: bool = False) -> None:
        assert self.provisioner is not None
        await self.provisioner.shutdown_requested(restart=restart)

    def _reconcile_connection_info(self, info: Any) -> None:
        pass  # both sides were told; there is no file to agree with
