"""What a scene shows of a result is what the result holds."""

import base64

import numpy as np
import pytest
from scene_folder import BAND, CELLS, CEMENT, CENTRES, DAYS, POINTS, write_scene_folder

from vertebra.reports.scene.chunks import chunk, chunk_names
from vertebra.reports.scene.content import SceneContent
from vertebra.reports.scene.description import describe, kept_range
from vertebra.reports.scene.embedding import embedded_scene
from vertebra.reports.scene.packing import unpack


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_scene_folder(tmp_path_factory.mktemp("scene") / "result")


@pytest.fixture(scope="module")
def content(folder):
    return SceneContent.of(folder)


def test_arms_days_and_fields_are_those_of_the_files(content):
    told = describe(content)
    assert [(arm["name"], arm["days"]) for arm in told["arms"]] == list(DAYS.items())
    assert [arm["injected"] for arm in told["arms"]] == [None, None, 7.0]
    assert [field["key"] for field in told["fields"]] == [
        "utilisation", "von_mises", "compressive_stress", "tensile_stress", "compressive_strain", "young", "density",
    ]  # fmt: skip
    assert told["weakest"]
    assert told["counts"]["cells"] == len(CELLS)


def test_a_field_at_the_vertices_is_the_mean_of_the_cells_around(content):
    values = content.values("conservative", 14, "utilisation")
    inside = np.flatnonzero((np.abs(POINTS) < [9.9, 7.9, 3.0]).all(axis=1))
    at = np.isin(content.vertices.nodes[content.vertices.node], inside)
    x = POINTS[content.vertices.nodes[content.vertices.node], 0]
    assert np.allclose(values[at], 0.64 + 0.05 * x[at], atol=0.06)


def test_principal_values_have_the_sign_of_the_engineer(content):
    y = CENTRES[:, 1]
    compressive = content.values("intact", 0, "compressive_stress")
    assert compressive.min() > (1.0 + 0.1 * y).min() - 1e-6
    assert compressive.max() < (1.0 + 0.1 * y).max() + 1e-6
    strain = content.values("intact", 0, "compressive_strain")
    assert strain == pytest.approx(compressive / 3.0, rel=1e-5)


def test_modulus_jumps_at_cement_and_nowhere_else(content):
    filled = CEMENT > 0.5
    stiff = content.values("cement", 7, "young")[content.vertices.cells]
    assert stiff[filled].min() > 1900
    assert stiff[~filled].max() < 301
    bare = content.values("conservative", 7, "young")
    node = content.vertices.node
    twins = [bare[node == each] for each in np.unique(node[content.vertices.cells[filled & (BAND > 0.5)]])]
    assert max(float(np.ptp(each)) for each in twins) < 1e-9


def test_the_band_is_that_of_the_fracture_even_behind_cement(content):
    assert np.allclose(content.outline("cement", 14), content.outline("cement", 0))
    assert content.outline("intact", 0).max() == 0


def test_what_the_page_unpacks_is_the_field_to_sixteen_bits(content):
    field = next(each for each in describe(content)["fields"] if each["key"] == "young")
    packed = unpack(chunk(content, "cement", "young", DAYS["cement"]), np.uint16, 3)
    quantity = next(each for each in content.quantities if each.key == "young")
    found = kept_range(content, quantity).restored(packed)
    for row, day in zip(found, DAYS["cement"], strict=True):
        assert row == pytest.approx(content.values("cement", day, "young"), rel=1e-3)
    low, high = (end * abs(end) for end in field["kept"])
    assert low <= found.min()
    assert found.max() <= high + 1e-9


def test_points_and_displacements_come_back(content):
    packed = unpack(chunk(content, "intact", "points", [0]), np.uint16, 1).reshape(3, -1).T
    low, high = content.box
    assert low + packed / 65535 * (high - low) == pytest.approx(POINTS[content.vertices.nodes], abs=1e-3)


def test_a_page_that_would_be_too_large_gives_up_days_and_then_fields(content):
    whole = embedded_scene(content)
    size = sum(map(len, whole["chunks"].values()))
    assert whole["meta"]["left_out"] == ""
    smaller = embedded_scene(content, largest=int(0.55 * size))
    assert sum(map(len, smaller["chunks"].values())) <= 0.55 * size
    assert "vertebra view shows all" in smaller["meta"]["left_out"]
    assert smaller["meta"]["fields"][0]["key"] == "utilisation"
    assert embedded_scene(content, largest=10) is None


def test_every_chunk_that_is_named_is_in_the_page(content):
    chunks = embedded_scene(content)["chunks"]
    for number in range(3):
        for name in chunk_names(content):
            assert base64.b64decode(chunks[f"{number}-{name}"])


def test_a_result_without_fields_has_no_scene(tmp_path):
    from report_folder import INTACT, write_folder

    write_folder(tmp_path / "bare", [INTACT])
    assert SceneContent.of(tmp_path / "bare") is None
