"""`huffarchive`: what `scrapy` does in this project, from any folder."""

import difflib
import os
import sys
from configparser import ConfigParser
from configparser import Error as ConfigError
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules
from typing import NoReturn

from huffarchive import __version__, folder_here
from huffarchive.exits import Exit, load, whole_installation


def main() -> None:
    """Find the project, and do what `scrapy` would do there; relative files stay where one is."""
    try:
        Path.cwd()
    except FileNotFoundError:
        _mistake("the folder that this was started in is gone; go to another one (cd)")
    with whole_installation("huffarchive"):
        _do()


def _do() -> None:
    from scrapy import __version__ as of_scrapy
    from scrapy.cmdline import execute

    from huffarchive.commands.streams import unwritten_told

    if sys.argv[1:] in (["--version"], ["-V"], ["version"]):
        with unwritten_told("huffarchive: the version"):
            python = sys.version.split()[0]
            print(f"huffarchive {__version__} (Scrapy {of_scrapy}, Python {python})")
        return
    home = _home()
    os.environ["HUFFARCHIVE_HOME"] = str(home)
    name = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    ours = _commands()
    unknown = [word for word in sys.argv[1:] if word not in _OPTIONS]
    if name is None and unknown:
        near = difflib.get_close_matches(unknown[0].lower(), _OPTIONS, 1)
        hint = f"did you mean {near[0]}?" if near else "huffarchive alone lists the commands"
        _mistake(f"unknown option {unknown[0]}: {hint}")
    if name in (None, "help"):
        with unwritten_told("huffarchive: the list of commands"):
            _list(ours, home)
        return
    others = [
        *_commands("scrapy.commands"),
        *(e.name for e in entry_points(group="scrapy.commands")),
    ]
    if name not in (*ours, *others):
        near = difflib.get_close_matches(name, ours, 1, 0.7)
        hint = f"did you mean {near[0]}?" if near else "huffarchive alone lists them"
        _mistake(f"no command {name!r}; {hint}")
    _find_settings(home)
    execute()


_OPTIONS = ("--help", "--version", "-h", "-V")
"""What may stand without a command."""
_SETTINGS = "huffarchive.settings"


def _mistake(text: str) -> NoReturn:
    print(f"huffarchive: {text}", file=sys.stderr)
    sys.exit(Exit.USAGE)


def _find_settings(home: Path) -> None:
    """Have Scrapy take the settings that the variable or the folder's scrapy.cfg names."""
    place, right = home / "scrapy.cfg", f"right is: default = {_SETTINGS}"
    if place.exists():
        sys.path.append(str(home))
    module = os.environ.get("SCRAPY_SETTINGS_MODULE")
    if module:
        where, right = f"SCRAPY_SETTINGS_MODULE={module}", f"unset it, or give {_SETTINGS}"
    else:
        config = ConfigParser()
        try:
            config.read(place, encoding="utf-8")
            module = config.get("settings", "default", fallback=_SETTINGS)
        except (ConfigError, UnicodeDecodeError) as error:
            why = str(error).partition("\n")[0].rstrip(".:")
            _mistake(f"{place}: cannot be read ({why}); below a line [settings], {right}")
        where = f"{place}: default = {module}"
    if module != _SETTINGS:  # those of somebody who changes ours
        try:
            load([module])
        except ImportError as error:
            _mistake(f"{where}: cannot be imported ({' '.join(str(error).split())}); {right}")
        if vars(sys.modules[module]).get("COMMANDS_MODULE") != "huffarchive.commands":
            _mistake(f"{where}: these are another project's settings; {right}")
    os.environ["SCRAPY_SETTINGS_MODULE"] = module


def _home() -> Path:
    """The folder of the archives: HUFFARCHIVE_HOME, or upwards to scrapy.cfg, or the clone."""
    if given := os.environ.get("HUFFARCHIVE_HOME"):
        if not Path(given).is_dir():
            there = Path(given).exists()
            why = "that is no folder; name one" if there else "no such folder; make it"
            _mistake(f"HUFFARCHIVE_HOME={given}: {why}")
        return Path(given).resolve()
    if found := folder_here():
        return found
    _mistake(
        "no scrapy.cfg here or above; go to the clone, or name a folder for the archives: "
        "export HUFFARCHIVE_HOME=FOLDER"
    )


def _commands(package: str = "huffarchive.commands") -> list[str]:
    """The names of a package's commands: of its modules that define one."""
    names = [module.name for module in iter_modules(import_module(package).__path__)]
    return sorted(n for n in names if hasattr(import_module(f"{package}.{n}"), "Command"))


def _list(names: list[str], home: Path) -> None:
    print(f"huffarchive, with its archives in {home}\n\n  huffarchive COMMAND [options]\n")
    for name in names:
        command = import_module(f"huffarchive.commands.{name}").Command()
        print(f"  {name:<9} {command.short_desc()}")
    print("\nEach has --help with an example. Begin with: huffarchive crawl huffpost_qc")


if __name__ == "__main__":
    main()
