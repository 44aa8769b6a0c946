#!/bin/sh
# Install the course on this computer: sh install.sh. It asks nothing of a network.
set -u
here=$(dirname "$0")
for python in ${PYTHON:-} /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" "$here/install.py" --fits 2>/dev/null; then
        exec "$python" "$here/install.py" "$@"
    fi
done
echo "This stick needs Python @LINUX@, and none was found on this computer." >&2
echo "Found: $(python3 --version 2>&1). Install one from your system, or name it: PYTHON=/path/to/python3 sh install.sh" >&2
exit 1
