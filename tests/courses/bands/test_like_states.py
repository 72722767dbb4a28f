"""From coarse cells to those of the run by states of the median patient that are alike."""

import numpy as np
import pytest

from vertebra.courses.bands.like_states import LikeStates, interpolated

STIFFNESS = np.array([2.0, 1.5, 3.0, 5.0]) * 1e3
"""On coarse cells: falls while height is lost, then rises."""


def coarse(stiffness, bears=2600.0):
    return [
        {"stiffness_N_per_mm": each, "service_limit_N": 0.15 * each, "bears_N": bears * (each / 2e3) ** 0.05}
        for each in stiffness
    ]


def fine(rows):
    """What finer cells would say: softer where the band is soft, with surfaces a share of those on whole cells."""
    out = []
    for row in rows:
        ratio = 0.9 * (row["stiffness_N_per_mm"] / 5e3) ** 0.1
        capacity, limit = 0.85 * row["bears_N"], ratio * row["service_limit_N"]
        out.append(
            {
                "stiffness_N_per_mm": ratio * row["stiffness_N_per_mm"],
                "capacity_N": capacity,
                "service_N": min(capacity, limit),
            }
        )
    return out


@pytest.fixture
def median():
    there = coarse(STIFFNESS)
    return LikeStates(fine(there), there)


def test_the_median_patient_comes_back(median):
    found = median.carried_over(median.there)
    for name in ("capacity_N", "stiffness_N_per_mm"):
        np.testing.assert_allclose(found[name], [row[name] for row in median.here], rtol=1e-12)
    service = np.minimum(found["capacity_N"], found["service_limit_N"])
    np.testing.assert_allclose(service, [row["service_N"] for row in median.here], rtol=1e-12)


def test_a_patient_gets_the_ratio_of_states_as_soft_and_not_of_the_same_day(median):
    never = coarse([2e3, 1.5e3, 1.5e3, 1.5e3])
    expected = [row["stiffness_N_per_mm"] for row in fine(never)]
    found = median.carried_over(never)
    np.testing.assert_allclose(found["stiffness_N_per_mm"], expected, rtol=1e-12)
    capacity = [row["capacity_N"] for row in fine(never)]
    np.testing.assert_allclose(found["capacity_N"], capacity, rtol=1e-12)
    by_day = np.array([row["stiffness_N_per_mm"] for row in median.here]) * np.array([1, 1, 0.5, 0.3])
    assert abs(by_day[-1] / expected[-1] - 1) > 0.1


def test_between_states_ratios_follow_the_logarithm():
    patient = np.array([1.7e3, 4e3])
    known = np.array([row["stiffness_N_per_mm"] for row in coarse(STIFFNESS)])
    assert interpolated(patient, known, np.log(known)) == pytest.approx(np.log(patient))
    assert interpolated(np.array([1.0, 1e9]), known, known) == pytest.approx([1500, 5000])


def test_the_load_that_shortens_is_read_where_it_decides_and_else_follows_stiffness(median):
    decided = [row["service_N"] < row["capacity_N"] for row in median.here]
    assert decided == [True, True, True, True]
    strong = [row | {"capacity_N": 300.0, "service_N": min(300.0, row["service_N"])} for row in median.here]
    found = LikeStates(strong, median.there).carried_over(median.there)["service_limit_N"]
    np.testing.assert_allclose(found, [row["service_N"] for row in median.here], rtol=1e-12)
