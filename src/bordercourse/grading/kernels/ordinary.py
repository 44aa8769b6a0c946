"""Kernels where none can be forked: Jupyter's ordinary ones, with the same manners.

Run as a program, this module is such a kernel: ``python -m bordercourse.grading.kernels.ordinary -f FILE``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from bordercourse.grading.kernels.kernel_messages import from_parts
from bordercourse.grading.limits import KernelLimits

__all__ = ["OrdinaryKernelManager", "main"]

_BUDGET = "BORDERCOURSE_KERNEL_OUTPUT_MB"


class _ZmqChannel(AsyncZMQSocketChannel):
    """A channel that believes no more than the grader's own does."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = None if deadline is None else max(0, int((deadline - time.monotonic()) * 1000))
            if not await self.socket.poll(left):
                raise Empty
            frames: Any = self.session.feed_identities(await self.socket.recv_multipart())[1]
            message = from_parts(frames[1:5]) if len(frames) >= 5 else None
            if message is not None:
                return message


class _Client(AsyncKernelClient):
    shell_channel_class = _ZmqChannel
    iopub_channel_class = _ZmqChannel

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """As Jupyter's, which looks for a reply on one channel and then for silence on the other."""
        deadline = time.monotonic() + (timeout or 60)
        while time.monotonic() < deadline:
            self.kernel_info()
            try:
                reply = await self.shell_channel.get_msg(timeout=1)
                if reply["msg_type"] == "kernel_info_reply":
                    await self.iopub_channel.get_msg(timeout=0.2)
                    return
            except Empty:
                if not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError("Kernel didn't respond in time")

    wait_for_ready = _async_wait_for_ready


class OrdinaryKernelManager(AsyncKernelManager):
    """An ordinary kernel in the submission's folder."""

    ended = None

    def __init__(self, folder: Path, env: Mapping[str, str], limits: KernelLimits) -> None:
        super().__init__(client_factory=_Client)
        self._work, self._env = folder, {**env, _BUDGET: str(limits.output_mb)}
        self._kernel_spec = KernelSpec(
            argv=[sys.executable, "-P", "-m", __name__, "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )

    async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
        kwargs.setdefault("cwd", str(self._work))
        kwargs["env"] = {**os.environ, **kwargs.get("env", {}), **self._env}
        return await super()._async_pre_start_kernel(**kwargs)


def main() -> None:
    """Be a kernel, as ``python -m ipykernel_launcher`` is one."""
    from ipykernel.kernelapp import IPKernelApp

    from bordercourse.grading.kernels.shell import FrugalSession, LastingKernel, run_for_ever

    app = IPKernelApp.instance(kernel_class=LastingKernel)
    app.session = FrugalSession(parent=app, budget=int(os.environ.pop(_BUDGET, "2")) << 20)
    app.initialize()
    if app.poller is not None:
        app.poller.start()
    app.kernel.start()
    run_for_ever()


if __name__ == "__main__":
    main()
