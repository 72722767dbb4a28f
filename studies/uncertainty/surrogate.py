"""Sparse polynomials through samples, and what they miss at samples that they have not seen.

Terms are taken up one by one, each time the one that explains most of what is left (orthogonal least squares, forward
[1]_); their number is that with the least error of leaving out one sample at a time, which for a linear fit needs no
second one, times what the choice among many terms makes of noise [2]_. That error knows the terms that were chosen; so
the one that is stated comes from folds: an eighth of the samples is left out of the choice and the fit alike.

References
----------
.. [1] S. Chen, S. A. Billings, W. Luo, Orthogonal least squares methods and their application to non-linear system
   identification, Int. J. Control 50 (1989) 1873-1896, doi 10.1080/00207178908953472
.. [2] D. P. Foster, E. I. George, The risk inflation criterion for multiple regression, Ann. Statist. 22 (1994)
   1947-1975, doi 10.1214/aos/1176325766
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .orthonormal import Orthonormal, Term, Variable, pair_terms, single_terms, terms_at

_DEGREE = 3
_PAIRED = 12
"""Inputs of which products of two are taken."""
_FOLDS = 8
_PATIENCE = 20
"""Terms that are tried beyond the best number."""
_SPENT = 1e-6
"""Share of a term that must stand out of those before it."""


@dataclass(frozen=True, eq=False)
class Surrogate:
    """Polynomials in places of inputs, one for each output.

    Attributes
    ----------
    polynomials : tuple of d Orthonormal
    terms : tuple of Term
    coefficients : ndarray, shape (t, k)
        Of k outputs; zero for terms that an output does without.
    left_out : ndarray, shape (n, k)
        Outputs at the samples, each found without its fold.
    error : ndarray, shape (k,) [-]
        Mean square error of those, over the variance.
    """

    polynomials: tuple[Orthonormal, ...]
    terms: tuple[Term, ...]
    coefficients: np.ndarray
    left_out: np.ndarray
    error: np.ndarray

    @classmethod
    def fit(
        cls, places: np.ndarray, values: np.ndarray, variables: Sequence[Variable] | None = None
    ) -> "Surrogate":
        """Fit outputs at samples.

        Parameters
        ----------
        places : ndarray, shape (n, d)
            Between 0 and 1.
        values : ndarray, shape (n, k)
        variables : sequence of d callable, optional
            In which outputs follow the inputs smoothly; the places themselves unless given.
        """
        n, d = places.shape
        degree = max(1, min(_DEGREE, (n // 3) // max(d, 1)))
        given = [_itself] * d if variables is None else variables
        polynomials = tuple(Orthonormal.of(each, degree) for each in given)
        single = terms_at(polynomials, single_terms(d, degree), places)
        fold = np.random.default_rng(0).permutation(n) % _FOLDS
        found = [_fit_one(polynomials, single, places, column, fold) for column in values.T]
        terms = tuple(dict.fromkeys(term for chosen, _, _ in found for term in chosen))
        coefficients = np.zeros((len(terms), values.shape[1]))
        for output, (chosen, fitted, _) in enumerate(found):
            coefficients[[terms.index(term) for term in chosen], output] = fitted
        left_out = np.stack([each for *_, each in found], axis=1)
        return cls(polynomials, terms, coefficients, left_out, missed(left_out, values))

    def __call__(self, places: np.ndarray) -> np.ndarray:
        """Outputs (n, k) at places (n, d)."""
        return terms_at(self.polynomials, self.terms, places) @ self.coefficients


def missed(found: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean square difference from values (n, k) over their variance; shape (k,) [-]."""
    variance = values.var(axis=0)
    return ((found - values) ** 2).mean(axis=0) / np.where(variance > 0, variance, 1.0)


def _itself(places: np.ndarray) -> np.ndarray:
    return places


def _fit_one(
    polynomials: Sequence[Orthonormal],
    single: np.ndarray,
    places: np.ndarray,
    values: np.ndarray,
    fold: np.ndarray,
) -> tuple[list[Term], np.ndarray, np.ndarray]:
    """Terms of one output, their coefficients, and its values at samples that are left out."""
    singles = single_terms(places.shape[1], len(polynomials[0].coefficients) - 1)

    def fit(rows: np.ndarray) -> tuple[list[Term], np.ndarray, np.ndarray]:
        first = [singles[each] for each in choose_terms(single[rows], values[rows])]
        paired = dict.fromkeys(number for term in first for number, _ in term)
        pairs = pair_terms(list(paired)[:_PAIRED])
        candidates, terms = single, singles
        if pairs:
            candidates = np.hstack([single, terms_at(polynomials, pairs, places)])
            terms = (*singles, *pairs)
        chosen = choose_terms(candidates[rows], values[rows])
        matrix = candidates[:, chosen]
        fitted = np.linalg.lstsq(matrix[rows], values[rows], rcond=None)[0]
        return [terms[each] for each in chosen], fitted, matrix @ fitted

    left_out = np.empty(len(values))
    for number in range(_FOLDS):
        out = fold == number
        left_out[out] = fit(~out)[2][out]
    terms, fitted, _ = fit(np.ones(len(values), bool))
    return terms, fitted, left_out


def choose_terms(candidates: np.ndarray, values: np.ndarray) -> list[int]:
    """Numbers of the candidate terms (n, t) that explain values (n,) best, in the order of what they explain.

    The first candidate, the constant, is always taken.
    """
    n = len(values)
    rest, left = candidates.copy(), values.astype(float)
    price = 2 * np.log(candidates.shape[1])  # of noise, the best of so many terms explains that much
    size = np.einsum("nt,nt->t", rest, rest)
    least, lever = _SPENT * size, np.zeros(n)
    order: list[int] = []
    best, number = np.inf, 0
    while len(order) < min(n // 3, len(size)):
        gain = np.where(size > least, (left @ rest) ** 2 / np.maximum(size, np.finfo(float).tiny), 0.0)
        gain[order] = -1.0
        term = 0 if not order else int(np.argmax(gain))
        if order and not gain[term] > 0:
            break
        direction = rest[:, term] / np.sqrt(size[term])
        left = left - direction * (direction @ left)
        along = direction @ rest
        rest -= np.outer(direction, along)
        size = np.maximum(size - along**2, 0.0)
        lever = lever + direction**2
        order.append(term)
        error = float(((left / np.maximum(1 - lever, 1e-9)) ** 2).mean()) * (1 + price * len(order) / n)
        if error < best:
            best, number = error, len(order)
        elif len(order) - number > _PATIENCE:
            break
    return order[:number]
