"""Samples that share shapes: as certified as each by itself, whoever came before; near those drawn at any loss."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.courses.bands.beside_median import Passing
from vertebra.courses.followed.grounds import Grounds
from vertebra.courses.followed.walk import UNKNOWN_TIMES, Walk
from vertebra.courses.plan import INTACT, plan
from vertebra.courses.vertebra import Vertebra
from vertebra.materials.table import changed
from vertebra.scenarios.reading import read_scenario
from vertebra.studies.uncertainty.sampled import (
    SampleWorker,
    coarse_scenario,
    coarser_steps,
    followed,
    sample_steps,
)
from vertebra.studies.uncertainty.shared_grounds import Kept, SharedGrounds

VALUES = ("mesh.parametric.edge_mm=4", "mesh.order=1", "healing.days=[0,7,28,84]", "capacity.rule=section")
SAMPLES = (
    {},
    {"pace": 1.6, "density": 0.95, "damage.modulus_loss": 0.87, "creep.stress_exponent": 1.2},
    {"pace": 0.7, "density": 1.05, "bone.endplate.young": 1500.0, "bone.poisson": 0.25},
)


@pytest.fixture(scope="module")
def scenario():
    return coarse_scenario(read_scenario("main", VALUES))


@pytest.fixture(scope="module")
def worker(scenario):
    found = SampleWorker()
    found((scenario, []))
    return found


@pytest.fixture(scope="module")
def courses(worker):
    return [worker.course(sample) for sample in SAMPLES]


def test_a_sample_is_the_same_whoever_came_before_it(scenario, courses):
    alone = SampleWorker()
    alone((scenario, []))
    assert alone.course(SAMPLES[2]) == courses[2]


def test_no_shape_is_drawn_twice(worker, courses):
    before = worker._grounds.made
    assert before > 0
    again = [worker.course(sample) for sample in SAMPLES]
    assert worker._grounds.made == before
    assert again == courses


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_ratios_are_those_of_shapes_drawn_at_any_loss(scenario, courses, number):
    """Half a step of the grid is 0.03 mm of height; without it, and with grounds of its own, a sample moves little."""

    def exactly(sample):
        model = Vertebra.of(scenario)
        model = model.of_patient(pace_ratio=sample.get("pace", 1.0)).with_density(
            model.anatomy.density.times(sample.get("density", 1.0))
        )
        found = {}

        def take(task, stand, loaded, state):
            found.update(dict.fromkeys(((arm, task.day) for arm in task.arms), loaded.row_of_ratios))

        constants = {name: value for name, value in sample.items() if "." in name}
        with changed(constants):
            walk = Walk(model, healing_times=UNKNOWN_TIMES, steps=coarser_steps(), grounds=Grounds())
            walk.follow(plan(model.scenario), Passing(), take)
        return found

    for at, row in exactly(SAMPLES[number]).items():
        shared = courses[number][at]
        for name, value in row.items():
            assert shared[name] == pytest.approx(value, rel=0.01), (at, name)


def test_every_state_is_solved_to_the_certificate_of_samples(scenario):
    """The stiffness is second order in the certified error; solved to 1e-8 it differs by no more than its square."""
    model, found = Vertebra.of(scenario), {}

    def take(task, stand, loaded, state):
        assert loaded.given.certificate <= scenario.solver.tolerance
        direct = replace(loaded, given=None, given_unit=None, specimen=loaded.specimen.anew())
        found[task.arms, task.day] = loaded.stiffness / direct.stiffness - 1

    walk = Walk(model, healing_times=UNKNOWN_TIMES, steps=sample_steps(), grounds=SharedGrounds())
    walk.follow(plan(model.scenario), Passing(), take)
    assert len(found) > 5
    assert np.max(np.abs(list(found.values()))) <= scenario.solver.tolerance**2


def test_the_intact_vertebra_is_that_of_a_run(scenario):
    model = Vertebra.of(scenario)
    rows = followed(model, SharedGrounds(), sample_steps())
    for name, value in model.intact().row_of_ratios.items():
        assert rows[INTACT.name, 0][name] == pytest.approx(value, rel=1e-3)


def test_what_was_asked_for_longest_ago_is_dropped():
    kept, made = Kept(2), []

    def of(key):
        return kept.get(key, lambda: made.append(key) or key)

    assert [of(each) for each in "abacab"] == list("abacab")
    assert made == list("abcb")
