"""Cases of a study: combined, side by side, listed, sampled."""

import numpy as np
import pytest
from scipy import stats

from vertebra.scenarios.error import ScenarioError
from vertebra.studies.sweep.design import case_values, flat, unit_samples
from vertebra.studies.sweep.distributions import quantiles
from vertebra.studies.sweep.keys import Distribution, Method, StudyKeys

DENSITY, VOLUME = "bone.density_qct_mg_cm3", "arms.vertebroplasty.cement.volume_ml"


def study(**keys):
    return StudyKeys.model_validate({"schema": 1, "name": "s", "base": "main", **keys})


def values_of(key, *values):
    return {"key": key, "values": list(values)}


def test_a_grid_combines_each_value_with_each_the_last_key_fastest():
    rows = case_values(study(parameters=[values_of(DENSITY, 80, 100), values_of(VOLUME, 3.0, 4.0, 5.0)]))
    assert [(row[DENSITY], row[VOLUME]) for row in rows] == [
        (d, v) for d in (80, 100) for v in (3.0, 4.0, 5.0)
    ]


def test_zip_takes_values_side_by_side_and_refuses_lists_of_different_length():
    asked = {"method": {"kind": "zip"}}
    rows = case_values(study(parameters=[values_of(DENSITY, 80, 100), values_of(VOLUME, 3, 5)], **asked))
    assert [list(row.values()) for row in rows] == [[80, 3], [100, 5]]
    with pytest.raises(ScenarioError, match=rf"2 of {DENSITY}, 1 of {VOLUME}"):
        case_values(study(parameters=[values_of(DENSITY, 80, 100), values_of(VOLUME, 3)], **asked))


def test_listed_cases_may_spell_keys_with_dots_or_tables():
    rows = case_values(study(cases=[{"bone": {"density_qct_mg_cm3": 80}}, {DENSITY: 90}]))
    assert rows == [{DENSITY: 80}, {DENSITY: 90}]
    assert flat({"a": {"b": {"c": 1}}, "d": {}}) == {"a.b.c": 1, "d": {}}


def test_too_many_cases_are_refused_before_they_are_made():
    wide = [values_of(key, *range(300)) for key in ("a", "b", "c")]
    with pytest.raises(ScenarioError, match="27000000 cases, expected at most 10000"):
        case_values(study(parameters=wide))


def test_a_latin_hypercube_has_one_sample_in_every_layer():
    places = unit_samples(Method(kind="latin_hypercube", samples=32, seed=5), 3)
    assert (np.sort(np.floor(32 * places), axis=0) == np.arange(32)[:, None]).all()


def test_the_same_seed_gives_the_same_samples_and_another_one_others():
    def drawn(kind, seed):
        return unit_samples(Method(kind=kind, samples=16, seed=seed), 2)

    for kind in ("latin_hypercube", "sobol"):
        assert (drawn(kind, 1) == drawn(kind, 1)).all()
        assert (drawn(kind, 1) != drawn(kind, 2)).any()


def test_samples_are_crossed_with_listed_values_and_rounded_where_asked():
    sampled = {"key": "x", "distribution": {"kind": "uniform", "low": 0, "high": 365}, "whole": True}
    rows = case_values(
        study(method={"kind": "sobol", "samples": 8}, parameters=[values_of(DENSITY, 80, 100), sampled])
    )
    assert len(rows) == 16
    assert all(isinstance(row["x"], int) for row in rows)
    assert [row["x"] for row in rows[:8]] == [row["x"] for row in rows[8:]]
    assert list(rows[0]) == [DENSITY, "x"]


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        ({"kind": "uniform", "low": 2, "high": 6}, lambda p: 2 + 4 * p),
        ({"kind": "log_uniform", "low": 1, "high": 100}, lambda p: 100**p),
        ({"kind": "normal", "mean": 5, "sd": 2}, lambda p: 5 + 2 * stats.norm.ppf(p)),
        ({"kind": "log_normal", "median": 3, "spread": 0.5}, lambda p: 3 * np.exp(0.5 * stats.norm.ppf(p))),
        ({"kind": "triangular", "low": 0, "mode": 1, "high": 2}, lambda p: stats.triang.ppf(p, 0.5, 0, 2)),
    ],
)
def test_distributions_are_those_of_their_names(distribution, expected):
    shares = np.linspace(0.05, 0.95, 7)
    assert quantiles(Distribution(**distribution), shares) == pytest.approx(expected(shares))


def test_a_distribution_that_is_cut_keeps_its_shape_between_the_cuts():
    shares = np.linspace(0, 1, 11)
    found = quantiles(Distribution(kind="normal", mean=0, sd=1, low=-1, high=2), shares)
    law = stats.truncnorm(-1, 2)
    assert found[[0, -1]] == pytest.approx([-1, 2])
    assert found == pytest.approx(law.ppf(shares), abs=1e-9)
