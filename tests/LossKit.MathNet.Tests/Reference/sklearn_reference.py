"""Makes sklearn_reference.json: what scikit-learn fits to the data beside it. Run once, with scikit-learn 1.2.1.

Features are standardised (population deviation). Each solver runs to the end of its precision, and the norm of the
gradient that is left of scikit-learn's own objective is stored, so that a difference can be put down to either side.
"""

import json
import pathlib
import warnings

import numpy
import sklearn
from sklearn.linear_model import (
    GammaRegressor, HuberRegressor, LogisticRegression, PoissonRegressor, QuantileRegressor, Ridge)
from sklearn.linear_model._huber import _huber_loss_and_gradient

HERE = pathlib.Path(__file__).parent


def load(name):
    rows = numpy.loadtxt(HERE.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    features, targets = rows[:, :-1], rows[:, -1]
    return (features - features.mean(axis=0)) / features.std(axis=0), targets


def weights(count):
    """1, 2, 3, 1, 2, 3 ...: enough to tell weighted from unweighted."""
    return 1.0 + numpy.arange(count) % 3


def fitted(model):
    return {"coefficients": numpy.asarray(model.coef_).tolist(), "intercept": numpy.asarray(model.intercept_).tolist()}


def huber(x, t, epsilon, alpha):
    # The solver's own tolerance is loose and not a parameter: started again where it ended it gets further, until it
    # finds nothing lower and says so by an error, which leaves the model as it was.
    model = HuberRegressor(epsilon=epsilon, alpha=alpha, tol=1e-12, max_iter=100_000, warm_start=True)
    try:
        for _ in range(1000):
            model.fit(x, t)
    except ValueError:
        pass
    _, gradient = _huber_loss_and_gradient(
        numpy.concatenate([model.coef_, [model.intercept_, model.scale_]]), x, t, epsilon, alpha,
        numpy.ones(len(t)))
    return fitted(model) | {
        "epsilon": epsilon, "alpha": alpha, "scale": model.scale_, "gradientNorm": float(numpy.linalg.norm(gradient))}


def main():
    warnings.simplefilter("ignore")
    diabetes, progression = load("diabetes")
    breast, malignant = load("breast_cancer")
    wine, cultivar = load("wine")
    result = {"sklearn": sklearn.__version__}
    result["ridge"] = fitted(Ridge(alpha=3.0).fit(diabetes, progression)) | {"alpha": 3.0}
    result["huber"] = huber(diabetes, progression, 1.35, 0.5)
    for quantile in (0.1, 0.5, 0.9):
        model = QuantileRegressor(quantile=quantile, alpha=0, solver="highs").fit(diabetes, progression)
        result[f"quantile{quantile}"] = fitted(model)
    for name, kind, alpha in (("poisson", PoissonRegressor, 0.5), ("gamma", GammaRegressor, 0.02)):
        model = kind(alpha=alpha, tol=1e-13, max_iter=100_000, solver="newton-cholesky")
        result[name] = fitted(model.fit(diabetes, progression)) | {"alpha": alpha}
    model = PoissonRegressor(alpha=0, tol=1e-13, max_iter=100_000, solver="newton-cholesky")
    result["weightedPoisson"] = fitted(model.fit(diabetes, progression, sample_weight=weights(len(progression))))
    model = LogisticRegression(C=0.7, tol=1e-13, max_iter=100_000, solver="newton-cholesky")
    result["logistic"] = fitted(model.fit(breast, malignant)) | {"C": 0.7}
    model = LogisticRegression(C=0.7, tol=1e-10, max_iter=100_000, solver="newton-cg", multi_class="multinomial")
    result["softmax"] = fitted(model.fit(wine, cultivar)) | {"C": 0.7}
    text = json.dumps(result, indent=2)
    (HERE / "sklearn_reference.json").write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
