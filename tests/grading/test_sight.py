"""What a kernel may read is a list of what it needs, whatever the environment names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import bordercourse
from bordercourse.grading.kernels import isolation
from bordercourse.grading.kernels.sight import look_around
from bordercourse.grading.kernels.tree import layout

PRIVATE = ("exercises/source", "tests/answers", "workspace", ".git", "home/.ssh", "notes")
"""Folders of a checkout and of a person, each with a file that nobody may see."""

GRADER = """
import json, logging, sys
from pathlib import Path
logging.disable(logging.CRITICAL)
sys.path.append(sys.argv[1])
from hostile_sandbox import sit
from bordercourse.grading.kernels.pool import start_kernels
from bordercourse.grading.limits import KernelLimits
with start_kernels([], KernelLimits()) as pool:
    sat = sit(pool, [sys.argv[3], "import bordercourse, subprocess, sys",
                     "subprocess.run([sys.executable, '-c', 'import bordercourse; print(1)'],"
                     " capture_output=True, text=True).stdout"], Path(sys.argv[2]))
    print(json.dumps([sat.text(0), sat.error_name(1), sat.text(2), repr(sat.error)]))
"""
SEARCH = """
import os
for folder, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/usr", "/sys")]
    for name in names:
        if name.startswith("kept-from-all"):
            print("ESCAPED", os.path.join(folder, name))
print("searched")
"""


@pytest.fixture(scope="module")
def checkout() -> Iterator[Path]:
    """A folder like a checkout, in a place that is not covered inside as ``/tmp`` is."""
    place = "/var/tmp" if os.access("/var/tmp", os.W_OK) else None
    with TemporaryDirectory(prefix="bc-checkout-", dir=place) as folder:
        for name in PRIVATE:
            path = Path(folder, name)
            path.mkdir(parents=True)
            (path / "kept-from-all.txt").write_text("secret")
        Path(folder, "kept-from-all.db").write_text("secret")
        Path(folder, "exercises", "kept-from-all.py").write_text("secret = 1")
        os.chmod(folder, 0o755)
        yield Path(folder)


VARIABLES: dict[str, dict[str, str]] = {
    "PYTHONPATH of the checkout": {"PYTHONPATH": "@"},
    "PYTHONPATH of the sources": {"PYTHONPATH": "@/exercises/source:@/exercises:@/tests"},
    "PYTHONPATH of everything": {"PYTHONPATH": "/"},
    "PYTHONPATH with an empty entry": {"PYTHONPATH": ":@"},
    "PYTHONPATH with an empty last entry": {"PYTHONPATH": "@:"},
    "PYTHONPATH of empty entries alone": {"PYTHONPATH": ":"},
    "Python": {
        "PYTHONUSERBASE": "@",
        "PYTHONPYCACHEPREFIX": "@",
        "PYTHONSTARTUP": "@/kept-from-all.db",
        "PYTHONCASEOK": "1",
        "PYTHONSAFEPATH": "1",
        "PYTHONPLATLIBDIR": "lib",
    },
    "Jupyter": {
        "JUPYTER_PATH": "@",
        "JUPYTER_CONFIG_DIR": "@",
        "JUPYTER_CONFIG_PATH": "@",
        "JUPYTER_DATA_DIR": "@",
        "JUPYTER_RUNTIME_DIR": "@/notes",
        "IPYTHONDIR": "@/home",
    },
    "the desktop": {
        "MPLCONFIGDIR": "@",
        "TMPDIR": "@/notes",
        "XDG_CACHE_HOME": "@",
        "XDG_CONFIG_HOME": "@",
        "XDG_DATA_HOME": "@",
        "XDG_DATA_DIRS": "@",
        "XDG_RUNTIME_DIR": "@",
        "XDG_STATE_HOME": "@",
    },
    "HOME": {"HOME": "@"},
    "HOME of everything": {"HOME": "/"},
    "programs and libraries": {"PATH": "@:" + os.environ.get("PATH", ""), "LD_LIBRARY_PATH": "@"},
}
"""Variables that Python, Jupyter and what they load read; ``@`` stands for the checkout."""


@pytest.mark.slow
@pytest.mark.skipif(not isolation.available(), reason=str(isolation.available()))
@pytest.mark.parametrize("variables", VARIABLES.values(), ids=VARIABLES)
def test_no_variable_opens_anything(checkout: Path, tmp_path: Path, variables: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", GRADER, str(Path(__file__).parent), str(tmp_path), SEARCH],
        env={**os.environ, **{name: value.replace("@", str(checkout)) for name, value in variables.items()}},
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == ["searched\n", "", "'1\\n'", "None"]


@pytest.mark.skipif(not isolation.available(), reason=str(isolation.available()))
def test_neither_this_checkout_nor_the_home_folder_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bordercourse.grading.kernels.pool import start_kernels
    from tests.grading.hostile_sandbox import sit

    root = Path(__file__).parents[2]
    home = Path.home()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(root), str(root.parent), "/", ""]))
    monkeypatch.setenv("PYTHONHOME", str(root))
    code = f"""
