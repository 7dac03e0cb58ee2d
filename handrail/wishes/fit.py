"""Fit one weight to each clue: logistic regression, by scikit-learn.

scikit-learn (BSD-3-Clause): the best known of its kind, takes sparse rows, and is
needed where weights are learned only, never where they serve.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from services.resolver.domain.words.wishes.clues import BUCKETS
from services.resolver.domain.words.wishes.learned import SPREAD

RIDGE = 3e-6
"""What a squared weight costs beside the mean loss of a message."""
STEPS = 400
SETTLED = 1e-7
"""Slope at which the search may end; the usual 1e-4 ends it half way."""
Numbers = NDArray[np.float64]


def rows_of(clues: Sequence[NDArray[np.int64]]) -> csr_matrix:
    """Return a row to a message, of how much each of its clues counts there."""
    counts = np.array([len(each) for each in clues])
    ends = np.concatenate([[0], np.cumsum(counts)])
    worth = np.repeat(SPREAD / np.sqrt(counts), counts)
    shape = (len(clues), BUCKETS)
    rows = csr_matrix((worth, np.concatenate(clues), ends), shape=shape)
    rows.sum_duplicates()
    return rows


def fitted(rows: csr_matrix, wished: NDArray[np.bool_], counts: Numbers) -> Numbers:
    """Return the weights by which *wished* is likeliest, a message as it *counts*.

    The last one is what a message without clues is.
    """
    model = LogisticRegression(C=1 / RIDGE, max_iter=STEPS, tol=SETTLED)
    model.fit(rows, wished, sample_weight=counts / counts.sum())
    weights: Numbers = np.append(model.coef_[0], model.intercept_)
    return weights
