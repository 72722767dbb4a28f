"""`view`: the 3-D scene of a result in a browser."""

from typing import Annotated

import typer

from vertebra.scenarios.error import ScenarioError

from ..options import ResultFolder
from .folders import finished_result


def view(
    folder: ResultFolder,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on this machine; default: one that is free.")
    ] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
) -> None:
    """Turn a result in the browser; Ctrl-C ends it."""
    from vertebra.reports.scene.content import SceneContent
    from vertebra.reports.viewer.server import SceneServer

    content = SceneContent.of(finished_result(folder))
    if content is None:
        message = (
            f"{folder}: holds no fields that can be shown, expected fields-<arm>.vtkhdf with utilisation or stress. "
            "Run the scenario again with its default output.fields."
        )
        raise ScenarioError(message)
    try:
        server = SceneServer(content, port)
    except OSError as error:
        message = f"--port {port}: {error.strerror}. Choose another, or leave it out for one that is free."
        raise ScenarioError(message) from error
    print(f"{server.address}  (Ctrl-C ends it)", flush=True)
    if browser:
        typer.launch(server.address)
    _serve_until_interrupted(server)


def _serve_until_interrupted(server) -> None:
    """Serve until Ctrl-C or a polite request to end (SIGTERM), which is how such a command is meant to end."""
    import signal

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        print("ended")
    finally:
        server.server_close()
        signal.signal(signal.SIGTERM, before)
