import itertools

import numpy as np
import pytest

from vertebra.meshes.procedures.spongy.arrival import arrival_times, signed_distance


def naive(slowness, spacing, start):
    """Every point again and again from its earliest neighbours, by bisection, until nothing changes."""
    time = np.where(np.isfinite(start), start, 1e9)
    for _ in range(60):
        before = time.copy()
        for at in itertools.product(*map(range, time.shape)):
            if np.isfinite(start[at]) or slowness[at] < 0:
                continue
            low = []
            for axis in range(3):
                beside = [np.array(at) + sign * np.eye(3, dtype=int)[axis] for sign in (-1, 1)]
                known = [time[tuple(b)] for b in beside if 0 <= b[axis] < time.shape[axis]]
                low.append(min([*known, 1e9]))
            if min(low) >= 1e9:
                continue

            def excess(t, low=low, at=at):
                return (
                    sum(max(t - a, 0) ** 2 / h**2 for a, h in zip(low, spacing, strict=True))
                    - slowness[at] ** 2
                )

            early, late = min(low), min(low) + slowness[at] * max(spacing)
            for _ in range(60):
                middle = (early + late) / 2
                early, late = (middle, late) if excess(middle) < 0 else (early, middle)
            time[at] = min(time[at], late)
        if np.abs(time - before).max() < 1e-9:
            break
    return np.where(time >= 1e9, np.inf, time)


def test_sweeping_gives_what_the_obvious_way_gives():
    random = np.random.default_rng(3)
    slowness = random.uniform(0.5, 2.0, (5, 6, 4))
    slowness[2, :4, :] = -1.0
    start = np.full(slowness.shape, np.inf)
    start[0, 0, 0] = 0.3
    spacing = (1.0, 0.7, 1.3)
    found = arrival_times(slowness, spacing, start)
    assert np.array_equal(np.isinf(found), slowness < 0)
    np.testing.assert_allclose(found, naive(slowness, spacing, start), rtol=1e-5)


@pytest.mark.parametrize("axes", [*itertools.permutations(range(3))])
@pytest.mark.parametrize("back", [False, True])
def test_front_follows_a_passage_that_turns_to_and_fro(axes, back):
    """One cell wide: every cell takes its slowness longer than the one before it."""
    there = [(i, 0) for i in range(5)] + [(4, 1)] + [(i, 2) for i in range(4, -1, -1)]
    passage = [*there, (0, 3), *((i, 4) for i in range(5))]
    place = tuple(np.array([(i, j, 0) for i, j in (reversed(passage) if back else passage)])[:, axes].T)
    slowness = np.full(np.array([5, 5, 1])[list(axes)], -1.0)
    slowness[place] = 2.0
    start = np.full(slowness.shape, np.inf)
    start[tuple(axis[0] for axis in place)] = 0.0
    assert arrival_times(slowness, (1, 1, 1), start)[place] == pytest.approx(2.0 * np.arange(len(passage)))


def test_front_goes_around_what_it_cannot_pass_and_never_enters_a_closed_room():
    slowness = np.ones((9, 9, 9))
    slowness[4] = -1.0
    start = np.full(slowness.shape, np.inf)
    start[0, 4, 4] = 0.0
    assert np.isinf(arrival_times(slowness, (1, 1, 1), start)[5:]).all()
    slowness[4, 0, 0] = 1.0
    assert arrival_times(slowness, (1, 1, 1), start)[8, 4, 4] > 12


def test_time_over_a_distance_converges_at_first_order():
    errors = []
    for n in (11, 21, 41):
        h = 10.0 / (n - 1)
        at = h * np.stack(np.indices((n, n, n)), axis=-1) - 5.0
        exact = np.linalg.norm(at, axis=-1)
        start = np.where(exact < 2.0, exact, np.inf)
        errors.append(np.abs(arrival_times(np.full((n, n, n), 2.0), (h, h, h), 2 * start) / 2 - exact).max())
    assert errors[0] < 1.0
    assert errors[1] < 0.75 * errors[0]
    assert errors[2] < 0.75 * errors[1]


def test_distance_to_a_sphere_converges_whatever_the_field():
    errors = []
    for n in (21, 41, 81):
        h = 20.0 / (n - 1)
        at = h * np.stack(np.indices((n, n, n)), axis=-1) - 10.0
        exact = np.linalg.norm(at, axis=-1) - 6.0
        found = signed_distance(np.exp(exact / 3) - 1, (h, h, h))
        assert np.array_equal(found < 0, exact < 0)
        assert np.abs(found - exact)[np.abs(exact) < h].max() < 0.3 * h
        errors.append(np.abs(found - exact)[np.abs(exact) < 5].max())  # short of the kink in the middle
    assert errors[0] < 0.5
    assert errors[1] < 0.75 * errors[0]
    assert errors[2] < 0.75 * errors[1]


def test_front_that_starts_nowhere_is_refused():
    with pytest.raises(ValueError, match="starts in no cell"):
        arrival_times(np.ones((3, 3, 3)), (1, 1, 1), np.full((3, 3, 3), np.inf))
