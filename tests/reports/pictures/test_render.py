"""Pictures of a field, with and without OpenGL."""

import struct
import subprocess
import sys
import tempfile
from dataclasses import replace

import numpy as np
import pytest

from vertebra.meshes.shapes import box
from vertebra.reports.pictures.render import Picture, draw_picture

GL_LIBRARIES = (
    "libEGL.so.1",
    "libEGL.so",
    "libOSMesa.so.8",
    "libOSMesa.so",
    "libGL.so.1",
    "libGL.so",
    "libGLX.so.0",
)


@pytest.fixture
def picture():
    points, cells = box((40.0, 30.0, 25.0), (3, 3, 3), order=2)
    height = points[cells[:, :4], 2].mean(axis=1)
    return Picture(
        points=np.stack([points, points * (1.0, 1.0, 0.8)]),
        cells=cells,
        values=np.stack([height, 2 * height]),
        titles=("arm, day 0", "arm, day 365"),
        label="von Mises stress at 1000 N [MPa]",
        limits=(0.0, 50.0),
        cut_mm=20.0,
    )


@pytest.fixture(scope="module")
def opengl():
    """Skip where even an empty scene cannot be drawn."""
    scene = "import pyvista; pyvista.Plotter(off_screen=True).screenshot('empty.png')"
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.run(
            [sys.executable, "-c", scene], cwd=folder, capture_output=True, timeout=120, check=False
        )
    if child.returncode != 0:
        pytest.skip("no OpenGL here: VTK cannot draw an empty scene")


def hide_gl(folder, monkeypatch):
    """Put empty files in place of the GL libraries, as on a machine that has none."""
    for name in GL_LIBRARIES:
        (folder / name).touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", str(folder))
    monkeypatch.delenv("DISPLAY", raising=False)


def png_size(file):
    head = file.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:24])


@pytest.mark.slow
@pytest.mark.usefixtures("opengl")
def test_three_dimensional_picture_has_a_panel_a_day(picture, tmp_path):
    file = tmp_path / "stress.png"
    assert draw_picture(picture, file) is None
    assert png_size(file) == (2 * 560, 500)


@pytest.mark.slow
@pytest.mark.usefixtures("opengl")
def test_another_failure_of_the_renderer_is_told_in_its_own_words(picture, tmp_path):
    file = tmp_path / "stress.png"
    message = draw_picture(replace(picture, cut_mm=-1.0), file)
    assert "(KeyError: " in message
    png_size(file)


@pytest.mark.skipif(sys.platform != "linux", reason="hides libraries as the loader of Linux finds them")
def test_without_gl_libraries_a_cut_is_drawn_and_the_package_named(picture, tmp_path, monkeypatch):
    hide_gl(tmp_path, monkeypatch)
    file = tmp_path / "stress.png"
    message = draw_picture(picture, file)
    assert "Debian package libegl1" in message
    assert "renderer ended with status" in message
    width, height = png_size(file)
    assert width > height > 0


def test_a_renderer_that_hangs_is_ended_and_a_cut_drawn(picture, tmp_path):
    file = tmp_path / "stress.png"
    message = draw_picture(picture, file, time_limit_s=0.05)
    assert "did not finish within 0.05 s" in message
    assert "libegl1" in message
    png_size(file)
