"""The server as a process: it starts, answers, and is gone when it should be."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from huffarchive.sample.server import Server
from huffarchive.sample.site import Site

ROOT = Path(__file__).resolve().parents[2]


def status(base: str, target: str) -> int:
    connection = HTTPConnection(urlsplit(base).netloc, timeout=60)
    connection.request("GET", target)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def gone(base: str) -> bool:
    host, port = urlsplit(base).netloc.split(":")
    for _ in range(1200):  # a minute: a busy machine ends a process when it comes to it
        try:
            socket.create_connection((host, int(port)), timeout=60).close()
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_it_serves_until_it_is_stopped(tmp_path: Path) -> None:
    log = tmp_path / "requests.log"
    server = Server(Site(articles=90), log=log).start()
    try:
        assert server.base.startswith("http://127.0.0.1:")
        assert status(server.base, "/robots.txt") == 200
        assert status(server.base, "/rien") == 404
    finally:
        server.stop()
    assert gone(server.base)
    lines = [line.split(" ", 2)[1:] for line in log.read_text().splitlines()]
    assert lines == [["200", "GET /robots.txt HTTP/1.1"], ["404", "GET /rien HTTP/1.1"]]
    server.stop()


def test_it_dies_with_the_process_that_started_it() -> None:
    code = (
        "import os, sys, time\nfrom huffarchive.sample.server import Server; from huffarchive.sample.site import Site\n"
        "server = Server(Site(articles=90)).start()\nprint(server.base, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        base = parent.stdout.readline().decode().strip()
        assert status(base, "/robots.txt") == 200
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
    assert gone(base)


def test_its_life_is_bounded() -> None:
    command = [sys.executable, "-m", "huffarchive.sample", "--port", "0", "--minutes", "0.005"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(b"http://127.0.0.1:")


def test_a_signal_ends_it() -> None:
    command = [sys.executable, "-m", "huffarchive.sample", "--port", "0"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    base = child.stdout.readline().decode().strip()
    assert status(base, "/robots.txt") == 200
    child.send_signal(signal.SIGTERM)
    assert child.wait(60) == 0
    child.stdout.close()
    assert gone(base)


def test_it_prints_plain_addresses() -> None:
    command = [sys.executable, "-m", "huffarchive.sample", "--urls", "--articles", "90"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=True)
    assert len(set(done.stdout.split())) == 90


@pytest.mark.parametrize("number", ["0", "100001"])
def test_it_says_what_number_it_takes(number: str) -> None:
    command = [sys.executable, "-m", "huffarchive.sample", "--articles", number]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert done.returncode == 2
    assert b"1 to 100000" in done.stderr


def test_rubbish_gets_400_and_the_server_goes_on(served) -> None:
    host, port = urlsplit(served.base).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as client:
        client.sendall(b"\x16\x03\x01 rubbish\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 400")
    with socket.create_connection((host, int(port)), timeout=60) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
    assert status(served.base, "/robots.txt") == 200


def test_importing_the_package_is_cheap() -> None:
    code = "import sys, huffarchive.sample; print(sum(m.startswith('huffarchive') for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert int(done.stdout) <= 2
    code = "import sys, huffarchive.sample.server as s; s.Server; print('scrapy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
