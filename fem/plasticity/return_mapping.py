"""Elastic, perfectly plastic material with bounded principal stresses and shear, at quadrature points.

Every principal stress is bounded, -sigma_c <= s_i <= sigma_t (the box), and so is every shear stress, s_i - s_j <=
2 tau (the cut; none for an infinite tau). Flow is associated, by Koiter's rule on edges and corners. With the elastic
trial strain e = strain - plastic strain and t = C e, the new stress is the point of this polytope that is nearest to t
in the norm of C^-1.

*Box.* What yields in a principal direction flows in that direction only,

    s_i = clip(t_i + r S, low, high),   r = nu / (1 + nu) = lambda / (3 lambda + 2 mu),   S = sum(s - t),

where S is the only root of a decreasing, piecewise linear function.

*Cut.* The polytope is the union of the boxes [low, low + 2 tau]^3 over -sigma_c <= low <= sigma_t - 2 tau. The distance
from t to one of them is convex in low, and least where t returns to the shear strength alone (Tresca's prism, along
which the pressure stays as it is): one face, s_1 - s_3 = 2 tau, or a corner, s_2 being equal to s_1 or s_3. That low,
moved into its range, gives the box, and the box gives the stress.

The stress is the gradient of the convex energy max over s of (s : e - s : C^-1 s / 2); the tangent is its Hessian:
symmetric, positive semidefinite, and zero for three yielded directions. Backward Euler in one step; see Simo & Hughes,
Computational Inelasticity (1998), chapters 3 and 5, for closest-point projection on several surfaces.
"""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

from ..threads import run, share
from .principal import diagonalise


@dataclass(frozen=True)
class Strength:
    """Strengths at every point, all positive; infinite where the material never yields.

    Attributes
    ----------
    compression, tension : ndarray, shape (m, q) [MPa]
        Uniaxial.
    shear : ndarray, shape (m, q), or float [MPa]
        Largest shear stress (s_1 - s_3) / 2; infinite, that of the box, unless given.
    """

    compression: np.ndarray
    tension: np.ndarray
    shear: np.ndarray | float = np.inf

    def of(self, cells: np.ndarray) -> "Strength":
        """Strengths of some cells (s,)."""
        shear = self.shear[cells] if isinstance(self.shear, np.ndarray) and self.shear.ndim else self.shear
        return Strength(self.compression[cells], self.tension[cells], shear)


@njit(cache=True)
def _project(t, ratio, low, high, s, face):
    """Fill s (3,), the point of the box [low, high]^3 nearest to t (3,), and face (3,): -1, 1, or 0 inside.

    f(S) = sum(clip(t + r S) - t) - S is decreasing and linear between its six corners.
    """
    left, right = -np.inf, np.inf
    f_left, f_right = 0.0, 0.0
    for corner in range(6):
        bound = low if corner < 3 else high
        if not np.isfinite(bound) or ratio == 0.0:
            continue
        S = (bound - t[corner % 3]) / ratio  # noqa: N806
        f = -S
        for i in range(3):
            f += min(max(t[i] + ratio * S, low), high) - t[i]
        if f >= 0.0 and S > left:
            left, f_left = S, f
        if f <= 0.0 and S < right:
            right, f_right = S, f
    if np.isfinite(left) and np.isfinite(right):
        S = left if left >= right else left + (right - left) * f_left / (f_left - f_right)  # noqa: N806
        middle = 0.5 * (left + right)
    else:  # beyond the last corner
        S = middle = 0.0  # noqa: N806
        if np.isfinite(left):
            middle = left + 1.0 + abs(left)
        elif np.isfinite(right):
            middle = right - 1.0 - abs(right)
    n_free = 0
    total = 0.0
    for i in range(3):
        x = t[i] + ratio * middle
        face[i] = -1 if x < low else (1 if x > high else 0)
        if face[i] == 0:
            n_free += 1
        else:
            total += (low if face[i] < 0 else high) - t[i]
    S = total / (1.0 - n_free * ratio)  # noqa: N806
    for i in range(3):
        s[i] = low if face[i] < 0 else (high if face[i] > 0 else t[i] + ratio * S)


