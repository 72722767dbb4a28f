"""Stiffness as a combination of few matrices, K = K_base + sum_k theta_k K_k, projected on a growing basis.

Coefficients and energies of a time follow from small matrices, residuals from the images K_k v of the basis. The
images under K_k are kept only on the rows that the fields touch.
"""

import numpy as np

from ..solution import Basis
from ..systems.equilibrium import Load
from ..systems.system import LoadModes, System
from .affine import ModuliSpan
from .field_matrices import FieldMatrices


class CombinedStiffness:
    """Images of a basis under the stiffness of a span of moduli.

    Parameters
    ----------
    system : System
    modes : LoadModes
    span : ModuliSpan
    """

    def __init__(self, system: System, modes: LoadModes, span: ModuliSpan):
        self.span = span
        self._fields = FieldMatrices(system, modes, span)
        self._rows = self._fields.rows
        n_modes = len(modes.prescribed)
        self._images = Basis(np.empty((0, len(system.pattern.node), 3)))
        self._field_images = [Basis(np.empty((0, len(self._rows), 3))) for _ in range(len(span))]
        self._matrices = np.empty((1 + len(span), 0, 0))
        self._loads = np.empty((1 + len(span), 0, n_modes))
        self._mixed = self._loads.copy()

    def values(self, theta: np.ndarray) -> np.ndarray:
        """Stiffness at theta in blocks (b, 3, 3) [N/mm]."""
        return self._fields.values(theta)

    def append(self, basis: Basis, images: np.ndarray, theta: np.ndarray) -> None:
        """Add the last j fields of the basis, given their images (j, r, 3) under the stiffness at theta."""
        n, j = len(basis), len(images)
        new = basis.fields[n - j :]
        forces = self._fields.images(new)
        images = images.copy()
        for k, force in enumerate(forces):
            self._field_images[k].append(force)
            images[:, self._rows] -= theta[k] * force
        self._images.append(images)

        V, part = basis.fields.reshape(n, -1), basis.fields[:, self._rows].reshape(n, -1)
        matrices = np.zeros((len(self._matrices), n, n))
        matrices[:, : n - j, : n - j] = self._matrices
        loads = np.zeros((len(matrices), n, self._loads.shape[2]))
        loads[:, : n - j] = self._loads
        mixed = np.zeros_like(loads)
        mixed[:, : n - j] = self._mixed
        for k in range(len(matrices)):
            fields, image = (V, images) if k == 0 else (part, forces[k - 1])
            block = fields @ image.reshape(j, -1).T
            matrices[k, :, n - j :] = block
            matrices[k, n - j :] = block.T
            coupling = self._fields.base_load.coupling if k == 0 else self._fields.couplings[k - 1]
            mixed[k, n - j :] = fields[n - j :] @ coupling.reshape(len(coupling), -1).T
        loads[1:] = -mixed[1:]
        b = self._fields.base_load.b
        loads[0, n - j :] = V[n - j :] @ b.reshape(len(b), -1).T
        matrices[:, n - j :, n - j :] = 0.5 * (
            matrices[:, n - j :, n - j :] + np.swapaxes(matrices[:, n - j :, n - j :], 1, 2)
        )
        self._matrices, self._loads, self._mixed = matrices, loads, mixed

    def reduced(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Projected stiffness (n, n) and load (n, k) at theta."""
        weights = np.concatenate([[1.0], theta])
        return np.tensordot(weights, self._matrices, 1), np.tensordot(weights, self._loads, 1)

    def load(self, theta: np.ndarray) -> Load:
        """Load at theta."""
        base = self._fields.base_load
        change = np.zeros_like(base.b)
        change[:, self._rows] = np.tensordot(theta, self._fields.couplings, 1)
        return Load(
            base.b - change,
            base.coupling + change,
            base.energy + np.tensordot(theta, self._fields.energies, 1),
        )

    def image(self, theta: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
        """Stiffness at theta times the combination (k, n) of the basis, shape (k, r, 3)."""
        image = self._images.combine(coefficients)
        for k, fields in enumerate(self._field_images):
            image[:, self._rows] += theta[k] * fields.combine(coefficients)
        return image

    def energy(self, theta: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
        """Energy u_i . K u_j, shape (k, k) [N mm], of the combination (k, n) of the basis at theta."""
        weights = np.concatenate([[1.0], theta])
        matrix, coupling = np.tensordot(weights, self._matrices, 1), np.tensordot(weights, self._mixed, 1)
        mixed = coefficients @ (coupling + 0.5 * matrix @ coefficients.T)
        return self._fields.base_load.energy + np.tensordot(theta, self._fields.energies, 1) + mixed + mixed.T

    def directions(self, weight: np.ndarray) -> np.ndarray:
        """Directions that span all residuals, times a weight (r, 3): shape (p, 3 r), in the order of `residual`."""
        base, images = self._fields.base_load.b, self._images.fields
        parts = [base, images]
        for coupling, fields in zip(self._fields.couplings, self._field_images, strict=True):
            for part in (coupling, fields.fields):
                full = np.zeros((len(part), *base.shape[1:]))
                full[:, self._rows] = part
                parts.append(full)
        stacked = np.concatenate(parts)
        stacked *= weight
        return stacked.reshape(len(stacked), -1)

    def residual(self, theta: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
        """Residual of the combination (k, n) of the basis as weights (k, p) of `directions`."""
        one = np.eye(len(coefficients))
        parts = [one, -coefficients]
        for factor in theta:
            parts += [-factor * one, -factor * coefficients]
        return np.concatenate(parts, axis=1)
