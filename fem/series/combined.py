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
from .residuals import Sketch


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
        self._parts = Basis(np.empty((0, len(self._rows), 3)))  # of the basis, on the rows of the fields
        self._field_images = [Basis(np.empty((0, len(self._rows), 3))) for _ in range(len(span))]
        self._matrices = np.empty((1 + len(span), 0, 0))
        self._loads = np.empty((1 + len(span), 0, n_modes))
        self._mixed = self._loads.copy()
        b = self._fields.base_load.b
        on_rows = np.concatenate([b[None, :, self._rows], self._fields.couplings]).transpose(1, 0, 2, 3)
        on_rows = on_rows.reshape(n_modes, 1 + len(span), -1)
        self._load_products = on_rows @ on_rows.transpose(0, 2, 1)
        self._load_products[:, 0, 0] = (b**2).sum(axis=(1, 2))

    def values(self, theta: np.ndarray) -> np.ndarray:
        """Stiffness at theta in blocks (b, 3, 3) [N/mm]; the next call overwrites them."""
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

        self._parts.append(new[:, self._rows])
        V, part = basis.fields.reshape(n, -1), self._parts.fields.reshape(n, -1)
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

    def load_size(self, theta: np.ndarray) -> np.ndarray:
        """Norm of each load at theta, shape (k,) [N]."""
        weights = np.concatenate([[1.0], -theta])
        return np.sqrt(np.maximum(np.einsum("k,mkl,l->m", weights, self._load_products, weights), 0.0))

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

    @property
    def n_directions(self) -> int:
        """Number of directions that span all residuals: loads and images of the base, then of each field."""
        n_modes = self._loads.shape[2]
        return (n_modes + len(self._images)) * (1 + len(self._field_images))

    def sketch(self, weight: np.ndarray) -> np.ndarray:
        """Sketch of the directions with a weight (r, 3), shape (s, p), in the order of `residual`."""
        whole = Sketch.of(weight, self.n_directions)
        parts = [whole(self._fields.base_load.b), whole(self._images.fields)]
        within = whole.on(self._rows)
        for coupling, images in zip(self._fields.couplings, self._field_images, strict=True):
            parts += [within(coupling), within(images.fields)]
        return np.concatenate(parts, axis=1)

    def form(self, weights: np.ndarray) -> np.ndarray:
        """Combinations (k, r, 3) of the directions with weights (k, p)."""
        base = self._fields.base_load.b
        m, n = len(base), len(self._images)
        combined = np.tensordot(weights[:, :m], base, 1) + self._images.combine(weights[:, m : m + n])
        at = m + n
        for coupling, images in zip(self._fields.couplings, self._field_images, strict=True):
            part = np.tensordot(weights[:, at : at + m], coupling, 1)
            combined[:, self._rows] += part + images.combine(weights[:, at + m : at + m + n])
            at += m + n
        return combined

    def residual(self, theta: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
        """Residual of the combination (k, n) of the basis as weights (k, p) of the directions."""
        one = np.eye(len(coefficients))
        parts = [one, -coefficients]
        for factor in theta:
            parts += [-factor * one, -factor * coefficients]
        return np.concatenate(parts, axis=1)