@njit(cache=True)
def _outside(s, low, high, span):
    """Whether some principal value of the stress s (6,) leaves [low, high], exactly, or two may lie `span` apart."""
    mean = (s[0] + s[1] + s[2]) / 3.0
    x, y, z = s[0] - mean, s[1] - mean, s[2] - mean
    J2 = 0.5 * (x * x + y * y + z * z) + s[3] * s[3] + s[4] * s[4] + s[5] * s[5]  # noqa: N806
    if 2.0 * np.sqrt(J2) > span:
        J3 = x * (y * z - s[3] * s[3]) - y * s[4] * s[4] - z * s[5] * s[5] + 2.0 * s[3] * s[4] * s[5]  # noqa: N806
        lode = np.arcsin(max(-1.0, min(1.0, -1.5 * np.sqrt(3.0) * J3 / J2**1.5))) / 3.0
        if 2.0 * np.sqrt(J2) * np.cos(lode) > span * (1.0 - 1e-6):  # near it the principal values decide
            return True
    reach = 2.0 * np.sqrt(J2 / 3.0)  # no principal value is farther from the mean
    if mean - reach >= low and mean + reach <= high:
        return False
    # definite shifts: (s - low) and (high - s) are positive semidefinite
    for k in range(2):
        sign = 1.0 if k == 0 else -1.0
        bound = low if k == 0 else high
        if not np.isfinite(bound):
            continue
        a, b, c = sign * (s[0] - bound), sign * (s[1] - bound), sign * (s[2] - bound)
        if a < 0.0 or b < 0.0 or c < 0.0:
            return True
        if a * b < s[5] * s[5] or a * c < s[4] * s[4] or b * c < s[3] * s[3]:
            return True
        det = a * (b * c - s[3] * s[3]) - b * s[4] * s[4] - c * s[5] * s[5]
        det += sign * 2.0 * s[3] * s[4] * s[5]
        if det < 0.0:
            return True
    return False


@njit(cache=True)
def _cut(t, ratio, low, high, span, s, face):
    """Fill s and face as `_project` does, for the box [low, high]^3 cut by a span; returns whether its place is free.

    Of a box with a free place the face marks say which values bound it from above (1) and below (-1).
    """
    if not np.isfinite(span) or low + span >= high:
        _project(t, ratio, low, high, s, face)
        return False
    top, bottom = 0, 0
    for i in range(1, 3):
        if t[i] > t[top]:
            top = i
        if t[i] <= t[bottom]:
            bottom = i
    middle = 3 - top - bottom
    excess = t[top] - t[bottom] - span
    if excess <= 0.0:  # the box that holds all three, or comes nearest to it
        first, last = max(low, t[top] - span), min(high - span, t[bottom])
        place = 0.5 * (first + last) if first <= last else min(first, high - span)
        _project(t, ratio, place, place + span, s, face)
        return False
    total = t[0] + t[1] + t[2]
    place = t[bottom] + 0.5 * excess
    corner = 0
    if t[middle] > place + span:
        corner, place = 1, (total - 2.0 * span) / 3.0
    elif t[middle] < place:
        corner, place = -1, (total - span) / 3.0
    if place <= low or place + span >= high:
        place = min(max(place, low), high - span)
        _project(t, ratio, place, place + span, s, face)
        return False
    s[top], s[bottom] = place + span, place
    s[middle] = place + span if corner > 0 else (place if corner < 0 else t[middle])
    face[top], face[bottom], face[middle] = 1, -1, corner
    return True


