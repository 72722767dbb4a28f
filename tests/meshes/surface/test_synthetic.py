import numpy as np
import pytest

from vertebra.meshes.surface import synthetic
from vertebra.meshes.surface.intersection import self_intersections
from vertebra.meshes.surface.synthetic import outline, synthetic_body
from vertebra.meshes.surface.topology import edge_use


def test_outline_has_the_stated_width_and_depths():
    assert outline(np.array([0.0, np.pi])) == pytest.approx([synthetic.HALF_WIDTH_MM] * 2, rel=1e-3)
    assert outline(np.pi / 2) == pytest.approx(synthetic.ANTERIOR_MM)
    assert outline(1.5 * np.pi) == pytest.approx(synthetic.POSTERIOR_MM * (1 - synthetic.HOLLOW))


def test_surface_is_closed_outward_and_does_not_cross_itself():
    surface = synthetic_body(24, 5)
    assert (edge_use(surface.triangles)[2] == 2).all()
    assert surface.volume > 0
    assert not len(self_intersections(surface.points, surface.triangles))


def test_volume_converges_with_the_square_of_the_spacing():
    volumes = [synthetic_body(n, n // 4).volume for n in (32, 64, 128)]
    order = np.log2((volumes[1] - volumes[0]) / (volumes[2] - volumes[1]))
    assert order == pytest.approx(2, abs=0.3)


def test_the_front_is_lowered_by_the_tilt():
    upright, tilted = (synthetic_body(24, 5, tilt_deg=angle).points for angle in (0.0, 8.0))
    front, back = upright[:, 1].argmax(), upright[:, 1].argmin()
    assert upright[front, 2] - tilted[front, 2] > 2 < tilted[back, 2] - upright[back, 2]
