"""Labels beside the ends of curves."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertebra.reports.charts.labels import spread


@given(st.lists(st.floats(0, 200), min_size=1, max_size=9))
def test_labels_keep_their_order_their_distance_and_the_room(wanted):
    places = spread(wanted, 13.0, 0.0, 200.0)
    ordered = [place for _, place in sorted(zip(wanted, places, strict=True))]
    assert all(b - a >= 13.0 - 1e-6 for a, b in pairwise(ordered))
    assert min(places) >= -1e-9
    assert max(places) <= 200.0 + 1e-9


def test_labels_with_room_stay_where_they_want_to_be():
    assert spread([10.0, 50.0, 90.0], 13.0, 0.0, 100.0) == [10.0, 50.0, 90.0]


def test_labels_of_one_value_stand_around_it():
    assert spread([50.0, 50.0], 10.0, 0.0, 100.0) == pytest.approx([45.0, 55.0])