@njit(cache=True)
def _principal_tangent(face, free_place, l, g, D):  # noqa: E741
    """Fill D (3, 3), the derivative of the principal stresses by the principal elastic trial strains."""
    young = g * (3.0 * l + 2.0 * g) / (l + g)
    nu = 0.5 * l / (l + g)
    n_free = 0
    for k in range(3):
        if face[k] == 0:
            n_free += 1
    if free_place and n_free == 0:  # the pressure alone
        for i in range(3):
            for j in range(3):
                D[i, j] = l + 2.0 * g / 3.0
        return
    if free_place:  # elastic but for the shear of two directions, 2 g n n with n = (1, -1) / sqrt(2)
        for i in range(3):
            for j in range(3):
                D[i, j] = l - g * face[i] * face[j]
            D[i, i] += 2.0 * g
        return
    if n_free == 3:
        normal, cross = l + 2.0 * g, l
    elif n_free == 2:
        normal, cross = young / (1.0 - nu * nu), nu * young / (1.0 - nu * nu)
    else:
        normal, cross = young, 0.0
    for i in range(3):
        for j in range(3):
            D[i, j] = 0.0
            if face[i] == 0 and face[j] == 0:
                D[i, j] = normal if i == j else cross


@njit(cache=True)
def _turned_tangent(a, n, s, face, D, g, m, out):
    """Fill out (6, 6) from D: a strain that turns the axes turns the stress by (s_i - s_j) / (e_i - e_j).

    Columns of n (3, 3) are the axes, the diagonal of a (3, 3) holds the strains e, m (6, 6) takes n_i n_j as stresses.
    """
    t = np.empty(3)
    for k in range(3):
        m[k, 0], m[k, 1], m[k, 2] = n[0, k] ** 2, n[1, k] ** 2, n[2, k] ** 2
        m[k, 3], m[k, 4], m[k, 5] = n[1, k] * n[2, k], n[0, k] * n[2, k], n[0, k] * n[1, k]
        i, j = (k + 1) % 3, (k + 2) % 3
        for x in range(3):
            m[k + 3, x] = 2.0 * n[x, i] * n[x, j]
        m[k + 3, 3] = n[1, i] * n[2, j] + n[2, i] * n[1, j]
        m[k + 3, 4] = n[0, i] * n[2, j] + n[2, i] * n[0, j]
        m[k + 3, 5] = n[0, i] * n[1, j] + n[1, i] * n[0, j]
        gap = abs(a[i, i] - a[j, j])
        if gap > 1e-12 * (abs(a[i, i]) + abs(a[j, j])):
            t[k] = 0.5 * abs(s[i] - s[j]) / gap
        else:
            t[k] = g if face[i] == 0 and face[j] == 0 else 0.0
    for x in range(6):
        d0 = D[0, 0] * m[0, x] + D[1, 0] * m[1, x] + D[2, 0] * m[2, x]
        d1 = D[0, 1] * m[0, x] + D[1, 1] * m[1, x] + D[2, 1] * m[2, x]
        d2 = D[0, 2] * m[0, x] + D[1, 2] * m[1, x] + D[2, 2] * m[2, x]
        t0, t1, t2 = t[0] * m[3, x], t[1] * m[4, x], t[2] * m[5, x]
        for y in range(x + 1):
            total = d0 * m[0, y] + d1 * m[1, y] + d2 * m[2, y]
            total += t0 * m[3, y] + t1 * m[4, y] + t2 * m[5, y]
            out[x, y] = out[y, x] = total


@njit(cache=True)
def _elastic_tangent(l, g, out):  # noqa: E741
    """Fill out (6, 6)."""
    for i in range(6):
        for j in range(6):
            out[i, j] = 0.0
    for i in range(3):
        for j in range(3):
            out[i, j] = l
        out[i, i] += 2.0 * g
        out[i + 3, i + 3] = g


