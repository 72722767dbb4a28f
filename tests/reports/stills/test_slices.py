"""Slices of a result, and films of them."""

from functools import cache
from io import BytesIO

import numpy as np
import pytest
from matplotlib.image import imread
from PIL import Image
from scene_folder import write_scene_folder

from vertebra.reports.scene.content import SceneContent
from vertebra.reports.stills.movie import NoFilmWriterError, write_movie
from vertebra.reports.stills.slices import draw_slices, slices_figure


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_scene_folder(tmp_path_factory.mktemp("slices") / "result")


@pytest.fixture(scope="module")
def content(folder):
    return SceneContent.of(folder)


@pytest.fixture(scope="module")
def figure_of(content):
    """Figures of arms, each drawn once; nobody changes them."""
    return cache(lambda arm: slices_figure(content, arm))


def panels(figure):
    return [axis for axis in figure.axes if axis.get_label() != "<colorbar>"]


def test_a_row_of_states_below_each_other_in_two_planes(figure_of):
    figure = figure_of("cement")
    axes = panels(figure)
    assert [axis.get_title() for axis in axes[:3]] == ["intact", "day 7", "day 14"]
    assert len(axes) == 6
    assert {(*axis.get_xlim(), *axis.get_ylim()) for axis in axes[:3]} == {
        (*axes[0].get_xlim(), *axes[0].get_ylim())
    }


def test_all_panels_share_the_scale_from_nothing_to_yield(figure_of):
    scales = {axis.collections[0].norm for axis in panels(figure_of("cement"))}
    assert {(scale.vmin, scale.vmax) for scale in scales} == {(0.0, 1.0)}


def test_letters_say_which_side_is_which(figure_of):
    axes = panels(figure_of("conservative"))
    letters = [
        {text.get_text(): text.get_position()[0] for text in axis.texts} for axis in (axes[0], axes[-1])
    ]
    assert letters[0]["P"] < letters[0]["A"]
    assert letters[1]["R"] < letters[1]["L"]


def test_the_body_frame_is_drawn_once_in_each_plane(figure_of):
    axes = panels(figure_of("cement"))
    drawn = [
        {text.get_text(): text.get_position() for text in axis.texts if text.get_text() in tuple("xyz")}
        for axis in axes
    ]
    assert [set(each) for each in drawn] == [set("yz"), set(), set(), set("xz"), set(), set()]
    assert drawn[0]["y"][0] > 0 > drawn[3]["x"][0]  # forwards to the right; the right side on the left
    assert drawn[0]["z"][1] == drawn[3]["z"][1] > 0


def test_the_right_side_lies_on_the_left_of_a_coronal_slice(figure_of):
    axis = panels(figure_of("conservative"))[-1]
    drawn = axis.collections[0]
    x, values = drawn._triangulation.x, drawn.get_array()  # utilisation grows to the right of the body
    assert np.corrcoef(x, values)[0, 1] < -0.9


def test_outlines_of_cement_band_and_weakest_surface_are_drawn(figure_of):
    def colours(axis):
        return {
            tuple(np.round(colour[:3], 2)) for each in axis.collections for colour in each.get_edgecolor()
        }

    axes = panels(figure_of("cement"))
    white, magenta = (1.0, 1.0, 1.0), (0.93, 0.15, 0.62)
    assert white in colours(axes[1])
    assert white not in colours(axes[0])
    assert all(magenta in colours(axis) for axis in axes[:3])


def test_every_arm_has_its_picture(content):
    pictures = draw_slices(content)
    assert list(pictures) == ["slices-conservative.png", "slices-cement.png"]
    for picture in pictures.values():
        assert imread(BytesIO(picture)).std() > 0.05


def test_a_film_has_a_frame_a_day(content, tmp_path):
    write_movie(content, "cement", tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 3


def test_a_film_that_needs_a_program_names_its_package(content, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("vertebra.reports.stills.movie.find_spec", lambda name: None)
    with pytest.raises(
        NoFilmWriterError, match=r"package ffmpeg, or `pip install imageio-ffmpeg`, or take gif"
    ):
        write_movie(content, "cement", tmp_path / "film.mp4")


def test_an_mp4_is_written_by_the_program_of_the_package_where_the_system_has_none(
    content, tmp_path, monkeypatch
):
    pytest.importorskip("imageio_ffmpeg", reason="needs the package imageio-ffmpeg", exc_type=ImportError)
    monkeypatch.setattr("shutil.which", lambda name: None)
    write_movie(content, "cement", tmp_path / "film.mp4")
    head = (tmp_path / "film.mp4").read_bytes()[:12]
    assert head[4:8] == b"ftyp"  # ISO base media
