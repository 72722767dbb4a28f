"""NGSolve: its own assembly and conjugate gradients with 3x3 block-Jacobi, the fastest peer in our trials."""

import numpy as np

from vertebra.benchmarks.history import History
from vertebra.benchmarks.measuring.clock import clock
from vertebra.benchmarks.peers import Outcome, SeriesOutcome
from vertebra.benchmarks.problem import Case
from vertebra.fem.cells.elements import EDGES

MODULES = ("ngsolve",)
NEEDS_SYSTEM = False
LARGEST = 5_000_000
BULGE = -0.125
"""Value of NGSolve's edge function of order 2 in the middle of its edge."""


class _Model:
    """Space, coefficients and forms of a case; `mesh` is made before the clock starts."""

    def __init__(self, case: Case):
        import ngsolve
        from netgen import meshing

        corners = int(case.cells[:, :4].max()) + 1
        raw = meshing.Mesh(dim=3)
        raw.AddPoints(np.ascontiguousarray(case.points[:corners]))
        raw.AddElements(dim=3, index=1, data=np.ascontiguousarray(case.cells[:, :4]), base=0)
        self.case = case
        self.corners = corners
        self.mesh = ngsolve.Mesh(raw)
        self.edges = (
            np.array([[vertex.nr for vertex in edge.vertices] for edge in self.mesh.edges])
            if case.order == 2
            else np.empty((0, 2), int)
        )
        if (np.isnan(case.supports).any(axis=1) != np.isnan(case.supports).all(axis=1)).any():
            text = (
                "the 3x3 blocks of this peer can not hold single components: use the load clamped or bending."
            )
            raise ValueError(text)

    def prepare(self):
        """Space, coefficient functions, forms."""
        import ngsolve as ng

        case = self.case
        self.space = ng.H1(self.mesh, order=case.order, dim=3)
        u, v = self.space.TnT()
        piecewise = ng.L2(self.mesh, order=0)
        self.lam, self.mu = ng.GridFunction(piecewise), ng.GridFunction(piecewise)

        twice_strain = ng.Grad(u) + ng.Grad(u).trans
        energy = self.mu * ng.InnerProduct(twice_strain, ng.Grad(v))
        energy += self.lam * ng.Trace(ng.Grad(u)) * ng.Trace(ng.Grad(v))
        self.form = ng.BilinearForm(self.space, symmetric=False)
        self.form += energy.Compile() * ng.dx  # the fastest of twelve spellings
        self.solution = ng.GridFunction(self.space)
        held = ~np.isnan(case.supports).any(axis=1)
        free = ng.BitArray(self.space.ndof)
        free.Set()
        for node in np.flatnonzero(held[: self.corners]):
            free.Clear(int(node))
        level = case.points[self.edges, 2]
        flat = held[self.edges].all(axis=1) & np.isclose(level[:, 0], level[:, 1])
        for edge in np.flatnonzero(flat):  # its unknown is the bulge over the straight line: zero there
            free.Clear(self.corners + int(edge))
        self.free = free
        values = self.solution.vec.FV().NumPy().reshape(-1, 3)
        values[:] = 0.0
        values[: self.corners] = np.where(held[:, None], case.prescribed, 0.0)[: self.corners]

    def assemble(self, young, poisson):
        """Numbers of the stiffness."""
        self.lam.vec.FV().NumPy()[:] = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
        self.mu.vec.FV().NumPy()[:] = young / (2 * (1 + poisson))
        self.form.Assemble()

    def iterate(self, tolerance=1e-8, max_iterations=5000):
        """Conjugate gradients from the present solution to |r| <= tolerance |b|; returns seconds, iterations.

        b is what the prescribed displacements alone leave on the free unknowns. The edge functions of order 2
        have another norm than nodal ones, so there the bound is halved.
        """
        import ngsolve as ng

        tolerance /= self.case.order
        start = clock()
        matrix, x = self.form.mat, self.solution.vec
        jacobi = matrix.CreateSmoother(self.free)
        projection = ng.Projector(self.free, True)
        ready = clock()
        r, z, p, q = (x.CreateVector() for _ in range(4))
        p.data = x
        p.data -= projection * x
        r.data = -matrix * p
        r.data = (projection * r).Evaluate()
        norm = r.Norm()
        r.data = -matrix * x
        r.data = (projection * r).Evaluate()
        z.data = jacobi * r
        p.data = z
        rho = ng.InnerProduct(r, z)
        iterations = 0
        while r.Norm() > tolerance * norm and iterations < max_iterations:
            q.data = matrix * p
            q.data = (projection * q).Evaluate()
            alpha = rho / ng.InnerProduct(p, q)
            x.data += alpha * p
            r.data -= alpha * q
            z.data = jacobi * r
            old, rho = rho, ng.InnerProduct(r, z)
            p *= rho / old  # not `p.data = z + beta * p`: the sum is written while p is read
            p.data += z
            iterations += 1
        done = clock()
        return ready - start, done - ready, iterations

    def displacement(self):
        """All nodes, mid nodes included; shape (n, 3) [mm]."""
        case, corners = self.case, self.corners
        values = self.solution.vec.FV().NumPy().reshape(-1, 3)
        out = np.empty(case.points.shape)
        out[:corners] = values[:corners]
        if case.order == 2:
            number = _mid_node(case, corners, self.edges)
            middle = (values[self.edges[:, 0]] + values[self.edges[:, 1]]) / 2
            out[number] = middle + BULGE * values[corners : corners + len(self.edges)]
        return out


def _mid_node(case, corners, edges):
    """Node in the middle of each edge."""
    ends = np.concatenate([case.cells[:, [a, b]] for a, b in EDGES])
    mids = np.concatenate([case.cells[:, 4 + k] for k in range(6)])
    key = np.sort(ends.astype(np.int64), axis=1) @ [corners, 1]
    key, first = np.unique(key, return_index=True)
    return mids[first[np.searchsorted(key, np.sort(edges, axis=1) @ [corners, 1])]]


def solve(case: Case, system=None) -> Outcome:
    """Assembly, block-Jacobi, iterations."""
    import ngsolve as ng

    model = _Model(case)
    with ng.TaskManager():
        start = clock()
        model.prepare()
        model.assemble(case.young, case.poisson)
        assembly = clock() - start
        setup, solving, iterations = model.iterate()
    return Outcome({"assembly": assembly, "setup": setup, "solve": solving}, model.displacement(), iterations)


def series(case: Case, system, kind: str, n_points: int, *, check: bool = False) -> SeriesOutcome:
    """Point after point, each assembled anew and started from the one before."""
    import ngsolve as ng

    history = History(kind, case, n_points)
    first = solve(case)
    cold = sum(first.seconds.values())
    model = _Model(case)
    energies = np.empty(n_points)
    total_iterations, outside = 0, 0.0
    with ng.TaskManager():
        start = clock()
        model.prepare()
        for index, (young, poisson) in enumerate(history):
            model.assemble(young, poisson)
            _, _, iterations = model.iterate()
            total_iterations += iterations
            check = clock()
            x = model.solution.vec
            image = (model.form.mat * x).Evaluate()
            energies[index] = ng.InnerProduct(image, x)
            outside += clock() - check
        total = clock() - start - outside - history.seconds
    return SeriesOutcome(cold, total, total_iterations, energies)
