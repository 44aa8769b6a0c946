"""A simulated participant: comes in with name and code, opens a lesson, runs cells, saves."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import requests
import websocket

PATIENCE = 600  # seconds; a busy machine fails nobody


class Seated:
    """One participant at a browser of the class at `address`."""

    def __init__(self, address: str, who: str) -> None:
        self.address, self.who = address, who
        self.session = requests.Session()
        self.session.trust_env = False  # no office's proxy

    def come_in(self, code: str) -> bool:
        """Type name and code; tell whether the class let the person in."""
        login = f"{self.address}/hub/login"
        self.session.get(login, timeout=PATIENCE).raise_for_status()
        mark = [c.value for c in self.session.cookies if c.name == "_xsrf" and c.path.startswith("/hub")]
        form = {"username": self.who, "password": code, "_xsrf": mark[0]}
        reply = self.session.post(login, data=form, timeout=PATIENCE)
        return reply.status_code != 403 and "/hub/login" not in reply.url

    def url(self, path: str) -> str:
        return f"{self.address}/user/{self.who}/{path}"

    def look(self, path: str, seconds: float = PATIENCE) -> requests.Response:
        """Open a page of the own server, waiting for it as the hub's page does."""
        end = time.monotonic() + seconds
        while True:
            reply = self.session.get(self.url(path), timeout=PATIENCE)
            if f"/user/{self.who}/" in reply.url and "/hub/" not in reply.url:
                return reply
            if time.monotonic() > end:
                raise TimeoutError(f"{reply.status_code} {reply.url}")
            time.sleep(0.3)

    def ask(self, method: str, path: str, **body: Any) -> requests.Response:
        """Ask the own server as JupyterLab does."""
        marks = [str(c.value) for c in self.session.cookies if c.name == "_xsrf" and self.who in c.path]
        headers = {"X-XSRFToken": marks[0]} if marks else {}
        return self.session.request(method, self.url(path), headers=headers, timeout=PATIENCE, **body)

    def open_lesson(self, path: str) -> Kernel:
        """Open a notebook, which starts a kernel for it."""
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        reply = self.ask("POST", "api/sessions", json=body)
        reply.raise_for_status()
        return Kernel(self, reply.json()["kernel"]["id"])

    def notebook(self, path: str) -> Any:
        reply = self.ask("GET", f"api/contents/{path}")
        reply.raise_for_status()
        return reply.json()["content"]

    def save(self, path: str, content: Any) -> int:
        """Save a notebook; return the status."""
        body = {"type": "notebook", "format": "json", "content": content}
        return self.ask("PUT", f"api/contents/{path}", json=body).status_code


class Kernel:
    """The line to one kernel."""

    def __init__(self, person: Seated, id: str) -> None:
        self.id, self._session = id, uuid.uuid4().hex
        own = ("/", f"/user/{person.who}/")
        cookie = "; ".join(f"{c.name}={c.value}" for c in person.session.cookies if c.path in own)
        address = person.url(f"api/kernels/{id}/channels?session_id={self._session}")
        self._line = websocket.create_connection(
            address.replace("http", "ws", 1), cookie=cookie, timeout=PATIENCE, http_no_proxy=["*"]
        )

    def run(self, code: str) -> str:
        """Run a cell; return what it printed, or its error."""
        printed = ""
        for kind, content in self.shown(code):
            if kind == "stream":
                printed += content["text"]
            if kind == "error":
                printed += f"{content['ename']}: {content['evalue']}"
        return printed

    def shown(self, code: str) -> list[tuple[str, Any]]:
        """Run a cell; return all that the kernel said about it, each with its kind, until it was done."""
        number = uuid.uuid4().hex
        header = {
            "msg_id": number,
            "msg_type": "execute_request",
            "session": self._session,
            "username": "",
            "version": "5.3",
            "date": "2026-01-01T00:00:00Z",
        }
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        message = {
            "channel": "shell",
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "buffers": [],
        }
        self._line.send(json.dumps(message))
        said = []
        while True:
            raw = self._line.recv()
            if not isinstance(raw, str):
                continue
            answer = json.loads(raw)
            if answer["parent_header"].get("msg_id") != number:
                continue
            said.append((answer["msg_type"], answer["content"]))
            if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                return said

    def close(self) -> None:
        self._line.close()
