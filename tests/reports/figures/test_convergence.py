"""The figure of a study: what stands in it."""

import numpy as np

from vertebra.reports.figures.convergence import convergence_figure

SIZE = np.array([4.0, 3.0, 2.0])


def rows_and_fits(states, quantities):
    rows, fits = [], {}
    for arm, day in states:
        for quantity in quantities:
            rows += [
                {"arm": arm, "day": day, "quantity": quantity, "element_mm": h, "value": 2000 + 5 * h**2}
                for h in SIZE
            ]
            fits[arm, day, quantity] = (lambda h: 2000 + 5 * h**2, 2000.0, 25.0)
    return rows, fits


def test_every_state_and_quantity_has_a_panel_with_units():
    states = [("intact", 0), ("conservative", 0), ("conservative", 365)]
    figure = convergence_figure(*rows_and_fits(states, ["capacity_N", "stiffness_N_per_mm"]), "L1")
    assert len(figure.axes) == 6
    titles = [axis.get_title() for axis in figure.axes]
    assert titles[:2] == ["intact, day 0: capacity [kN]", "intact, day 0: stiffness [kN/mm]"]
    assert all("[mm]" in axis.get_xlabel() for axis in figure.axes[-2:])


def test_points_fit_and_band_are_drawn_in_the_unit_of_the_label():
    figure = convergence_figure(*rows_and_fits([("intact", 0)], ["capacity_N"]), "L1")
    axis = figure.axes[0]
    fit, computed = axis.lines[:2]
    np.testing.assert_allclose(computed.get_ydata(), 1e-3 * (2000 + 5 * SIZE**2))
    np.testing.assert_allclose(fit.get_ydata()[[0, -1]], [2.0, 2.08])
    assert fit.get_xdata()[0] == 0
    band = axis.patches[0].get_extents().transformed(axis.transData.inverted())
    np.testing.assert_allclose([band.y0, band.y1], [1.975, 2.025])
    low, high = axis.get_ylim()
    assert low < 1.975
    assert high > 2.08


def test_a_quantity_that_one_state_lacks_leaves_its_panel_empty():
    rows, fits = rows_and_fits([("intact", 0)], ["capacity_N"])
    more, more_fits = rows_and_fits([("cemented", 7)], ["capacity_N", "ultimate_N"])
    figure = convergence_figure(rows + more, fits | more_fits, "L1")
    assert [axis.axison for axis in figure.axes] == [True, False, True, True]
