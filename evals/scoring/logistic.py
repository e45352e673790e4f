"""Logistic regression with an L2 penalty, over dense or sparse columns.

Hastie, Tibshirani and Friedman 2009, "The Elements of Statistical Learning", 4.4.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit

__all__ = ["fitted"]


def fitted(columns: Any, right: Any, share: float) -> tuple[float, Any]:
    """Return the bias and the weights of least loss; the bias is not penalised.

    `columns` has a row for each case, and `right`, a row of booleans, must hold both answers. The
    right cases together weigh `share`, from 0 to 1, of all.
    """
    sign = np.where(right, 1.0, -1.0)
    weight = np.where(right, share / right.mean(), (1 - share) / (1 - right.mean()))

    def loss(at: Any) -> tuple[float, Any]:
        margin = sign * (columns @ at[1:] + at[0])
        slope = -weight * sign * expit(-margin)
        penalty = 0.5 * at[1:] @ at[1:]
        gradient = np.concatenate([[slope.sum()], columns.T @ slope + at[1:]])
        return float(penalty - weight @ log_expit(margin)), gradient

    found = minimize(loss, np.zeros(columns.shape[1] + 1), jac=True, method="L-BFGS-B")
    return float(found.x[0]), found.x[1:]
