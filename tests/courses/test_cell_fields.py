"""Cell fields of a run are of whole cells, also where the crushed band cuts them."""

import numpy as np
import pytest

from vertebra.meshes.tetmesh import REGIONS
from vertebra.records.fields.reading import FieldFile
from vertebra.records.result_files import FIELDS


def volumes(file, day):
    """Volume of every bone cell on a day [mm3]."""
    corners = file.points(day)[file.cells[:, :4]]
    a, b, c = (corners[:, k] - corners[:, 0] for k in (1, 2, 3))
    volume = np.abs(np.einsum("ij,ij->i", np.cross(a, b), c)) / 6
    caps = [REGIONS.index(name) for name in ("superior_cap", "inferior_cap")]
    return np.where(np.isin(file.field("region", day), caps), 0.0, volume)


@pytest.mark.parametrize(("name", "days"), [("crush", 2), pytest.param("main", 4, marks=pytest.mark.slow)])
def test_broken_tissue_grows_with_the_height_that_a_body_loses(results, name, days):
    """A band that is compacted c times holds the volume lost over c - 1, whatever the cells that its borders cut.

    Later days of `crush` are left out: its band is full then and is compacted further.
    """
    folder = results(name)
    sound, broken = (FieldFile(folder / FIELDS.of(arm)) for arm in ("intact", "conservative"))
    before = volumes(sound, sound.days[0]).sum()
    lost, band = [], []
    for day in broken.days[:days]:
        volume = volumes(broken, day)
        lost.append(before - volume.sum())
        band.append(volume @ (1.0 - broken.field("tissue_host", day)))
    assert lost[-1] > 1.05 * lost[0]  # it goes on
    assert np.array(band) / band[0] == pytest.approx(np.array(lost) / lost[0], rel=0.05)


def test_tissues_of_a_cell_sum_to_one(results):
    file = FieldFile(results("crush") / FIELDS.of("conservative"))
    names = [name for name in file.names if name.startswith("tissue_")]
    for day in (file.days[0], file.days[-1]):
        bone = volumes(file, day) > 0
        total = sum(file.field(name, day) for name in names)
        assert total[bone] == pytest.approx(1.0, abs=1e-5)
