"""Meshes that are kept beside results and in the cache: taken where they fit, else made anew."""

import numpy as np
import pytest

from vertebra.meshes.kept import recall, shelf_here, stored_in, taking_from, write_stored
from vertebra.meshes.stored import STORED

POINTS = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], float)
CELLS = np.array([(0, 1, 2, 3)], np.int32)


def test_what_is_stored_is_found_by_the_hash_of_its_inputs(tmp_path):
    write_stored(tmp_path / STORED, {"abc": (POINTS, CELLS), "def": (2 * POINTS, CELLS)})
    with taking_from(tmp_path / STORED) as shelf:
        assert shelf_here() is shelf
        points, cells = shelf.find("def")
        assert (points == 2 * POINTS).all()
        assert (cells == CELLS).all()
        assert shelf.find("ghi") is None
    assert shelf_here().find("abc") is None
    assert set(stored_in(tmp_path, STORED)) == {"abc", "def"}
    assert stored_in(tmp_path, "*.other") == {}


def test_no_file_is_left_where_nothing_was_meshed(tmp_path):
    write_stored(tmp_path / STORED, {})
    assert list(tmp_path.iterdir()) == []
    with taking_from(tmp_path / STORED) as shelf:
        assert shelf.find("abc") is None


@pytest.mark.parametrize(
    ("points", "cells"),
    [
        (POINTS[:, :2], CELLS),
        (POINTS, CELLS[:, :3]),
        (POINTS, CELLS + 1),
        (POINTS, CELLS - 1),
        (POINTS, CELLS.astype(float)),
        (np.where(POINTS == 1, np.nan, POINTS), CELLS),
        (np.array(["a"]), CELLS),
    ],
)
def test_arrays_that_are_no_mesh_are_as_good_as_none(tmp_path, points, cells):
    np.savez(tmp_path / "m.npz", points=points, cells=cells)
    assert recall(tmp_path / "m.npz") is None


def test_pickles_are_not_read(tmp_path):
    np.savez(tmp_path / "m.npz", points=np.array([{}], dtype=object), cells=CELLS)
    assert recall(tmp_path / "m.npz") is None
