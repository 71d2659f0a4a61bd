"""The reading room is tested where what it needs is installed: `pip install -e '.[browse]'`."""

from importlib.util import find_spec

from huffarchive.commands.browse import NEEDS

if any(find_spec(needed) is None for needed in (*NEEDS, "numpy", "sqlite_utils")):
    collect_ignore_glob = ["test_*.py"]
