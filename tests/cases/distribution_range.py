"""Writes distribution_range.csv: likelihoods of predicted distributions at ordinary and at extreme predictions.

Each loss as its documentation defines it, at 120 digits; derivatives are difference quotients. Numbers are those of the
type itself. Beside each value stands its size: itself, and what it changes by, to first order, where every prediction and
the target changes by its own size; rounding the inputs once costs an ulp of that. A difference of Stirling's errors is as
exact as each of them: their sizes are added. Needs mpmath: `python3
distribution_range.py`, beside this file.
"""

import os
import random
import struct

from mpmath import besseli, cos, exp, log, loggamma, mp, mpf, pi

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


def student_t_nll_degrees(location, log_scale, degrees, t):
    z = (location - t) * exp(-log_scale)
    return ((degrees + 1) / 2 * log(1 + z * z / degrees) + log_scale + log(pi * degrees) / 2
            + loggamma(degrees / 2) - loggamma((degrees + 1) / 2))


def student_t_inputs(r):
    for degrees in (0.01, 0.5, 1, 4, 300, 1e6, 1e12):
        for z in (0, 1e-6, 0.7, 30, 1e12):
            yield [z, 0, degrees], 0
    for _ in range(50):
        yield [r.gauss(0, 3), r.uniform(-5, 5), 10 ** r.uniform(-2, 6)], r.gauss(0, 3)


def negative_binomial_nll(log_mean, log_dispersion, t):
    r, m = exp(-log_dispersion), exp(log_mean)
    return (loggamma(r) - loggamma(t + r) + loggamma(t + 1) + r * log(1 + m / r) - t * (log_mean - log(m + r)))


def counts(mean, dispersion, r):
    return max(0, round(exp(mean) * (1 + r.gauss(0, 1) * (exp(-mean) + min(4, exp(dispersion))) ** mpf("0.5"))))


def negative_binomial_inputs(r):
    for dispersion in (-40, -12, -3, 0, 2, 10):
        for mean in (-9, 0, 3, 9):
            for count in (0, 1, round(exp(mean)), 3 * round(exp(mean)) + 2):
                yield [mean, dispersion], count
    for _ in range(50):
        mean, dispersion = r.uniform(-5, 12), r.uniform(-20, 5)
        yield [mean, dispersion], counts(mean, dispersion, r)


def zero_inflated(zero_logit, log_mean, log_dispersion, t):
    loss = negative_binomial_nll(log_mean, log_dispersion, t)
    rest = log(1 + exp(zero_logit))
    return rest + loss if t > 0.5 else rest - log(exp(zero_logit) + exp(-loss))


def zero_inflated_inputs(r):
    for logit in (-60, -8, 0, 8, 60):
        for mean in (-15, 0, 6):
            for dispersion in (-15, 0, 6):
                yield [logit, mean, dispersion], 0
    for predictions, count in negative_binomial_inputs(r):
        yield [r.uniform(-10, 10), *predictions], count


def dirichlet_nll(*x):
    half = len(x) // 2
    logs, shares = x[:half], x[half:]
    alphas = [exp(y) for y in logs]
    return (sum(map(loggamma, alphas)) - loggamma(sum(alphas))
            - sum((a - 1) * log(t) for a, t in zip(alphas, shares)))


def beta_nll(log_alpha, log_beta, t):
    return dirichlet_nll(log_alpha, log_beta, t, 1 - t)


def stirling_errors(*x):
    alphas = [exp(y) for y in x]
    return [loggamma(a) - (a - 0.5) * log(a) + a for a in (*alphas, sum(alphas))]


def beta_inputs(r):
    for total in (-20, -3, 0, 3, 20):
        for share in (1e-6, 0.3, 0.5):
            for z in (-3, 0.1, 30):
                t = share + z * (share / (1 + exp(total))) ** 0.5
                yield [total + log(share), total + log(1 - share)], min(0.999, max(1e-9, t))
    for _ in range(50):
        yield [r.uniform(-4, 8), r.uniform(-4, 8)], r.uniform(0.01, 0.99)


def dirichlet_inputs(r):
    for _ in range(60):
        total = r.uniform(-5, 12)
        shares = [r.random() for _ in range(3)]
        targets = [max(1e-6, y / sum(shares) * (1 + r.gauss(0, 1) * min(1, exp(-total / 2)))) for y in shares]
        yield [total + log(y / sum(shares)) for y in shares], [t / sum(targets) for t in targets]


def von_mises_nll(location, log_concentration, t):
    k = exp(log_concentration)
    return log(2 * pi * besseli(0, k)) - k * cos(location - t)


def von_mises_inputs(r):
    for concentration in (-30, -5, 0, 1, 2, 2.1, 3, 3.4, 3.5, 5, 15):
        for angle in (0, 1e-5, 1, 3.1, 90):
            yield [angle, concentration], 0.5
    for _ in range(50):
        yield [r.uniform(-9, 9), r.uniform(-6, 9)], r.uniform(-9, 9)


LOSSES = {
    "GammaNll": (gamma_nll, gamma_inputs),
    "StudentTNllDegrees": (student_t_nll_degrees, student_t_inputs),
    "NegativeBinomialNll": (negative_binomial_nll, negative_binomial_inputs),
    "ZeroInflatedNegativeBinomialNll": (zero_inflated, zero_inflated_inputs),
    "BetaDistributionNll": (beta_nll, beta_inputs, lambda *x: stirling_errors(*x[:2])),
    "DirichletNll(3)": (dirichlet_nll, dirichlet_inputs, lambda *x: stirling_errors(*x[:3])),
    "VonMisesNll": (von_mises_nll, von_mises_inputs),
}


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
        for name, (f, inputs, *parts) in LOSSES.items():
            for kind in ("float", "double"):
                for predictions, targets in inputs(random.Random(name)):
                    targets = targets if isinstance(targets, list) else [targets]
                    x = [rounded(y, kind) for y in (*predictions, *targets)]
                    outputs = [[], []]
                    for i in range(len(predictions)):
                        for order in (0, 1):
                            def of(*at, i=i, order=order):
                                return derivatives(f, at, i)[order]
                            parted = sum(abs(derivatives(lambda *at: part(*at)[k], x, i)[order])
                                         for part in parts for k in range(len(part(*x))))
                            outputs[order] += [of(*x), size(of, x) + parted]
                    fields = [x[:len(predictions)], x[len(predictions):], [f(*x), size(f, x)], *outputs]
                    file.write(",".join([kind, name, *(";".join(repr(float(y)) for y in field) for field in fields)]) + "\n")


main()
