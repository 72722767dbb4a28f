"""pyMOR: a reduced basis chosen greedily by a residual-based estimator, on the affine pieces of the callus.

K(E) = K_host + lam(E) K_lam + mu(E) K_mu, and the load alike. Full systems, and the Riesz representatives that the
estimator needs, are solved by pyamg at its best setting. The estimator bounds the error in the energy norm,

    |e|_E <= |r|_ref / sqrt(alpha(E)),    alpha = min over cells of (mu / mu_ref, kappa / kappa_ref, 1),

where |r|_ref is the dual norm with respect to the stiffness of a callus halfway (in log E) between the softest and the
stiffest. It is made relative with the least energy of the series, that of the softest callus.
"""

from dataclasses import replace

import numpy as np

from vertebra.benchmarks.history import History
from vertebra.benchmarks.measuring.clock import clock
from vertebra.benchmarks.peers import SeriesOutcome
from vertebra.benchmarks.peers.pyamg_aggregation import SETTING, cold_seconds, iterate, matrix, rigid_modes
from vertebra.benchmarks.problem import (
    CALLUS_MPA,
    Case,
    assemble,
    callus_poisson,
    prescribed_energy,
)

MODULES = ("pymor", "pyamg")
NEEDS_SYSTEM = False
LARGEST = 500_000
HISTORIES = ("modulus",)
TOLERANCE = 1e-4
"""Certificate in the energy norm."""
CALLUS = {"mu": (2.0, 0.0), "twice": (4.0, 0.0), "both": (2.5, 0.25)}
"""Callus moduli E, nu with (lam, mu) = (0, 1), (0, 2) and (1, 1) MPa: differences of their matrices are the pieces."""


def lame(young: float) -> tuple[float, float]:
    """Lamé's constants of the callus."""
    nu = callus_poisson(young)
    mu = young / (2 * (1 + nu))
    return 2 * mu * nu / (1 - 2 * nu), mu


def softening(young: float, reference: float) -> float:
    """Least ratio of the moduli of all cells to those with the callus of the reference."""
    (lam, mu), (lam_r, mu_r) = lame(young), lame(reference)
    return min(1.0, mu / mu_r, (3 * lam + 2 * mu) / (3 * lam_r + 2 * mu_r))


def pieces(case: Case):
    """Matrices, then right-hand sides, of the host, of lam = 1 and of mu = 1 MPa in the callus; and the modes."""
    found = {}
    for name, (young, nu) in CALLUS.items():
        moment = replace(
            case,
            young=np.where(case.callus, young, case.young),
            poisson=np.where(case.callus, nu, case.poisson),
        )
        system = assemble(moment)
        found[name] = matrix(system), system.rhs
    parts = [
        [2 * mu - twice, both - mu, twice - mu]
        for mu, twice, both in zip(found["mu"], found["twice"], found["both"], strict=True)
    ]
    free = np.isnan(case.supports[system.node]).reshape(-1, 1)
    return *parts, rigid_modes(case.points[system.node]) * free


