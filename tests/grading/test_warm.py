"""A forked kernel behaves as an ordinary one, and never outlives the grader."""

from __future__ import annotations

import contextlib
import inspect
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from bordercourse.errors import CourseError
from bordercourse.grading.kernels import isolation
from bordercourse.grading.kernels.pool import Pool, start_kernels
from bordercourse.grading.limits import KernelLimits
from tests.grading.hostile_sandbox import SECRET, Sat, sit

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux")

WALLS = [
    pytest.param(False, id="open"),
    pytest.param(
        True,
        id="isolated",
        marks=pytest.mark.skipif(not isolation.available(), reason=str(isolation.available())),
    ),
]
PRELOAD = ["numpy", "pandas", "matplotlib.pyplot", "no_such_module_anywhere"]


@pytest.fixture(scope="module", params=WALLS)
def pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    with start_kernels(PRELOAD, KernelLimits(), isolate=request.param) as pool:
        yield pool


# ------------------------------------------------------------------ as an ordinary kernel

NOTEBOOK = [
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd",
    "print('plain')\nimport sys\nprint('error stream', file=sys.stderr)",
    "pd.DataFrame({'a': [1, 2], 'b': ['x', None]})",
    "pd.DataFrame({f'a column with a long name, number {n}': [n] for n in range(9)})",
    "1 / 0",
    "this is not Python",
    "plt.plot([1, 2, 3]);",
    "import warnings\nwarnings.warn('careful')",
    "def area(r):\n    return np.pi * r ** 2\narea(2.0)",
    "%%capture held\nprint('captured')",
    "held.stdout",
    "!echo from a shell",
    "input('name? ')",
    "from IPython.display import display, HTML, clear_output",
    "display(HTML('<b>x</b>'))\nprint('gone')\nclear_output()",
    "import subprocess\nsubprocess.run(['sh', '-c', 'exit 3']).returncode",
    "import os\nos.system('exit 2') >> 8",
    "from multiprocessing.dummy import Pool as Threads\nThreads(2).map(abs, [-1, -2])",
    "import asyncio\nawait asyncio.sleep(0.01, 'awaited')",
    "import matplotlib\nmatplotlib.get_backend(), plt.isinteractive()",
    "import sqlite3, json, decimal\nsorted(n for n in dir() if not n.startswith('_'))",
    "print('first')\ndisplay('second')\nprint('third', end='')\ndisplay('fourth')\ntype(sys.stdout)",
    "import threading, time\nThread = threading.Thread(target=lambda: print('aside'))\n"
    "Thread.start()\nThread.join()\ntime.sleep(0.3)\nprint('after')",
    "exit_code = __name__, __doc__, len(In)\nexit_code",
]


def plain(sat: Sat) -> list[list[dict[str, object]]]:
    """Outputs without what differs between any two runs: paths, process numbers, colours."""
    found = []
    for outputs in sat.outputs:
        rows = []
        for output in outputs:
            data = dict(output.get("data", {}))
            if "image/png" in data:
                data["image/png"] = data["image/png"][:20]
            text = output.get("text", "")
            text = "warned" if "careful" in text else text
            rows.append(
                {"type": output["output_type"], "data": data, "text": text, "ename": output.get("ename")}
            )
        found.append(rows)
    return found


def ordinary(cells: list[str], folder: Path) -> Sat:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    manager = AsyncKernelManager(kernel_name="python3")
    NotebookClient(
        notebook, km=manager, allow_errors=True, resources={"metadata": {"path": str(folder)}}
    ).execute()
    client = NotebookClient(notebook, km=manager)
    client._cleanup_kernel()
    return Sat([cell.get("outputs", []) for cell in notebook.cells], None, None)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[list[dict[str, object]]]:
    return plain(ordinary(NOTEBOOK, tmp_path_factory.mktemp("ordinary")))


def test_gives_the_outputs_of_an_ordinary_kernel(pool: Pool, expected: list[object], tmp_path: Path) -> None:
    found = plain(sit(pool, NOTEBOOK, tmp_path))
    for source, one, other in zip(NOTEBOOK, found, expected, strict=True):
        assert one == other, source


