"""The settings of the class's JupyterHub."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bordercourse.classroom.premises import Premises
from bordercourse.classroom.room_proxy import COMMAND
from bordercourse.desk.home import ADDRESS

__all__ = ["RECOVERY", "configure"]


RECOVERY = (
    "If a page says that the server is not there: press Ok, then Restart. Close the tab that opens. "
    "Then press Ctrl+S in the first tab."
)
_SERVER_IDLE = 3 * 3600  # seconds
_KERNEL_IDLE = 1800


def configure(c: Any, premises: Premises) -> None:
    """Set the hub up for a class.

    Parameters
    ----------
    c : traitlets.config.Config
        What ``get_config()`` gives in a configuration file.
    premises : Premises
        The class.
    """
    record = premises.stored()
    ports = record["ports"]
    _people(c, premises)
    c.JupyterHub.bind_url = f"http://{record['bind'] or '0.0.0.0'}:{ports['room']}"
    c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{ports['hub']}"
    _let_nobody_wait_for_the_disk()
    c.JupyterHub.db_url = f"sqlite:///{premises.records}/hub.sqlite"
    c.JupyterHub.cookie_secret_file = str(premises.records / "cookie_secret")
    c.JupyterHub.template_paths = [str(Path(__file__).parent / "pages")]
    c.JupyterHub.template_vars = {"class_title": record["title"], "recovery": RECOVERY}
    # A hub that stops or is killed leaves everybody at work: servers and proxy go on without it.
    c.JupyterHub.cleanup_servers = False
    c.JupyterHub.cleanup_proxy = False
    c.JupyterHub.concurrent_spawn_limit = 0  # else the last of a class that arrives together is sent away
    _lock_door(c, record)
    c.ConfigurableHTTPProxy.command = [sys.executable, *COMMAND]
    c.ConfigurableHTTPProxy.auth_token = (premises.records / "proxy_token").read_text(encoding="ascii")
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{ports['proxy']}"
    c.ConfigurableHTTPProxy.pid_file = str(premises.records / "proxy.pid")
    c.JupyterHub.services = [
        {"name": "desk", "api_token": (premises.records / "desk_token").read_text(encoding="ascii")},
        {
            "name": "cull",
            # It ends with its hub: a hub that was killed would leave one more behind at each start.
            "command": [
                "setpriv",
                "--pdeathsig=TERM",
                sys.executable,
                "-m",
                "jupyterhub_idle_culler",
                f"--timeout={_SERVER_IDLE}",
                "--cull-every=300",
            ],
        },
    ]
    c.JupyterHub.load_roles = [
        {"name": "desk", "services": ["desk"], "scopes": ["admin:users", "admin:servers", "list:users"]},
        {
            "name": "cull",
            "services": ["cull"],
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        },
    ]


def _let_nobody_wait_for_the_disk() -> None:
    """Let the hub's database write ahead, without waiting for the disk.

    Who comes in makes the hub wait sixteen times for the disk, and nobody else is served meanwhile. After a
    power cut the last entries may be missing, never half there (sqlite.org, "PRAGMA synchronous"): who was
    coming in comes in again.
    """

    @event.listens_for(Engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()


def _people(c: Any, premises: Premises) -> None:
    c.JupyterHub.authenticator_class = "bordercourse.classroom.roster_login.RosterLogin"
    c.RosterLogin.codes_file = str(premises.codes)
    c.RosterLogin.record_file = str(premises.records / "class.json")
    c.Authenticator.allow_all = True  # of those whom the roster knows
    c.JupyterHub.spawner_class = "bordercourse.classroom.room_spawner.RoomSpawner"
    c.RoomSpawner.door = str(premises.door)
    c.RoomSpawner.record_file = str(premises.records / "class.json")
    c.Spawner.cmd = [sys.executable, "-m", "bordercourse.classroom.seat"]
    c.Spawner.args = [
        f"--MappingKernelManager.cull_idle_timeout={_KERNEL_IDLE}",
        "--MappingKernelManager.cull_connected=False",
    ]
    c.Spawner.default_url = f"/{ADDRESS}"
    c.Spawner.environment = {"LC_ALL": "C.UTF-8"}
    c.Spawner.env_keep = ["PATH", "LANG"]
    c.Spawner.poll_interval = 10  # seconds until a server that died is noticed
    c.Spawner.start_timeout = 180
    c.Spawner.http_timeout = 120
    c.LocalProcessSpawner.interrupt_timeout = 1  # a server without a terminal waits for SIGTERM


def _lock_door(c: Any, record: dict[str, Any]) -> None:
    lock = record.get("https")
    if lock:
        c.JupyterHub.bind_url = f"https://{record['bind'] or '0.0.0.0'}:{record['ports']['room']}"
        c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = lock["certificate"], lock["key"]