def series(case: Case, system, kind: str, n_points: int, *, check: bool = False) -> SeriesOutcome:
    """Greedy basis on the points of the series to the certificate; then every point from the reduced model."""
    from pymor.algorithms.greedy import rb_greedy
    from pymor.core.logger import set_log_levels
    from pymor.models.basic import StationaryModel
    from pymor.operators.constructions import LincombOperator, VectorOperator
    from pymor.operators.numpy import NumpyMatrixOperator
    from pymor.parameters.functionals import ConstantParameterFunctional, GenericParameterFunctional
    from pymor.reductors.coercive import CoerciveRBReductor

    if kind not in HISTORIES:
        text = f"history {kind!r}: this peer takes {', '.join(HISTORIES)}, whose affine form is known beforehand."
        raise ValueError(text)
    set_log_levels({"pymor": "ERROR"})
    history = History(kind, case, n_points)
    points = [float(history[index][0][case.callus][0]) for index in range(n_points)]
    cold = cold_seconds(case)
    matrices, loads, modes = pieces(case)
    lift = [
        prescribed_energy(replace(case, young=young, poisson=poisson))
        for young, poisson in (history[index] for index in range(n_points))
    ]

    start = clock()
    solver = _solver(modes)
    weights = [
        ConstantParameterFunctional(1.0),
        GenericParameterFunctional(lambda mu: lame(mu["callus"][0])[0], {"callus": 1}),
        GenericParameterFunctional(lambda mu: lame(mu["callus"][0])[1], {"callus": 1}),
    ]
    operators = [NumpyMatrixOperator(K) for K in matrices]
    operator = LincombOperator(operators, weights, solver=solver)
    vectors = [VectorOperator(operators[0].range.from_numpy(b[:, None])) for b in loads]
    model = StationaryModel(operator, LincombOperator(vectors, weights))
    reference, *training = [
        model.parameters.parse({"callus": [young]}) for young in (np.sqrt(np.prod(CALLUS_MPA)), *points)
    ]
    product = operator.assemble(reference).with_(solver=solver)

    def load(mu):
        return sum(weight(mu) * b for weight, b in zip(weights, loads, strict=True))

    least = lift[0] - load(training[0]) @ model.solve(training[0]).to_numpy().ravel()
    coercivity = GenericParameterFunctional(
        lambda mu: np.sqrt(softening(mu["callus"][0], reference["callus"][0]) * least), {"callus": 1}
    )
    reductor = CoerciveRBReductor(model, product=product, coercivity_estimator=coercivity)
    reduced = rb_greedy(model, reductor, training, atol=TOLERANCE)["rom"]
    estimates = [float(np.max(reduced.estimate_error(mu))) for mu in training]
    solutions = [reductor.reconstruct(reduced.solve(mu)).to_numpy().ravel() for mu in training]
    total = clock() - start

    energies, errors = np.empty(n_points), np.zeros(n_points)
    for index, (mu, x) in enumerate(zip(training, solutions, strict=True)):
        K, b = operator.assemble(mu).matrix, load(mu)
        energies[index] = lift[index] - 2 * b @ x + x @ (K @ x)
        if check:
            exact, _ = iterate(solver.hierarchy(K), K, b, x, 1e-11)
            errors[index] = np.sqrt((x - exact) @ (K @ (x - exact)) / (lift[index] - b @ exact))
    details = {"n_fields": len(reductor.bases["RB"]), "largest_certificate": max(estimates)}
    details["methods"] = f"{solver.counts['systems']} systems"
    if check:
        details["largest_error"] = float(errors.max())
    return SeriesOutcome(cold, total, solver.counts["iterations"], energies, details)


def _solver(modes):
    """Solver of pyMOR's interface: conjugate gradients with pyamg, which keeps the hierarchy of the inner product."""
    from pyamg import smoothed_aggregation_solver
    from pymor.solvers.interface import Solver

    counts = {"systems": 0, "iterations": 0}
    kept: list = []

    class Multilevel(Solver):
        def __init__(self):
            self.counts = counts

        def hierarchy(self, K):
            return smoothed_aggregation_solver(K, B=modes, **SETTING)

        def _solve(self, operator, V, mu, initial_guess):
            if operator.parametric:
                K = operator.assemble(mu).matrix
                multilevel = self.hierarchy(K)
            else:
                K = operator.matrix
                if not kept:
                    kept.append(self.hierarchy(K))
                multilevel = kept[0]
            columns = np.empty((K.shape[0], len(V)))
            for column, b in enumerate(V.to_numpy().T):
                columns[:, column], count = iterate(multilevel, K, b, np.zeros_like(b))
                counts["systems"] += 1
                counts["iterations"] += count
            return operator.source.from_numpy(columns), {}

    return Multilevel()