def test_is_a_clean_process(pool: Pool, tmp_path: Path) -> None:
    code = """
    import os, signal, sys
    print([name for name in sys.modules if name.startswith(("bordercourse", "debugpy", "nbgrader"))])
    print(sys.argv, sys.path.count(""), __name__)
    print([signal.getsignal(number) == signal.SIG_DFL for number in (signal.SIGCHLD, signal.SIGTERM)])
    print(os.readlink("/proc/self/fd/0"), os.read(0, 1))
    print(os.path.samefile(os.getcwd(), "."), "JPY_PARENT_PID" in os.environ)
    """
    sat = sit(pool, [textwrap.dedent(code)], tmp_path)
    assert sat.text().splitlines() == [
        "[]",
        "['ipykernel_launcher'] 1 __main__",
        "[True, True]",
        "/dev/null b''",
        "True False",
    ]


def test_has_only_the_environment_that_is_given(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BORDERCOURSE_TEST_SECRET", SECRET)
    code = "import os\nprint(os.environ['NBGRADER_EXECUTION'], dict(os.environ))"
    begun = "print(open('/proc/self/environ').read())"
    sat = sit(pool, [code, begun], tmp_path, {"NBGRADER_EXECUTION": "autograde"})
    assert sat.text().startswith("autograde ")
    assert "'USER': 'participant'" in sat.text()
    assert SECRET not in sat.text() + sat.text(1)


def test_draws_its_own_random_numbers(pool: Pool, tmp_path: Path) -> None:
    code = """
    import random
    import numpy as np
    print(random.random(), np.random.random(), np.random.default_rng().random())
    """
    first, second = (sit(pool, [textwrap.dedent(code)], tmp_path).text().split() for _ in range(2))
    assert all(a != b for a, b in zip(first, second, strict=True))
    seeded = "import random\nrandom.seed(1)\nprint(random.random())"
    assert sit(pool, [seeded], tmp_path).text() == f"{random.Random(1).random()}\n"


def test_hides_no_missing_import(tmp_path: Path) -> None:
    code = "import matplotlib, xml\nprint(hasattr(matplotlib, 'pyplot'), hasattr(xml, 'sax'))"
    with start_kernels(["matplotlib", "xml"], isolate=False) as pool:
        assert sit(pool, [code], tmp_path).text() == ordinary([code], tmp_path).text() == "False False\n"


@pytest.mark.parametrize(("also", "read"), [((), 0), (("pydantic",), 1)])
def test_records_are_read_once_for_all_kernels(also: tuple[str, ...], read: int, tmp_path: Path) -> None:
    """But only where the source's own setup loads their reader: a kernel holds no more than that."""
    cells = ["from bordercourse.datasets import records", "records._records.cache_info().currsize"]
    with start_kernels(["bordercourse.datasets.records", *also], isolate=False) as pool:
        assert sit(pool, cells, tmp_path).text(1) == str(read)


def test_shows_an_import_that_the_parent_could_not_make(pool: Pool, tmp_path: Path) -> None:
    sat = sit(pool, ["import no_such_module_anywhere", "print(1)"], tmp_path)
    assert (sat.error_name(), sat.text(1)) == ("ModuleNotFoundError", "1\n")


def test_a_module_beside_the_notebook_is_found(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("value = 7")
    assert sit(pool, ["import helper\nprint(helper.value)"], tmp_path).text() == "7\n"


def test_a_fork_of_the_participants_own_does_no_harm(pool: Pool, tmp_path: Path) -> None:
    code = """
    import os
    child = os.fork()
    if not child:
        print("from the child")
        os._exit(5)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    sat = sit(pool, [textwrap.dedent(code), "print('after')"], tmp_path)
    assert sat.error is None
    assert sat.text().endswith("5\n")
    assert sat.text(1) == "after\n"


def test_an_interrupt_reaches_the_cell(pool: Pool, tmp_path: Path) -> None:
    sat = sit(pool, ["import time\nprint('on')\ntime.sleep(60)", "print('after')"], tmp_path, timeout=2)
    assert sat.error_name() == "KeyboardInterrupt"
    assert sat.text(1) == "after\n"


def test_a_cell_that_uses_up_its_time_ends_alone(tmp_path: Path) -> None:
    limits = KernelLimits(cell_cpu_seconds=1, cpu_seconds=20)
    code = "try:\n    while True:\n        pass\nexcept Exception:\n    print('caught by accident')"
    with start_kernels([], limits, isolate=False) as pool:
        sat = sit(pool, [code, "print('after')", code, "print('after')"], tmp_path)
    assert sat.error_name(0) == sat.error_name(2) == "CellTimeoutError"
    assert sat.text(1) == sat.text(3) == "after\n"


def test_says_how_a_kernel_ended(pool: Pool, tmp_path: Path) -> None:
    sat = sit(pool, ["import os\nos._exit(7)"], tmp_path)
    assert sat.ended is not None
    assert (sat.ended.code, sat.ended.reason) == (7, "")
    assert "7" in str(sat.ended)
    assert 0 < sat.ended.cpu_seconds < 60


# ------------------------------------------------------------------ several at once, and the end


def test_many_at_once_do_not_mix(pool: Pool, tmp_path: Path) -> None:
    def one(number: int) -> str:
        return sit(pool, [f"x = {number}", "import time\ntime.sleep(0.05)", "print(x)"], tmp_path).text(2)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(one, range(8))) == [f"{number}\n" for number in range(8)]
    left = [name for name in os.listdir(pool._folder) if name.startswith("k")]
    assert left == [], "a kernel's private directory was left behind"


def test_a_restarted_kernel_is_a_new_one(pool: Pool, tmp_path: Path) -> None:
    from jupyter_core.utils import run_sync

    async def both() -> list[str]:
        manager = pool.manager(tmp_path)
        await manager.start_kernel()
        await manager.restart_kernel(now=True)
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=30)
        client.execute("1 + 1")
        reply = await client.shell_channel.get_msg(timeout=30)
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        return [reply["content"]["status"], str(await manager.is_alive())]

    assert run_sync(both)() == ["ok", "False"]


def test_a_killed_parent_is_replaced(tmp_path: Path) -> None:
    with start_kernels([], isolate=False) as pool:
        assert pool._parent is not None
        pool._parent.process.kill()
        pool._parent.process.wait()
        assert sit(pool, ["print(1)"], tmp_path).text() == "1\n"


def test_a_closed_pool_says_so(tmp_path: Path) -> None:
    with start_kernels([], isolate=False) as pool:
        pass
    assert not os.path.exists(pool._folder)
    with pytest.raises(CourseError, match="closed"):
        sit_or_raise(pool, tmp_path)


def sit_or_raise(pool: Pool, folder: Path) -> None:
    from jupyter_core.utils import run_sync

    run_sync(pool.manager(folder).start_kernel)()


GRADER = """
import sys, time
from pathlib import Path
from jupyter_core.utils import run_sync
from bordercourse.grading.kernels.pool import start_kernels

async def main(pool):
    manager = pool.manager(Path(sys.argv[2]))
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    client.execute("import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (2, 15)]; time.sleep(60)")
    print("running", flush=True)
    time.sleep(60)

with start_kernels([], isolate=sys.argv[1] == "True") as pool:
    print(pool._parent.process.pid, flush=True)
    run_sync(main)(pool)
"""


@pytest.mark.parametrize("isolate", WALLS)
def test_everything_dies_with_a_killed_grader(isolate: bool, tmp_path: Path) -> None:
    command = [sys.executable, "-c", GRADER, str(isolate), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as grader:
        assert grader.stdout is not None
        parent = int(grader.stdout.readline())
        assert grader.stdout.readline() == "running\n"
        family = descendants(parent)
        assert len(family) >= 2
        grader.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(is_alive(pid) for pid in family) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in family if is_alive(pid)]


def descendants(pid: int) -> list[int]:
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found += descendants(int(child))
    return found


def is_alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


# ------------------------------------------------------------------ where there is no fork


def test_falls_back_to_ordinary_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bordercourse.grading.kernels.pool.WARM", False)
    with start_kernels(["pandas"], isolate=False) as pool:
        assert not pool.warm
        code = "import os\nprint(os.path.basename(os.getcwd()), os.environ['GIVEN'])"
        assert sit(pool, [code], tmp_path, {"GIVEN": "yes"}).text() == f"{tmp_path.name} yes\n"


def test_is_registered_as_a_provisioner_and_serves_without_a_pool(tmp_path: Path) -> None:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.provisioning.factory import KernelProvisionerFactory

    from bordercourse.grading.kernels.provisioner import WarmProvisioner

    spec = KernelSpecManager().get_kernel_spec("python3")
    spec.metadata["kernel_provisioner"] = {"provisioner_name": "bordercourse-warm"}
    made = KernelProvisionerFactory.instance().create_provisioner_instance("x", spec, parent=None)
    assert isinstance(made, WarmProvisioner)
    manager = AsyncKernelManager(kernel_name="python3")
    manager._kernel_spec = spec
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    client = NotebookClient(notebook, km=manager)
    client.execute()
    client._cleanup_kernel()
    assert notebook.cells[0].outputs[0]["data"]["text/plain"] == "2"


def test_what_is_used_of_the_insides_of_jupyter_is_there() -> None:
    """Each name here is overridden or called by ours; where one goes, this test says which."""
    from ipykernel import debugger, iostream, ipkernel, kernelapp, kernelbase, zmqshell
    from jupyter_client import channels, client, manager, session
    from jupyter_client.provisioning import local_provisioner

    for owner, names in {
        kernelapp.IPKernelApp: "parse_command_line load_config_file init_connection_file init_heartbeat "
        "write_connection_file cleanup_connection_file log_connection_info init_poller init_sockets "
        "init_kernel initialize configure_tornado_logger start",
        kernelbase.Kernel: "start shell_main dispatch_shell set_parent get_parent",
        ipkernel.IPythonKernel: "start do_execute do_shutdown",
        zmqshell.ZMQInteractiveShell: "ask_exit _update_exit_now",
        iostream.IOPubThread: "start schedule send_multipart",
        iostream.OutStream: "flush _flush write",
        session.Session: "send msg serialize deserialize feed_identities",
        client.KernelClient: "start_channels stop_channels execute kernel_info _async_is_alive "
        "_async_wait_for_ready",
        manager.KernelManager: "_async_pre_start_kernel _async_request_shutdown _connect_control_socket "
        "_reconcile_connection_info get_connection_info cleanup_connection_file",
        channels.AsyncZMQSocketChannel: "get_msg",
        local_provisioner.LocalProvisioner: "pre_launch launch_kernel wait cleanup "
        "shutdown_requested send_signal",
        NotebookClient: "async_start_new_kernel async_execute_cell async_wait_for_reply process_message "
        "_async_check_alive _async_cleanup_kernel",
    }.items():
        missing = [name for name in names.split() if not callable(getattr(owner, name, None))]
        assert not missing, f"{owner.__name__} has lost {missing}"
    assert hasattr(debugger, "_is_debugpy_available")
    assert hasattr(kernelbase.Kernel, "_execute_sleep")
    # Ours says that it has no subshells by a plain value in this property's place; the first of ipykernel 7
    # have no such property, and no subshells.
    subshells = getattr(kernelbase.Kernel, "_supports_kernel_subshells", None)
    assert subshells is None or isinstance(subshells, property)
    assert all(hasattr(client.KernelClient, name) for name in ("_shell_channel", "_iopub_channel"))
    for method, text in {
        # what the kernel's application leaves for its kernel, and how output leaves the kernel
        kernelapp.IPKernelApp.init_sockets: "self.init_iopub(context)",
        kernelapp.IPKernelApp.init_iopub: "self.iopub_thread = IOPubThread(",
        kernelapp.IPKernelApp.init_kernel: "self.displayhook.get_execution_count = ",
        iostream.IOPubThread._setup_event_pipe: "self.socket.context",
        iostream.IOPubThread._really_send: "self.socket.send_multipart(",
        # a stream that has nothing to say says nothing
        iostream.OutStream._flush: "self._flush_pending = False",
        iostream.OutStream.write: "self._buffers[",
        # requests come to one line
        kernelbase.Kernel.start: "self.shell_stream.on_recv(",
        # signatures, which are left away
        session.Session.sign: "if self.auth is None",
        session.Session.deserialize: "if self.auth is not None",
        # an end of the line is silence, on which nbclient looks whether the kernel lives
        NotebookClient._async_poll_for_reply: "except Empty",
        NotebookClient.async_wait_for_reply: "except Empty",
        local_provisioner.LocalProvisioner.poll: "self.process",
    }.items():
        assert text in inspect.getsource(method), f"{method.__qualname__} has lost {text}"  # type: ignore[arg-type]
