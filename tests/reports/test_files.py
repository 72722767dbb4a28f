"""Everything that people read of a result is made again from its folder, on a machine without graphics too."""

import os
import subprocess
import sys

import pytest
from scene_folder import write_scene_folder

from vertebra.commands.cli import status
from vertebra.records.workspace import check_target


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_scene_folder(tmp_path_factory.mktemp("files") / "result")


def test_report_makes_page_charts_pictures_and_films_and_the_folder_stays_ours(folder, capsys):
    assert status(["report", str(folder), "--movie", "gif"]) == 0
    assert "wrote" in capsys.readouterr().out
    names = {file.name for file in folder.iterdir()}
    assert {"report.html", "capacity.svg", "capacity.png", "tissue.svg", "healing.svg", "height.svg"} <= names
    assert {
        "slices-conservative.png",
        "slices-cement.png",
        "movie-conservative.gif",
        "movie-cement.gif",
    } <= names
    assert "movie-intact.gif" not in names
    check_target(folder)


def test_an_unknown_film_is_refused(folder, capsys):
    assert status(["report", str(folder), "--movie", "avi"]) == 2
    assert "expected gif or mp4" in capsys.readouterr().err


def test_no_graphics_library_and_no_display_is_needed(folder):
    """VTK that cannot be loaded stands for a machine without GL."""
    script = (
        "import sys; sys.modules['pyvista'] = sys.modules['vtk'] = sys.modules['vtkmodules'] = None; "
        "from vertebra.commands.cli import main; main()"
    )
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    done = subprocess.run(
        [sys.executable, "-c", script, "report", str(folder)], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert 'id="scene-meta"' in text
    assert "data:image/png;base64," in text
