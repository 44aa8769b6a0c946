"""Outputs that are none, as code in a participant's kernel can send them, and odd ones that are honest."""

from __future__ import annotations

from typing import Any

SEND = """
kernel = get_ipython().kernel
parent = kernel.get_parent("shell")

def send(kind, content, parent=parent, **message):
    made = kernel.session.msg(kind, content, parent=parent)
    made.update(message)
    kernel.session.send(kernel.iopub_socket, made)
"""
"""Sends a message of any kind and content."""

TEXT = {"text/plain": "x"}
FORGED: dict[str, tuple[str, Any]] = {
    "stream-without-text": ("stream", {"name": "stdout"}),
    "stream-without-name": ("stream", {"text": "x"}),
    "stream-of-another-name": ("stream", {"name": "stdin", "text": "x"}),
    "stream-number": ("stream", {"name": "stdout", "text": 5}),
    "stream-list": ("stream", {"name": "stdout", "text": ["a", 5]}),
    "display-without-data": ("display_data", {"metadata": {}}),
    "display-list": ("display_data", {"data": ["x"], "metadata": {}}),
    "display-number": ("display_data", {"data": {"text/html": 5}, "metadata": {}}),
    "display-list-of-numbers": ("display_data", {"data": {"text/html": [1, 2]}, "metadata": {}}),
    "display-nested": ("display_data", {"data": {"image/png": {"a": {"b": "c"}}}, "metadata": {}}),
    "display-no-kind": ("display_data", {"data": {"no kind": "x"}, "metadata": {}}),
    "display-metadata-list": ("display_data", {"data": TEXT, "metadata": [1]}),
    "display-metadata-huge": ("display_data", {"data": TEXT, "metadata": {"a": "x" * 100_000}}),
    "display-transient-text": ("display_data", {"data": TEXT, "metadata": {}, "transient": "x"}),
    "display-id-list": ("display_data", {"data": TEXT, "metadata": {}, "transient": {"display_id": ["x"]}}),
    "update-without-data": ("update_display_data", {"transient": {"display_id": "x"}}),
    "update-number": ("update_display_data", {"data": 5, "metadata": {}, "transient": {"display_id": "x"}}),
    "result-count-text": ("execute_result", {"data": TEXT, "metadata": {}, "execution_count": "x"}),
    "result-count-negative": ("execute_result", {"data": TEXT, "metadata": {}, "execution_count": -1}),
    "result-without-data": ("execute_result", {"execution_count": 1}),
    "error-without-name": ("error", {"evalue": "x", "traceback": []}),
    "error-traceback-text": ("error", {"ename": "E", "evalue": "x", "traceback": "x"}),
    "error-traceback-numbers": ("error", {"ename": "E", "evalue": "x", "traceback": [1]}),
    "error-value-number": ("error", {"ename": "E", "evalue": 5, "traceback": []}),
    "status-unknown": ("status", {"execution_state": "dancing"}),
    "status-empty": ("status", {}),
    "clear-number": ("clear_output", {"wait": 5}),
    "comm-without-id": ("comm_open", {"target_name": "jupyter.widget", "data": {}}),
    "comm-data-text": ("comm_msg", {"comm_id": "x", "data": "x"}),
    "comm-widget-bare": ("comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {}}),
    "comm-widget-odd": (
        "comm_open",
        {
            "comm_id": "x",
            "target_name": "jupyter.widget",
            "data": {"state": {"_model_module": "@jupyter-widgets/output", "_model_name": "OutputModel"}},
        },
    ),
    "reply-without-status": ("execute_reply", {}),
    "input-odd": ("execute_input", {"execution_count": {"a": 1}}),
    "unknown": ("no_such_message", {"a": 1}),
}
"""A name, and what is sent."""

BROKEN = {
    "many-values": "send('display_data', {'data': {'application/json': [0] * 150_000}})",
    "content-list": "send('stream', None, content=['x'])",
    "parent-text": "send('stream', {'name': 'stdout', 'text': 'x'}, parent={'header': {'msg_id': 5}})",
    "parent-missing": "send('stream', {'name': 'stdout', 'text': 'x'}, parent={})",
    "header-number": "send('stream', {'name': 'stdout', 'text': 'x'}, header={'msg_type': 5})",
    "header-missing": "send('stream', {'name': 'stdout', 'text': 'x'}, header={})",
    "deep": "data = 'x'\nfor _ in range(400):\n    data = [data]\n"
    "send('display_data', {'data': {'application/json': data}, 'metadata': {}})",
    "surrogate": "send('stream', {'name': 'stdout', 'text': '\\ud800'})",
}
"""A name, and code that sends what no dictionary holds."""

ODD = {
    "raw-number": "display({'text/html': 5, 'text/plain': 'five'}, raw=True)",
    "raw-nonsense": "display({'not a kind': {'a': 1}}, raw=True)",
    "raw-empty": "display({}, raw=True)",
    "html-number": "class Table:\n    def _repr_html_(self):\n        return 5\nTable()",
    "html-none": "class Table:\n    def _repr_html_(self):\n        return None\nTable()",
    "bundle-number": "class A:\n    def _repr_mimebundle_(self, **_):\n        return {'text/html': 5}\nA()",
    "bundle-list": "class A:\n    def _repr_mimebundle_(self, **_):\n        return [1]\nA()",
    "json": "from IPython.display import JSON, display\ndisplay(JSON({'a': [1, float('nan')]}))",
    "png-text": "class Picture:\n    def _repr_png_(self):\n        return 'no picture'\nPicture()",
    "repr-fails": "class Table:\n    def __repr__(self):\n        return 5\nTable()",
}
"""A name, and a cell that somebody may well have written."""
