"""The real software of the rig: pywb in a virtual environment of its own, nginx from Debian."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

PYWB = "pywb~=2.10"
"""pywb pins libraries (brotlipy, an old redis) that do not live beside ours."""
VENV = "HUFFARCHIVE_PYWB"
"""Environment variable: the virtual environment that pywb is in, or will be put in."""
START_SECONDS = 40.0


class MissingError(RuntimeError):
    """A program of the rig is not there; the text says how to get it."""


def pywb_folder() -> Path:
    """The virtual environment of pywb, made when it is not there (a minute, once)."""
    named = os.environ.get(VENV)
    folder = Path(named) if named else Path.home() / ".cache" / "huffarchive-trials" / "pywb"
    if (folder / "bin" / "wayback").exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=120)
        # pywb still asks setuptools for its own version.
        pip = [str(folder / "bin" / "pip"), "install", "-q", PYWB, "setuptools<81"]
        subprocess.run(pip, check=True, timeout=420, capture_output=True)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise MissingError(f"pywb could not be installed ({error}); set {VENV}") from error
    return folder


def nginx() -> str:
    """The path of nginx."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise MissingError("nginx is not installed: apt-get install nginx-light")
    return found


def free_port() -> int:
    """A port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """A server in a process of its own, ended with the rig and never later than `minutes`."""

    def __init__(self, command: list[str], folder: Path, port: int, *, minutes: float = 10) -> None:
        self.port = port
        self._log = folder / f"{Path(command[0]).name}-{port}.log"
        # `timeout` ends it when this process cannot.
        bounded = ["timeout", "--signal=TERM", "--kill-after=5", str(int(minutes * 60)), *command]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                bounded, cwd=folder, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> Self:
        """Wait until it listens; RuntimeError with the end of its log when it does not."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return self
        self.stop()
        raise RuntimeError(self._log.read_text("utf-8", "replace")[-2000:])

    def stop(self) -> None:
        """End it and wait until it is gone."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start_pywb(folder: Path, *, minutes: float = 10) -> Program:
    """Serve the collections of a folder's config.yaml."""
    port = free_port()
    command = [str(pywb_folder() / "bin" / "wayback"), "-b", "127.0.0.1", "-p", str(port)]
    return Program([*command, "-d", str(folder)], folder, port, minutes=minutes)


def start_nginx(folder: Path, served: Path, *, minutes: float = 10) -> Program:
    """Serve a folder's files, whole and by range, as this user."""
    port = free_port()
    config = folder / "nginx.conf"
    # Started by root, nginx would serve as somebody who may not read this user's files.
    user = "user root;\n" if os.geteuid() == 0 else ""
    config.write_text(
        f"""{user}daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 64; }}
http {{
  access_log off;
  default_type application/octet-stream;
  client_body_temp_path {folder}/nginx-tmp;
  proxy_temp_path {folder}/nginx-tmp;
  fastcgi_temp_path {folder}/nginx-tmp;
  uwsgi_temp_path {folder}/nginx-tmp;
  scgi_temp_path {folder}/nginx-tmp;
  server {{ listen 127.0.0.1:{port}; root {served}; }}
}}
""",
        encoding="utf-8",
    )
    command = [nginx(), "-p", str(folder), "-c", str(config), "-e", "stderr"]
    return Program(command, folder, port, minutes=minutes)


def cdxj(folder: Path, files: list[Path], root: Path) -> list[str]:
    """pywb's index of WARC files, sorted; file names are relative to `root`."""
    command = [str(pywb_folder() / "bin" / "cdx-indexer"), "-s", "-j", "-d", str(root)]
    target = folder / "index.tmp"
    subprocess.run(
        [*command, "-o", str(target), *map(str, files)], check=True, timeout=120, cwd=root
    )
    lines = target.read_text("utf-8").splitlines()
    target.unlink()
    return lines
