"""The warm parent: it has imported everything once, and forks servers and kernels that share it.

It reads no request itself. The fork comes first, and the child reads: so no child holds in its memory what
another was told. Who asks for a kernel gets it as the user that the system says he is (``SO_PEERCRED``,
unix(7)), never as one that a message names; only the administrator may ask for a server, as anybody.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bordercourse.classroom.accounts import account, become
from bordercourse.classroom.warming import warm_up

__all__ = ["main"]

_PATIENCE = 5  # seconds for a request to come whole
_LARGEST_REQUEST = 1_000_000  # bytes
_MOST_CHILDREN = 12  # of one participant at a time: kernels, and knocks that say nothing
_KERNEL_OOM = 800  # proc(5): where memory ends, kernels go before servers and before the hub
_KERNEL_MEMORY = 4 << 30  # bytes of address space; the parent's own is about a third of it
_SET_DUMPABLE, _SET_NAME = 4, 15  # prctl(2)


def main(argv: Sequence[str] | None = None) -> int:
    """Warm up and answer at the socket that the command names, until the end."""
    (door,) = sys.argv[1:] if argv is None else argv
    began = time.monotonic()
    for line in warm_up():
        print(f"not warmed: {line}", flush=True)
    listener = _listen(Path(door))
    print(f"warm after {time.monotonic() - began:.1f} s", flush=True)
    _answer(listener)
    return 0


def _listen(door: Path) -> socket.socket:
    door.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(door))
    door.chmod(0o666)  # anybody may knock: the system tells who it is
    listener.listen(128)
    return listener


def _answer(listener: socket.socket) -> None:
    """Fork one child for each knock; the child hears what is wanted."""
    children: dict[int, int] = {}  # process to user

    def bury(*_signal: object) -> None:
        while True:
            try:
                process, _status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if process == 0:
                return
            children.pop(process, None)

    signal.signal(signal.SIGCHLD, bury)
    while True:
        line, _address = listener.accept()
        credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        asker, user, _group = struct.unpack("3i", credentials)
        if user and list(children.values()).count(user) >= _MOST_CHILDREN:
            line.close()
            continue
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # a child that ends at once is still noted
        try:
            child = os.fork()
            if child == 0:
                _be_a_child(line, listener, user, asker)
            children[child] = user
        except OSError as error:
            print(f"no fork: {error}", flush=True)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            line.close()


def _be_a_child(line: socket.socket, listener: socket.socket, user: int, asker: int) -> None:
    """Hear what is wanted, become who asks, and be it; never return."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        listener.close()
        os.setsid()
        request = _heard(line, user)
        if request["want"] in ("server", "kernel"):
            _begin(request)
            _tell(line, {"process": os.getpid()})
            line.close()
            os.closerange(3, 4096)
            _be(request, asker)
        else:
            _tell(line, {"process": os.getpid()})
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException as error:
        with contextlib.suppress(OSError):
            _tell(line, {"error": str(error)})
        traceback.print_exc()
    finally:
        os._exit(status)


def _tell(line: socket.socket, answer: dict[str, Any]) -> None:
    line.sendall(json.dumps(answer).encode() + b"\n")


def _heard(line: socket.socket, user: int) -> dict[str, Any]:
    """Read a request, as the user who makes it."""
    import pwd

    line.settimeout(_PATIENCE)
    if user != 0:
        _go_first_when_memory_ends()
        become(pwd.getpwuid(user))
    data = b""
    while not data.endswith(b"\n"):
        part = line.recv(1 << 16)
        data += part
        if not part or len(data) > _LARGEST_REQUEST:
            raise ValueError("no request")
    request: dict[str, Any] = json.loads(data)
    if user == 0 and request["want"] == "server":
        become(account(request["participant"]))
    elif request["want"] == ("server" if user else "kernel"):
        raise PermissionError("not for you")
    return request


def _go_first_when_memory_ends() -> None:
    Path("/proc/self/oom_score_adj").write_text(str(_KERNEL_OOM), encoding="ascii")


def _begin(request: dict[str, Any]) -> None:
    """Take over environment, folder and output."""
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["folder"])
    log = os.devnull
    if request["want"] == "server":
        folder = Path("bordercourse", ".lab")
        folder.mkdir(parents=True, exist_ok=True)
        log = str(folder / "lab.log")
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in enumerate((nothing, output, output)):
        os.dup2(target, number)
    time.tzset()
    library = ctypes.CDLL(None)
    # Who changes the user cannot look into /proc/self any more; kernels and psutil need it.
    library.prctl(_SET_DUMPABLE, 1, 0, 0, 0)
    library.prctl(_SET_NAME, f"class-{request['want']}".encode(), 0, 0, 0)


def _be(request: dict[str, Any], asker: int) -> None:
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()  # else all kernels would draw the same numbers
    if request["want"] == "server":
        from bordercourse.classroom.seat import serve

        serve(request["arguments"])
        return
    import resource

    from ipykernel import kernelapp

    _end_with(asker)
    resource.setrlimit(resource.RLIMIT_AS, (_KERNEL_MEMORY, _KERNEL_MEMORY))
    # What was typed in a kernel is kept nowhere else; a list of it on the disk would wait for the disk.
    sys.argv = ["ipykernel_launcher", *request["arguments"], "--HistoryManager.hist_file=:memory:"]
    if sys.path[0] != "":
        sys.path.insert(0, "")
    kernelapp.launch_new_instance()


def _end_with(server: int) -> None:
    """End this kernel when the server that asked for it is gone: nobody else could end it."""
    import select
    import threading

    watch = select.poll()
    watch.register(os.pidfd_open(server), select.POLLIN)

    def wait() -> None:
        watch.poll()
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, name="end-with-server", daemon=True).start()


if __name__ == "__main__":
    raise SystemExit(main())
