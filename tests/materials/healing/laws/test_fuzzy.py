"""Differentiation by fuzzy rules."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.materials.healing.laws.differentiation import Differentiation
from vertebra.materials.healing.laws.fuzzy import Rule, RuleSet, Terms, fuzzy
from vertebra.materials.table import row, rows

STORED = RuleSet()


def strain(distortional, dilatational):
    """Uniaxial distortion g: e = g / 1.5 without change of volume; and the mean normal strain added."""
    distortional, dilatational = np.broadcast_arrays(
        np.atleast_1d(distortional).astype(float), np.atleast_1d(dilatational).astype(float)
    )
    found = np.zeros((len(distortional), 6))
    found[:, 2] = distortional / 1.5
    found[:, :2] = -distortional[:, None] / 3
    found[:, :3] += dilatational[:, None]
    return found


def answer(distortional, dilatational, cartilage=0.0, mineral=0.0, perfusion=1.0):
    measured = strain(distortional, dilatational)
    spread = (np.full(len(measured), each) for each in (cartilage, mineral, perfusion))
    return fuzzy(measured, *spread)


def naive_infer(values):
    """One point: every rule, term by term, in a double loop."""
    degree = {}
    for entry in rows("fuzzy", "input"):
        name, p = entry.name.removeprefix("input."), entry.parameters
        x = values[name]
        for k, term in enumerate(p["terms"]):
            rise = 1.0 if k == 0 else np.interp(x, [p["from"][k - 1], p["to"][k - 1]], [0, 1])
            fall = 1.0 if k == len(p["from"]) else np.interp(x, [p["from"][k], p["to"][k]], [1, 0])
            degree[name, term] = min(rise, fall)
    shares = {entry.name: 0.0 for entry in fields(Differentiation)}
    for entry in rows("fuzzy", "rule"):
        content = dict(entry.parameters)
        weight = content.pop("share")
        process = content.pop("process")
        for name, terms in content.items():
            weight *= sum(degree[name, term] for term in terms)
        shares[process] += weight
    return shares


POINTS = st.fixed_dictionaries(
    {
        "distortional": st.one_of(st.floats(0, 0.001), st.floats(0, 0.25)),
        "dilatational": st.one_of(st.floats(-0.001, 0.001), st.floats(-0.1, 0.1)),
        "cartilage": st.floats(0, 1),
        "mineral": st.floats(0, 1),
        "perfusion": st.floats(0, 1),
    }
)


@settings(deadline=None, max_examples=40)
@given(POINTS)
def test_inference_agrees_with_a_double_loop(point):
    expected = naive_infer(point)
    found = STORED.infer({name: np.array([x]) for name, x in point.items()})
    for process, share in expected.items():
        assert share <= 1 + 1e-12, f"rules on {process} overlap"
        assert found[process][0] == pytest.approx(share, abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(st.floats(-0.2, 0.2))
def test_terms_of_an_input_share_every_value(x):
    for terms in STORED.inputs.values():
        members = terms.memberships(np.array([x]))
        assert sum(member[0] for member in members.values()) == pytest.approx(1)
        assert min(member[0] for member in members.values()) >= 0


REGIMES = {  # distortional, dilatational, cartilage, mineral, perfusion; the shares
    "quiet and perfused": ((0.01, -0.002, 0, 0, 1), (1, 1, 1, 1, 1, 0, 0)),
    "quiet without vessels": ((0.01, -0.002, 0, 0, 0), (0, 1, 0, 0, 0, 0, 0)),
    "compressed, soft": ((0.03, -0.03, 0, 0, 1), (0, 1, 0, 1, 1, 0, 0)),
    "compressed, cartilage": ((0.03, -0.03, 0.5, 0, 1), (0, 1, 1, 1, 1, 0, 0)),
    "compressed, ossifying": ((0.03, -0.03, 0.02, 0.7, 1), (0, 1, 1, 1, 1, 0, 0)),
    "sheared": ((0.10, -0.002, 0.5, 0, 1), (0, 0.5, 0, 0, 0, 0, 0)),
    "stretched": ((0.03, 0.03, 0.5, 0, 1), (0, 0, 0, 0, 0, 0, 0)),
    "torn by shear": ((0.20, -0.03, 0.5, 0.5, 1), (0, 0, 0, 0, 0, 1, 0)),
    "torn by stretching": ((0.03, 0.08, 0.5, 0.5, 1), (0, 0, 0, 0, 0, 1, 0)),
    "crushed": ((0.03, -0.08, 0.5, 0.5, 1), (0, 0, 0, 0, 0, 1, 0)),
    "disuse of bone": ((5e-5, 0.0, 0, 0.9, 1), (1, 1, 1, 1, 1, 0, 1)),
    "disuse before bone": ((5e-5, 0.0, 0, 0, 1), (1, 1, 1, 1, 1, 0, 0)),
}


@pytest.mark.parametrize(("inputs", "expected"), REGIMES.values(), ids=REGIMES.keys())
def test_regimes(inputs, expected):
    found = [values[0] for _, values in answer(*inputs).items()]
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("dilatational", [-0.03, -0.002, 0.0])
def test_more_distortion_never_allows_more_bone(dilatational):
    found = answer(np.linspace(0, 0.25, 2000), dilatational, cartilage=0.5, mineral=0.5)
    for name in (
        "intramembranous",
        "chondrogenesis",
        "ossification",
        "mineralisation",
        "maturation",
        "resorption",
    ):
        assert np.all(np.diff(getattr(found, name)) <= 1e-12), name
    assert np.all(np.diff(found.rupture) >= -1e-12)


def test_breakpoints_are_the_published_ones():
    p = row("fuzzy", "input.distortional").parameters
    assert list(zip(p["from"], p["to"], strict=True)) == [(1e-4, 5e-4), (0.05, 0.07), (0.15, 0.16)]
    assert len(STORED.rules) == len(rows("fuzzy", "rule"))


def test_medium_pressure_starts_at_the_pressure_of_claes_and_heigele():
    step = row("fuzzy", "input.dilatational").parameters
    bulk = 3 / (3 * (1 - 2 * 0.4))
    assert -0.15 / (3 * bulk) == pytest.approx((step["from"][1] + step["to"][1]) / 2)


def test_faults_of_a_rule_table_are_named():
    with pytest.raises(ValueError, match="terms change between"):
        Terms(("low", "high"), (0.1, 0.2), (0.15, 0.3))
    wrong_term = Rule("r", {"perfusion": ("medium",)}, "rupture", 1.0)
    with pytest.raises(ValueError, match="rule r reads perfusion"):
        RuleSet(rules=[wrong_term])
    with pytest.raises(ValueError, match="rule r drives 'growth'"):
        RuleSet(rules=[replace(wrong_term, process="growth")])
