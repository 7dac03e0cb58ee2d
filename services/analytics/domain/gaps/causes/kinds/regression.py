"""A regularised linear model of several classes, over sparse rows."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import logsumexp, softmax

Floats = NDArray[np.float64]

MAX_STEPS = 200
"""Of the optimiser; it ends well before where the rows are few."""
SMALLEST = 1e-9
"""Of the largest direction of the rows: a smaller one is rounding."""


def fit_weights(
    rows: csr_array, classes: NDArray[np.int64], *, n: int, c: float
) -> Floats:
    """Return the weights of *n* classes, shape (columns + 1, n); the last is the bias.

    *classes* holds a class for each row, shape (rows,). Each class counts alike,
    however many rows it has; a larger *c* trusts the rows more against the length of
    the weights. Cubic in the rows, linear in the columns: the best weights lie in the
    directions that the rows span, and there are few rows and many columns.
    """
    spanned, back = _spanned(rows)
    found = _fit(spanned, classes, n=n, c=c)
    weights = np.empty((rows.shape[1] + 1, n))
    weights[:-1] = rows.T @ (back @ found[:-1])
    weights[-1] = found[-1]
    return weights


def shares_of(rows: csr_array, weights: Floats) -> Floats:
    """Return the probability of each class for each row, shape (rows, n)."""
    shares: Floats = softmax(rows @ weights[:-1] + weights[-1], axis=1)
    return shares


def _spanned(rows: csr_array) -> tuple[Floats, Floats]:
    """Return *rows* in a base of what they span, and what turns weights back.

    Both have the shape (rows, directions).
    """
    lengths, vectors = eigh((rows @ rows.T).toarray())
    kept = lengths > SMALLEST * lengths[-1]
    roots, vectors = np.sqrt(lengths[kept]), vectors[:, kept]
    return vectors * roots, vectors / roots


def _fit(rows: Floats, classes: NDArray[np.int64], *, n: int, c: float) -> Floats:
    known = np.eye(n)[classes]
    counts = known.sum(axis=0)
    each = (len(classes) / np.maximum(counts, 1) / np.count_nonzero(counts))[classes]
    columns = rows.shape[1]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(columns + 1, n)
        scores = rows @ weights[:-1] + weights[-1]
        missed = each @ (logsumexp(scores, axis=1) - (scores * known).sum(axis=1))
        error = (softmax(scores, axis=1) - known) * each[:, None]
        gradient = np.empty_like(weights)
        gradient[:-1] = c * (rows.T @ error) + weights[:-1]
        gradient[-1] = c * error.sum(axis=0)
        return c * missed + 0.5 * float((weights[:-1] ** 2).sum()), gradient.ravel()

    start = np.zeros((columns + 1) * n)
    options = {"maxiter": MAX_STEPS}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    weights: Floats = found.x.reshape(columns + 1, n)
    return weights
