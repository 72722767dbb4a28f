"""The viewer: what it answers, to whom, and that it ends."""

import http.client
import re
import signal
import subprocess
import sys
import threading

import pytest
from scene_folder import DAYS, write_scene_folder

from vertebra.commands.cli import status
from vertebra.reports.scene.chunks import chunk
from vertebra.reports.scene.content import SceneContent
from vertebra.reports.viewer.server import SceneServer


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_scene_folder(tmp_path_factory.mktemp("view") / "result")


@pytest.fixture(scope="module")
def server(folder):
    server = SceneServer(SceneContent.of(folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()
    assert not thread.is_alive()


def ask(server, path, host=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=60)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def test_it_listens_on_loopback_alone(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.address.startswith("http://127.0.0.1:")


def test_the_page_may_ask_its_own_server_and_nobody_else(server):
    code, page = ask(server, "/")
    assert code == 200
    assert b"connect-src &#39;self&#39;" in page or b"connect-src 'self'" in page


def test_every_field_of_every_day_is_sent_when_asked_for(server):
    content = server.content
    for number, (arm, days) in enumerate(DAYS.items()):
        for day in days:
            code, found = ask(server, f"/data/{number}-utilisation-{day}")
            assert code == 200
            assert found == chunk(content, arm, "utilisation", [day])


@pytest.mark.parametrize(
    "path",
    [
        "/data/9-utilisation-0",
        "/data/0-utilisation-5",
        "/data/0-secret-0",
        "/data/../manifest.json",
        "/etc/passwd",
        "/data/",
    ],
)
def test_nothing_else_is_sent(server, path):
    assert ask(server, path)[0] == 404


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "localhost:1", "127.0.0.1:80"])
def test_a_request_by_another_name_is_refused(server, host):
    code, content = ask(server, "/", host)
    assert code == 421
    assert b"<html" not in content


def test_it_answers_to_the_names_of_this_machine(server):
    port = server.server_address[1]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        assert ask(server, "/", host)[0] == 200


def test_a_port_in_use_is_refused_in_one_line(server, folder, capsys):
    port = server.server_address[1]
    assert status(["view", str(folder), "--port", str(port), "--no-browser"]) == 2
    assert f"--port {port}" in capsys.readouterr().err


def test_a_folder_without_fields_is_refused(tmp_path, capsys):
    from report_folder import INTACT, write_folder

    write_folder(tmp_path / "bare", [INTACT])
    assert status(["view", str(tmp_path / "bare"), "--no-browser"]) == 2
    assert "holds no fields" in capsys.readouterr().err


@pytest.mark.skipif(
    sys.platform == "win32", reason="signals of this kind end a process without a word on Windows"
)
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_command_starts_says_where_and_ends_cleanly(folder, sent):
    script = "import sys; from vertebra.commands.cli import main; sys.argv[0] = 'vertebra'; main()"
    command = [sys.executable, "-c", script, "view", str(folder), "--no-browser"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = child.stdout.readline()
        port = int(re.search(r"127\.0\.0\.1:(\d+)/", line)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        connection.close()
        child.send_signal(sent)
        out, err = child.communicate(timeout=60)
        assert (child.returncode, err) == (0, "")
        assert "ended" in out
    finally:
        child.kill()
        child.communicate()
