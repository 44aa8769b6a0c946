"""A page as it is printed: JupyterLab prints what nbconvert makes of it, which unfolds all code."""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

__all__ = ["FoldedStaysFolded"]


class FoldedStaysFolded(Preprocessor):
    """Leave the code out that is folded on the page; what it shows stays."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Called by nbconvert for each cell."""
        if cell.cell_type == "code" and cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["transient"] = {"remove_source": True}
        return cell, resources