import os
for name in {os.listdir(root)!r}:
    if name not in ("src", {Path(sys.prefix).name!r}) and os.path.lexists(os.path.join({str(root)!r}, name)):
        print("ESCAPED", name)
print(os.listdir({str(root / "src")!r}))
for name in {os.listdir(home)!r}:
    path = os.path.join({str(home)!r}, name)
    if os.path.isfile(path):
        print("ESCAPED", path)
"""
    with start_kernels([]) as pool:
        assert sit(pool, [code], tmp_path).text() == "['bordercourse']\n"


# ------------------------------------------------------------------ the list itself


def test_needs_the_library_and_not_what_lies_beside_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = str(Path(bordercourse.__file__).parent)
    monkeypatch.setattr(sys, "path", [str(checkout), "", "/", *sys.path])
    sight = look_around(["json", "pandas", "exercises"], hidden=[checkout])
    assert not {str(checkout), "/", "", os.getcwd(), str(Path.home())} & set(sight.readable)
    assert not {str(checkout), "/", ""} & set(sight.path)
    assert sysconfig.get_path("purelib") in sight.readable or package.startswith(
        sysconfig.get_path("purelib")
    )
    assert any(package == path or package.startswith(path + "/") for path in sight.readable)
    assert str(checkout) in sight.hidden
    assert "/" not in sight.hidden


def test_a_package_that_lies_elsewhere_is_needed_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bundle/__init__.py", "single.py", "beside/__init__.py", "bare/data.txt"):
        path = tmp_path / "lib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path / "lib"), *sys.path])
    sight = look_around(["bundle.part", "single", "bare", "no_such_module"])
    added = {path for path in sight.readable if path.startswith(str(tmp_path))}
    assert added == {str(tmp_path / "lib" / "bundle"), str(tmp_path / "lib" / "single.py")}
    assert str(tmp_path / "lib") in sight.path


def test_installed_packages_are_needed_wherever_they_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site-packages"), *sys.path])
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'site-packages'}:{tmp_path}")
    sight = look_around([])
    assert str(tmp_path / "site-packages") in sight.readable
    assert sight.added == (str(tmp_path / "site-packages"),)


# ------------------------------------------------------------------ and its layout


def test_the_deeper_folder_decides_and_the_same_is_hidden() -> None:
    assert layout(["/a/b", "/c"], ["/a"]) == [("/c", "/c"), ("/a/b", "/a/b")]
    assert layout(["/a"], ["/a"]) == []
    assert layout(["/a", "/a/b/c"], ["/a/b", "/a/b/c/d"]) == [
        ("/a", "/a"),
        ("/a/b", ""),
        ("/a/b/c", "/a/b/c"),
        ("/a/b/c/d", ""),
    ]
    assert layout(["/a", "/a/b"], ["/ab", "/z"]) == [("/a", "/a")]


def test_a_link_shows_no_more_than_what_it_leads_to(tmp_path: Path) -> None:
    real = tmp_path.resolve() / "real"
    (real / "lib" / "course").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(real)
    hidden = tmp_path / "hidden"
    hidden.symlink_to(real / "lib" / "course")
    mounts = layout([str(link / "lib")], [str(hidden)])
    assert mounts == [
        (f"{tmp_path}/link/lib", f"{real}/lib"),
        (f"{real}/lib", f"{real}/lib"),
        (f"{tmp_path}/link/lib/course", ""),
        (f"{real}/lib/course", ""),
    ]
    assert layout([str(hidden)], [str(real / "lib" / "course")]) == []
