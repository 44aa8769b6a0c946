"""One person's workspace: where it lies, what is laid out in it, how JupyterLab looks there."""
