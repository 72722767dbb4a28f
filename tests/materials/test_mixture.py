"""Modulus and strength of every element."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.materials import bone
from vertebra.materials.cement import composite
from vertebra.materials.damage import damage
from vertebra.materials.density import QctDensity
from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.mixture import HostBone, MixtureConstants, bone_density, mix
from vertebra.materials.table import value
from vertebra.materials.tissue import SHARES, TissueState

D_E, D_S = value("damage", "modulus_loss"), value("damage", "strength_loss")


def body(n=1, rho=0.10, shell=0.0, endplate=0.0):
    return HostBone(QctDensity(np.full(n, rho)), np.full(n, shell), np.full(n, endplate))


def state_of(territory=1.0, gap=0.0, mineralisation=1.0, **shares):
    table = np.array([[shares.get(name, 0.0)] for name in SHARES])
    return TissueState.fresh([territory], [gap]).healed_to(0, table, np.array([mineralisation]))


def properties(mixed):
    return np.array([mixed.young, mixed.strength_compression, mixed.strength_tension])


def test_intact_bone_is_the_host_law():
    mixed = mix(body())
    np.testing.assert_allclose(mixed.young, 2980 * 0.1**1.05)
    np.testing.assert_allclose(mixed.strength_compression, 37.4 * 0.1**1.39)
    np.testing.assert_allclose(mixed.strength_tension, 0.9 * 37.4 * 0.1**1.39)
    np.testing.assert_array_equal(mixed.poisson, 0.3)


def test_layers_thinner_than_an_element_count_by_volume():
    mixed = mix(body(shell=0.2, endplate=0.1))
    trabecular = 2980 * 0.1**1.05
    np.testing.assert_allclose(mixed.young, 0.7 * trabecular + 0.2 * 6000 + 0.1 * 3000)
    expected = 0.7 * 37.4 * 0.1**1.39 + 0.0067 * (0.2 * 6000 + 0.1 * 3000)
    np.testing.assert_allclose(mixed.strength_compression, expected)


@pytest.mark.parametrize("rho", [0.06, 0.10, 0.15])
def test_fresh_crushed_trabeculae_lose_modulus_far_more_than_strength(rho):
    c = 1.4
    g = damage(c)
    intact, fresh = mix(body(rho=rho)), mix(body(rho=rho), compaction=c, tissue=TissueState.fresh([g]))
    soft = 0.2 * g
    np.testing.assert_allclose(fresh.young - soft, 2980 * (c * rho) ** 1.05 * (1 - g * D_E))
    np.testing.assert_allclose(fresh.strength_compression, 37.4 * (c * rho) ** 1.39 * (1 - g * D_S))
    assert fresh.young / intact.young < 0.25
    assert fresh.strength_compression / intact.strength_compression > 0.9


def test_shell_is_compacted_and_damaged_too():
    c = 1.3
    g = damage(c)
    fresh = mix(body(shell=1.0), compaction=c, tissue=TissueState.fresh([g]))
    np.testing.assert_allclose(fresh.young, c * 6000 * (1 - g * D_E))
    np.testing.assert_allclose(fresh.strength_tension, c * 0.0042 * 6000 * (1 - g * D_S))


def test_deep_crush_is_never_stronger_than_intact_bone():
    c = 1.8
    assert 37.4 * (c * 0.1) ** 1.39 * (1 - D_S) > 37.4 * 0.1**1.39
    constants = MixtureConstants(healed_per_host=1.3)
    fresh = mix(body(), compaction=c, tissue=TissueState.fresh([damage(c)]), constants=constants)
    np.testing.assert_allclose(fresh.strength_compression, mix(body()).strength_compression)


def test_modulus_and_strength_recover_by_the_same_square_of_maturity():
    c, loose = 1.05, MixtureConstants(healed_per_host=2.0)
    g = 1.0
    half = mix(body(), compaction=c, tissue=state_of(g, woven=0.5, fibrous=0.5), constants=loose)
    none = mix(body(), compaction=c, tissue=state_of(g, haematoma=1.0), constants=loose)
    full = mix(body(), compaction=c, tissue=state_of(g, woven=1.0), constants=loose)
    bare_young = none.young - 0.2
    np.testing.assert_allclose((half.young - 0.5 * 2 - bare_young) / (full.young - bare_young), 0.25)
    gained = half.strength_compression - none.strength_compression
    np.testing.assert_allclose(gained / (full.strength_compression - none.strength_compression), 0.25)


@pytest.mark.parametrize("kappa", [1.0, 1.3])
def test_healed_tissue_is_capped_at_kappa_times_host(kappa):
    constants = MixtureConstants(healed_per_host=kappa)
    healed = mix(body(shell=0.3), compaction=1.6, tissue=state_of(woven=1.0), constants=constants)
    np.testing.assert_allclose(properties(healed), kappa * properties(mix(body(shell=0.3))))


def test_low_cap_takes_nothing_from_the_crushed_scaffold():
    c = 1.4
    low = MixtureConstants(healed_per_host=0.9)
    fresh = mix(body(), compaction=c, tissue=state_of(haematoma=1.0), constants=low)
    healed = mix(body(), compaction=c, tissue=state_of(woven=1.0), constants=low)
    np.testing.assert_allclose(healed.young, 0.9 * mix(body()).young)
    assert fresh.strength_compression > 0.9 * mix(body()).strength_compression
    np.testing.assert_allclose(healed.strength_compression, fresh.strength_compression)


@pytest.mark.parametrize("q", [0.9, 1.0])
def test_remodelling_carries_to_the_host_law_at_q_times_the_density(q):
    tissue = replace(state_of(remodelled=1.0), remodelled_density=np.array([q]))
    remodelled = mix(body(), compaction=1.4, tissue=tissue)
    np.testing.assert_allclose(properties(remodelled), properties(mix(body(rho=q * 0.10))))
    density = bone_density(body(), 1.4, tissue)
    np.testing.assert_allclose(density.g_cm3, q * 0.10)


def test_density_after_the_crush_conserves_mineral():
    np.testing.assert_allclose(bone_density(body(), 1.4, TissueState.fresh([1.0])).g_cm3, 1.4 * 0.10)


def test_bone_that_never_broke_keeps_its_values_whatever_the_caps_are():
    constants = MixtureConstants(healed_per_host=0.9, modulus_quality=0.5)
    tissue = replace(state_of(0.0, remodelled=1.0), remodelled_density=np.array([0.9]))
    whole = mix(body(), tissue=tissue, constants=constants)
    np.testing.assert_allclose(properties(whole), properties(mix(body())))


def test_modulus_and_strength_rise_monotonically_while_bone_heals():
    n, draw = 2000, np.random.default_rng(11).uniform
    compaction, zone = draw(1, 1.8, n), draw(0, 1, n)
    host = HostBone(QctDensity(draw(0.03, 0.2, n)), draw(0, 1, n), np.zeros(n))
    law, state = KineticLaw(), TissueState.fresh(damage(compaction, zone))
    intact, before = properties(mix(host)), np.zeros((3, n))
    for days in (0, 3, 4, 7, 7, 7, 14, 14, 28, 42, 56, 183):
        state = law.advance(state, days)
        as_dense = replace(state, remodelled_density=np.ones(n))  # its loss of structure apart
        now = properties(mix(host, compaction=compaction, tissue=as_dense))
        assert np.all(now <= intact * (1 + 1e-9))
        assert np.all(now[1:] >= before[1:] * (1 - 1e-9))  # strength: soft tissue plays no part
        assert np.all(now[0] >= before[0] - 0.5)  # MPa: soft tissue leaves before bone is mature
        assert np.all(properties(mix(host, compaction=compaction, tissue=state)) <= now * (1 + 1e-9))
        before = now


def test_poor_quality_counts_on_what_repair_tissue_adds_only():
    poor = MixtureConstants(modulus_quality=0.6, strength_quality=0.76)
    fresh, healed = state_of(haematoma=1.0), state_of(woven=1.0)
    scaffold = properties(mix(body(), compaction=1.4, tissue=state_of(haematoma=1.0)))
    scaffold[0] -= 0.2
    sound = properties(mix(body(), compaction=1.4, tissue=healed))
    ratio = np.array([0.6, 0.76, 0.76])[:, None]
    found = properties(mix(body(), compaction=1.4, tissue=healed, constants=poor))
    np.testing.assert_allclose(found, scaffold + ratio * (sound - scaffold))
    at_first = properties(mix(body(), compaction=1.4, tissue=fresh, constants=poor))
    np.testing.assert_allclose(at_first, scaffold + np.array([[0.6 * 0.2], [0], [0]]))


@pytest.mark.parametrize("phi", [0.3, 1.0])
def test_an_empty_cleft_heals_to_uncompacted_host_by_the_square_of_maturity(phi):
    tissue = state_of(0.4, gap=1.0, woven=phi, fibrous=1 - phi)
    found = properties(mix(body(shell=0.2), compaction=1.4, tissue=tissue))[:, 0]
    intact = properties(mix(body(shell=0.2)))[:, 0]
    soft = 2 * (1 - phi) * np.array([1, value("tissue", "strain.fibrous"), value("tissue", "strain.fibrous")])
    np.testing.assert_allclose(found, np.minimum(soft + phi**2 * intact, intact))


def test_a_cleft_remodels_and_is_weakened_as_crushed_bone_is():
    poor = MixtureConstants(modulus_quality=0.6, strength_quality=0.76)
    woven = properties(mix(body(), compaction=1.4, tissue=state_of(gap=1.0, woven=1.0), constants=poor))
    np.testing.assert_allclose(woven, np.array([[0.6], [0.76], [0.76]]) * properties(mix(body())))
    tissue = replace(state_of(gap=1.0, remodelled=1.0), remodelled_density=np.array([0.8]))
    found = properties(mix(body(), compaction=1.4, tissue=tissue, constants=poor))
    np.testing.assert_allclose(found, properties(mix(body(rho=0.08))))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 1.0])
def test_what_weakens_callus_fades_as_it_is_remodelled(share):
    poor = MixtureConstants(modulus_quality=0.6, strength_quality=0.76)
    tissue = state_of(woven=1 - share, remodelled=share)
    scaffold = properties(mix(body(), compaction=1.4, tissue=state_of(haematoma=1.0)))
    scaffold[0] -= 0.2
    sound, found = (
        properties(mix(body(), compaction=1.4, tissue=tissue, constants=each))
        for each in (MixtureConstants(), poor)
    )
    capped = properties(mix(body(), compaction=1.4, tissue=state_of(woven=1.0)))
    lost = (1 - share) * np.array([[0.4], [0.24], [0.24]]) * (capped - scaffold)
    np.testing.assert_allclose(found, sound - lost)


def test_crushed_bone_and_cleft_share_an_element_by_volume():
    shares = {"woven": 0.5, "cartilage": 0.3, "granulation": 0.2}
    scaffold, cleft, both = (
        properties(mix(body(shell=0.1), compaction=1.3, tissue=state_of(0.7, gap=gap, **shares)))
        for gap in (0.0, 1.0, 0.3)
    )
    np.testing.assert_allclose(both, 0.7 * scaffold + 0.3 * cleft)


def test_a_fresh_cleft_bears_what_haematoma_bears():
    found = properties(mix(body(), tissue=TissueState.fresh([0.0], [1.0])))[:, 0]
    strength = 0.2 * value("tissue", "strain.granulation")
    np.testing.assert_allclose(found, [0.2, strength, strength])


def test_a_cleft_fills_with_the_density_of_the_bone_that_forms():
    half = state_of(gap=1.0, mineralisation=0.6, woven=0.5, fibrous=0.5)
    np.testing.assert_allclose(bone_density(body(), 1.4, half).g_cm3, 0.5 * 0.6 * 0.10)
    empty = bone_density(body(), 1.4, TissueState.fresh([1.0], [1.0]))
    np.testing.assert_allclose(empty.g_cm3, value("density", "least"))


def test_cement_fills_elements_by_volume():
    tissue = TissueState.fresh([0.0, 0.0, 0.0]).with_cement([0.0, 0.5, 1.0])
    mixed = mix(body(3), tissue=tissue, cement=composite())
    trabecular = 2980 * 0.1**1.05
    np.testing.assert_allclose(mixed.young, [trabecular, (trabecular + 1300) / 2, 1300])
    np.testing.assert_allclose(mixed.strength_compression[2], 40)
    np.testing.assert_allclose(mixed.strength_tension[2], 20)


def test_cement_and_enclosed_bone_do_not_heal():
    tissue = TissueState.fresh([1.0]).with_cement([1.0])
    day_0 = mix(body(), compaction=1.4, tissue=tissue, cement=composite())
    later = mix(body(), compaction=1.4, tissue=KineticLaw().advance(tissue, 100), cement=composite())
    np.testing.assert_array_equal(properties(later), properties(day_0))


def test_cement_without_properties_is_refused():
    with pytest.raises(ValueError, match="without properties"):
        mix(body(), tissue=TissueState.fresh([0.0]).with_cement([0.1]))


def test_compacted_bone_without_tissue_is_refused():
    with pytest.raises(ValueError, match="no tissue state"):
        mix(body(), compaction=1.4)


def test_state_of_another_mesh_is_refused():
    with pytest.raises(ValueError, match="has 1 elements, expected 2"):
        mix(body(2), tissue=TissueState.fresh([0.0]))


def test_fractions_of_another_mesh_are_refused():
    with pytest.raises(ValueError, match="expected as many"):
        HostBone(QctDensity([0.1]), np.zeros(2), np.zeros(1))


def test_loss_beyond_one_is_refused():
    with pytest.raises(ValueError, match=r"modulus_loss is 1\.2"):
        MixtureConstants(modulus_loss=1.2)


def test_law_by_name_reaches_modulus_and_strength():
    host = HostBone(QctDensity([0.1]), np.zeros(1), np.zeros(1), law="morgan2003")
    mixed = mix(host)
    np.testing.assert_allclose(mixed.young, bone.young_modulus(QctDensity(0.1), "morgan2003"))
    np.testing.assert_allclose(
        mixed.strength_compression, bone.strength(QctDensity(0.1), "morgan_keaveny2001")[0]
    )


def directed(**shares):
    """Bone with a direction, whose shell is a fifth, and the same without."""
    host = body(shell=shares.pop("shell", 0.0))
    return replace(host, anisotropy="transverse"), host


def test_trabecular_bone_has_a_direction_and_shell_has_none():
    turned, plain = directed(shell=0.2)
    mixed = mix(turned)
    trabecular = 2980 * 0.1**1.05
    np.testing.assert_allclose(mixed.aligned, 0.8 * trabecular / (0.8 * trabecular + 0.2 * 6000))
    assert mix(plain).aligned is None
    np.testing.assert_array_equal(properties(mixed), properties(mix(plain)))


def test_woven_bone_has_no_direction_and_remodelled_bone_that_of_the_host():
    c, young = 1.3, []
    g = damage(c)
    for shares in ({"granulation": 1.0}, {"woven": 1.0}, {"remodelled": 1.0}):
        mixed = mix(directed()[0], compaction=c, tissue=state_of(g, **shares))
        young.append((float(mixed.young[0]), float(mixed.young[0] * mixed.aligned[0])))
    scaffold = 2980 * (c * 0.1) ** 1.05 * (1 - g * D_E)
    assert [aligned for _, aligned in young[:2]] == pytest.approx([scaffold, scaffold])
    assert young[1][0] > 1.5 * scaffold
    _, (_, _), (whole, aligned) = young
    remodelled = g * 2980 * (value("mixture", "remodelled_density_per_host") * 0.1) ** 1.05
    assert aligned == pytest.approx((1 - g) * scaffold + remodelled)
    assert 0.99 < aligned / whole <= 1


def test_quality_leaves_remodelled_bone_its_direction():
    tissue = state_of(damage(1.3), woven=0.4, remodelled=0.6)
    sound, poor = (
        mix(directed()[0], compaction=1.3, tissue=tissue, constants=MixtureConstants(modulus_quality=each))
        for each in (1.0, 0.6)
    )
    np.testing.assert_allclose(poor.young * poor.aligned, sound.young * sound.aligned)
    assert poor.young < sound.young


def test_cleft_has_a_direction_only_once_it_is_remodelled():
    turned, _ = directed()
    empty, woven, done = (
        mix(turned, tissue=state_of(0.0, gap=1.0, **{name: 1.0}))
        for name in ("granulation", "woven", "remodelled")
    )
    np.testing.assert_array_equal([empty.aligned, woven.aligned], 0)
    np.testing.assert_allclose(done.aligned, 1)


def test_cement_has_no_direction():
    turned, _ = directed()
    tissue = TissueState.fresh([0.0]).with_cement(np.array([0.25]))
    mixed = mix(turned, tissue=tissue, cement=composite())
    trabecular = 0.75 * 2980 * 0.1**1.05
    np.testing.assert_allclose(mixed.aligned, trabecular / (trabecular + 0.25 * 1300))


@pytest.mark.parametrize("zone", [0.2, 0.7])
def test_a_border_of_the_band_puts_crushed_and_host_bone_in_series(zone):
    c = 1.4
    host, g = body(shell=0.2), damage(c)
    intact = properties(mix(host))
    crushed = properties(mix(host, compaction=c, tissue=TissueState.fresh([g])))
    cut = properties(mix(host, compaction=c, zone=zone, tissue=TissueState.fresh([zone * g])))
    np.testing.assert_allclose(1 / cut[0], zone / crushed[0] + (1 - zone) / intact[0])
    np.testing.assert_allclose(cut[1:], np.minimum(crushed, intact)[1:])


def test_the_direction_of_a_cut_element_lies_between_those_of_its_parts():
    c, zone = 1.4, 0.5
    g = damage(c)
    whole = mix(directed()[0], compaction=c, tissue=state_of(g, woven=1.0)).aligned
    cut = mix(directed()[0], compaction=c, zone=zone, tissue=state_of(zone * g, woven=1.0)).aligned
    assert np.all((whole < cut) & (cut < 1))
