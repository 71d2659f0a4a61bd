"""Pages as files, served by nginx on loopback with gzip."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pages import Pages

_CONFIG = """
daemon off;
worker_processes 1;
error_log {folder}/error.log warn;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off;
    sendfile on;
    default_type text/html;
    charset utf-8;
    gzip on;
    gzip_comp_level 4;
    gzip_proxied any;
    gzip_types text/html text/plain;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/t1;
    proxy_temp_path {folder}/t2;
    fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4;
    scgi_temp_path {folder}/t5;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/pages;
    }}
}}
"""
ROBOTS = "User-agent: *\nDisallow: /search\n"


class NginxSite:
    """So many distinct articles; served while the context lasts."""

    def __init__(self, folder: Path, articles: int, *, lean: bool = False) -> None:
        self._folder = folder
        self.articles = articles
        self.paths: list[str] = []
        pages = folder / "pages"
        (pages / "archive/qc/entry").mkdir(parents=True)
        (pages / "robots.txt").write_text(ROBOTS)
        self.kilobytes = 0.0
        for url, markup in Pages(articles, lean=lean):
            path = urlsplit(url).path
            data = markup.encode("utf-8", "surrogateescape")
            (pages / path[1:]).write_bytes(data)
            self.paths.append(path)
            self.kilobytes += len(data) / 1000
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        folder.chmod(0o755)
        (folder / "nginx.conf").write_text(_CONFIG.format(folder=folder, port=self.port))

    def lists(self) -> tuple[Path, Path]:
        """Two files of URLs: as they stand on this server, and as the edition names them."""
        here, there = self._folder / "here.txt", self._folder / "there.txt"
        here.write_text("".join(f"{self.base}{path}\n" for path in self.paths))
        there.write_text("".join(f"https://www.huffpost.com{path}\n" for path in self.paths))
        return here, there

    def __enter__(self) -> Self:
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self._process = subprocess.Popen(
            [nginx, "-p", self._folder, "-c", self._folder / "nginx.conf", "-g", "user root;"]
            if os.getuid() == 0
            else [nginx, "-p", self._folder, "-c", self._folder / "nginx.conf"],
            stderr=subprocess.DEVNULL,
        )
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise RuntimeError("nginx did not start; is it installed?")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