@njit(cache=True, nogil=True)
def _return_map(
    first, last, strain, plastic, lam, mu, compression, tension, shear, stress, new_plastic, tangent
):
    """Fill stress, new_plastic (m, q, 6) and, unless it has no rows, tangent (m, q, 6, 6) from first to last."""
    e, t, s = np.empty(6), np.empty(3), np.empty(3)
    a, n, D = np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3))
    m = np.empty((6, 6))
    face = np.empty(3, np.int64)
    with_tangent = tangent.shape[0] > 0
    for cell in range(first, last):
        l, g = lam[cell], mu[cell]  # noqa: E741
        young = g * (3.0 * l + 2.0 * g) / (l + g)
        nu = 0.5 * l / (l + g)
        for q in range(strain.shape[1]):
            low, high, span = -compression[cell, q], tension[cell, q], 2.0 * shear[cell, q]
            sigma = stress[cell, q]
            for i in range(6):
                e[i] = strain[cell, q, i] - plastic[cell, q, i]
                new_plastic[cell, q, i] = plastic[cell, q, i]
            trace = l * (e[0] + e[1] + e[2])
            for i in range(3):
                sigma[i] = trace + 2.0 * g * e[i]
                sigma[i + 3] = g * e[i + 3]
            if not _outside(sigma, low, high, span):
                if with_tangent:
                    _elastic_tangent(l, g, tangent[cell, q])
                continue
            a[0, 0], a[1, 1], a[2, 2] = e[0], e[1], e[2]
            a[1, 2] = a[2, 1] = 0.5 * e[3]
            a[0, 2] = a[2, 0] = 0.5 * e[4]
            a[0, 1] = a[1, 0] = 0.5 * e[5]
            diagonalise(a, n)
            for i in range(3):
                t[i] = trace + 2.0 * g * a[i, i]
            free_place = _cut(t, nu / (1.0 + nu), low, high, span, s, face)
            total = s[0] + s[1] + s[2]
            for i in range(6):
                sigma[i] = 0.0
            for k in range(3):
                flow = a[k, k] - ((1.0 + nu) * s[k] - nu * total) / young if face[k] != 0 else 0.0
                for i in range(3):  # n_k n_k as a stress
                    j, h = (i + 1) % 3, (i + 2) % 3
                    normal, cross = n[i, k] * n[i, k], n[j, k] * n[h, k]
                    sigma[i] += s[k] * normal
                    sigma[i + 3] += s[k] * cross
                    new_plastic[cell, q, i] += flow * normal
                    new_plastic[cell, q, i + 3] += 2.0 * flow * cross
            if with_tangent:
                _principal_tangent(face, free_place, l, g, D)
                _turned_tangent(a, n, s, face, D, g, m, tangent[cell, q])


def return_map(strain, plastic, lam, mu, strength: Strength) -> tuple[np.ndarray, np.ndarray]:
    """Stress and new plastic strain at the end of a step.

    Parameters
    ----------
    strain : ndarray, shape (m, q, 6) [-]
        Total strain at the end of the step, Voigt order, engineering shear.
    plastic : ndarray, shape (m, q, 6) [-]
        Plastic strain at its beginning.
    lam, mu : ndarray, shape (m,) [MPa]
    strength : Strength

    Returns
    -------
    stress : ndarray, shape (m, q, 6) [MPa]
    new_plastic : ndarray, shape (m, q, 6) [-]
    """
    return _map(strain, plastic, lam, mu, strength, np.empty((0, 0, 6, 6)))


def return_map_tangent(
    strain, plastic, lam, mu, strength: Strength
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `return_map`, with the derivative of the stress by the strain, shape (m, q, 6, 6) [MPa]."""
    tangent = np.empty((*strain.shape, 6))
    return *_map(strain, plastic, lam, mu, strength, tangent), tangent


def _map(strain, plastic, lam, mu, strength, tangent) -> tuple[np.ndarray, np.ndarray]:
    """Stress and new plastic strain; fills the tangent unless it is empty."""
    stress, new_plastic = np.empty_like(strain), np.empty_like(strain)
    shear = strength.shear
    if np.shape(shear) != strain.shape[:2]:
        shear = np.full(strain.shape[:2], shear)
    given = (strain, plastic, lam, mu, strength.compression, strength.tension, shear)
    run(
        _return_map, share(strain.shape[1] * np.arange(len(strain) + 1)), *given, stress, new_plastic, tangent
    )
    return stress, new_plastic
