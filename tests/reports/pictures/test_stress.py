"""Pictures of stress: what each is given to draw."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.meshes.caps import add_caps
from vertebra.meshes.parametric.body import parametric_body
from vertebra.reports.pictures import stress
from vertebra.reports.pictures.stress import draw_stress

BODY = add_caps(parametric_body("L1", 4.0, 1), 4.0)
LOWER = replace(BODY, points=BODY.points * (1.0, 1.0, 0.9))
DAYS = {"intact": (0,), "a": (0, 7, 40, 365)}


def body_on(arm, day):
    return LOWER if arm == "a" and day >= 40 else BODY


def stress_on(arm, day):
    """Uniform in the core, growing by days; larger in the shell, huge in caps."""
    return np.where(BODY.in_region("trabecular"), 1.0 + day, np.where(BODY.is_bone, 1e3, 1e6))


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """Pictures by file, in place of the renderer, and what is said about them."""
    pictures = {}

    def keep(picture, file):
        pictures[file.name] = picture
        return "no OpenGL"

    monkeypatch.setattr(stress, "draw_picture", keep)
    messages = draw_stress(tmp_path, stress_on, body_on, DAYS, {"a": 7}, load_N=1000.0, cut_mm=1.5)
    return pictures, messages


def test_an_arm_has_a_picture_of_its_key_days_without_its_caps(drawn):
    pictures, messages = drawn
    assert set(pictures) == {"stress-intact.png", "stress-a.png"}
    picture = pictures["stress-a.png"]
    assert picture.titles == ("a, day 7", "a, day 40", "a, day 365")
    assert picture.values.tolist() == [stress_on("a", day)[BODY.is_bone].tolist() for day in (7, 40, 365)]
    assert (picture.cells == BODY.cells[BODY.is_bone]).all()
    assert messages == ["no OpenGL"]  # once, not once a picture


def test_every_panel_shows_the_body_of_its_day(drawn):
    points = drawn[0]["stress-a.png"].points
    assert (points[0] == BODY.points).all()
    assert (points[1] == LOWER.points).all()


def test_all_pictures_share_one_scale_that_the_core_sets(drawn):
    for picture in drawn[0].values():
        assert picture.limits == (0.0, pytest.approx(1.5 * 366.0))
