"""Writes distribution_range.csv: likelihoods of predicted distributions at ordinary and at extreme predictions.

Each loss as its documentation defines it, at 120 digits; derivatives are difference quotients. Numbers are those of the
type itself. Beside each value stands its size: itself, and what it changes by, to first order, where every prediction and
the target changes by its own size; rounding the inputs once costs an ulp of that. Needs mpmath: `python3
distribution_range.py`, beside this file.
"""

import os
import random
import struct

from mpmath import mp, mpf, exp, log, loggamma

mp.dps = 120
STEP = mpf(10) ** -20


def gamma_nll(log_mean, log_shape, t):
    k = exp(log_shape)
    return loggamma(k) - k * (log_shape - log_mean) - (k - 1) * log(t) + k * t * exp(-log_mean)


def gamma_inputs(r):
    for shape in (-30, -10, -1, 0, 1, 10, 30):
        for mean in (-20, 0, 20):
            for sd in (-2, 0.01, 3):
                yield [mean, shape], exp(mean + sd * min(1, exp(-shape / mpf(2))))
    for _ in range(150):
        mean, shape = r.uniform(-20, 20), r.uniform(-30, 30)
        yield [mean, shape], exp(mean + r.gauss(0, 1) * min(1, exp(-shape / mpf(2))))


LOSSES = {"GammaNll": (gamma_nll, gamma_inputs)}


def rounded(x, kind):
    return mpf(float(x) if kind == "double" else struct.unpack("f", struct.pack("f", float(x)))[0])


def derivatives(f, x, i):
    low, middle, high = (f(*(y + (d * STEP if j == i else 0) for j, y in enumerate(x))) for d in (-1, 0, 1))
    return (high - low) / (2 * STEP), (high - 2 * middle + low) / STEP ** 2


def size(f, x):
    return abs(f(*x)) + sum(abs(y * derivatives(f, x, i)[0]) for i, y in enumerate(x))


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "distribution_range.csv")
    with open(path, "w", newline="\n") as file:
        file.write("type,loss,predictions,target,value and size,gradient and sizes,hessian and sizes\n")
        for name, (f, inputs) in LOSSES.items():
            for kind in ("float", "double"):
                for predictions, target in inputs(random.Random(name)):
                    x = [rounded(y, kind) for y in (*predictions, target)]
                    outputs = [[], []]
                    for i in range(len(predictions)):
                        for order in (0, 1):
                            def of(*at, i=i, order=order):
                                return derivatives(f, at, i)[order]
                            outputs[order] += [of(*x), size(of, x)]
                    fields = [x[:-1], x[-1:], [f(*x), size(f, x)], *outputs]
                    file.write(",".join([kind, name, *(";".join(repr(float(y)) for y in field) for field in fields)]) + "\n")


main()
