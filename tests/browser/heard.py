"""What a person who hears a page, or sees it badly, would stumble over: axe-core's word on it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
# JupyterLab 4 calls its list of cells a feed, and the cells no articles: screen readers read them.
OF_JUPYTERLAB = {"aria-required-children"}


def serious_faults(page: Any, part: str | None = None) -> list[str]:
    """The serious and critical faults of a page, or of the part that a selector names; a line each."""
    found = Axe().run(page, context=part).response["violations"]
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for fault in found
        for node in fault["nodes"]
        if fault["impact"] in {"serious", "critical"} and fault["id"] not in OF_JUPYTERLAB
    ]
