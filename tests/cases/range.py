"""Writes range.csv: losses at the ends of the range of float and double, and where they are nearly 0.

Every loss stands here once more, as its documentation defines it, in 2,500-digit numbers; derivatives are difference
quotients, which at a step of 10^-340 are exact to more digits than are kept. Parameters, predictions and targets are
the numbers of the type itself. Needs mpmath: `python3 range.py`, beside this file.
"""

import csv
import os
import struct

from mpmath import mp, mpf, e, pi, log, exp, sqrt, expm1, log1p, cosh, tanh, atan, cos, loggamma, inf

mp.dps = 2500
STEP = mpf(10) ** -340


def general_robust(d, alpha, c):
    u = (d / c) ** 2
    if alpha == 2:
        return u / 2
    if alpha == 0:
        return log1p(u / 2)
    if alpha == -inf:
        return -expm1(-u / 2)
    b = abs(alpha - 2)
    return b / alpha * expm1(alpha / 2 * log1p(u / b))


def tweedie_identity(m, t, k):
    first = log(m) if k == 2 else m ** (2 - k) / (2 - k)
    second = log(m) if k == 1 else m ** (1 - k) / (1 - k)
    return first - t * second


def dwd(a, q):
    return 1 - a if a <= q / (q + 1) else a ** -q * q ** q / (q + 1) ** (q + 1)


def hampel(s, a, b, c):
    if s <= b:
        return s * s / 2 if s <= a else a * s - a * a / 2
    return a * (b + c - a) / 2 - (a * (c - s) ** 2 / (2 * (c - b)) if s < c else 0)


# Of the error d.
ERROR = {
    "Welsch": lambda d, c: -c * c / 2 * expm1(-(d / c) ** 2) if abs(d / c) < 1e9 else c * c / 2,
    "Arctan": lambda d, c: c * c / 2 * atan((d / c) ** 2),
    "AndrewWave": lambda d, a: a * a * (1 - cos(d / a)) if abs(d) <= pi * a else 2 * a * a,
    "Hampel": lambda d, a, b, c: hampel(abs(d), a, b, c),
    "Ramsay": lambda d, a: (1 - exp(-a * abs(d)) * (1 + a * abs(d))) / a ** 2 if abs(a * d) < 1e9 else 1 / a ** 2,
    "TrimmedSquaredError": lambda d, c: min(abs(d), c) ** 2 / 2,
    "Wing": lambda d, w, eps: w * log1p(abs(d) / eps) if abs(d) < w else abs(d) - w + w * log1p(w / eps),
    "Huber": lambda d, c: d * d / 2 if abs(d) <= c else c * (abs(d) - c / 2),
    "SmoothL1": lambda d, c: d * d / 2 / c if abs(d) <= c else abs(d) - c / 2,
    "Cauchy": lambda d, c: c * c / 2 * log1p((d / c) ** 2),
    "Fair": lambda d, c: c * c * (abs(d) / c - log1p(abs(d) / c)),
    "GemanMcClure": lambda d, c: d * d / 2 / (1 + (d / c) ** 2),
    "TukeyBiweight": lambda d, c: c * c / 6 * (1 - (1 - (d / c) ** 2) ** 3) if abs(d) <= c else c * c / 6,
    "PseudoHuber": lambda d, c: c * c * (sqrt(1 + (d / c) ** 2) - 1),
    "GeneralRobust": general_robust,
    "LpDistance": lambda d, p: abs(d) ** p,
    "Linex": lambda d, a, b: b * (expm1(a * d) - a * d),
    "LogCosh": lambda d: log(cosh(d)) if abs(d) < 1000 else abs(d) - log(2),
    "GaussianNegativeLogLikelihood": lambda d, v: (log(v) + d * d / v) / 2,
    "LaplaceNegativeLogLikelihood": lambda d, b: abs(d) / b + log(2 * b),
    "StudentTNegativeLogLikelihood": lambda d, n, s: (n + 1) / 2 * log1p((d / s) ** 2 / n) + student(n, s),
}

# Of a prediction and a target.
PAIR = {
    "AbsolutePercentageError": lambda p, t, eps: abs(p - t) / max(abs(t), eps),
    "SymmetricPercentageError": lambda p, t, eps: 2 * abs(p - t) / max(abs(p) + abs(t), eps),
    "SquaredLogError": lambda p, t, eps: (log1p(max(p, eps)) - log1p(max(t, eps))) ** 2,
    # Where p(1 − p) is at least 10⁻¹², the bound of the documented gradient, or p is t.
    "BinaryCrossEntropy": lambda p, t: -t * log(p) - (1 - t) * log1p(-p),
    "JensenShannonDivergence": lambda p, t: (p * log(2 * p / (p + t)) + t * log(2 * t / (p + t))) / 2,
    "ProbabilityCrossEntropy": lambda p, t: -t * log(p),
    "TweedieIdentity": tweedie_identity,
    "PoissonMean": lambda p, t, eps: p - t * log(p + eps),
    "LogLinearQuantile": lambda p, t, q: q * (t - exp(p)) if t >= exp(p) else (1 - q) * (exp(p) - t),
    "Savage": lambda a, t: 1 / (1 + exp(2 * a)) ** 2,
    "Tangent": lambda a, t: (2 * atan(a) - 1) ** 2,
    "SmoothedHinge": lambda a, t, g: (
        mpf(0) if a >= 1 else (1 - a) ** 2 / 2 / g if a >= 1 - g else 1 - g / 2 - a),
    "ModifiedHuber": lambda a, t: mpf(0) if a >= 1 else (1 - a) ** 2 if a >= -1 else -4 * a,
    "SigmoidMargin": lambda a, t: 1 - tanh(a),
    "Dwd": lambda a, t, q: dwd(a, q),
}

CONSTANTS = {}


def student(n, s):
    if n not in CONSTANTS:
        with mp.workdps(60):
            CONSTANTS[n] = log(pi * n) / 2 + loggamma(n / 2) - loggamma((n + 1) / 2)
    return log(s) + CONSTANTS[n]


def rounded(x, kind):
    return struct.unpack("f", struct.pack("f", x))[0] if kind == "float" else float(x)


def instances(kind):
    single = kind == "float"
    scales = [1, 1e-3, 1e25, 1e-25, 1e37]
    if not single:
        scales += [1e-150, 1e300]
    absolute = [1e-6, 0.25, 2, 100, 1.5e19, 1e20, 9.96921e36, 3e38]
    if not single:
        absolute += [1.3e154, 1e160, 1e300]
    relative = [1e-20, 1e-3, 0.9, 30, 1e12]
    for scale in scales:
        least, most = (1e-36, 3.3e38) if single else (1e-306, 1e308)
        errors = sorted({d for d in absolute + [scale * r for r in relative] if least < d < most})
        for name in ["Huber", "SmoothL1"]:
            yield name, [scale], [(d, 0) for d in errors if d != scale]
        for name in ["Cauchy", "Fair", "GemanMcClure", "TukeyBiweight", "PseudoHuber"]:
            yield name, [scale], [(d if i % 2 else -d, 0) for i, d in enumerate(errors)]
        for name in ["Welsch", "Arctan", "AndrewWave"]:
            yield name, [scale], [(d if i % 2 else -d, 0) for i, d in enumerate(errors)]
        yield "TrimmedSquaredError", [scale], [(-d, 0) for d in errors if d != scale]
        yield "Hampel", [scale, 2 * scale, 4 * scale], [(d, 0) for d in errors if d not in [scale, 2 * scale, 4 * scale]]
        yield "Ramsay", [1 / scale], [(-d, 0) for d in errors]
        for epsilon in [1, 1e-20, 1e20]:
            if least < scale * epsilon < most:
                yield "Wing", [scale, scale * epsilon], [(d, 0) for d in errors if d != scale]
        for alpha in [2, 1, 0, -2, 1.5, -1, 3, 1 + 1e-6, -inf]:
            yield "GeneralRobust", [alpha, scale], [(d if i % 2 else -d, 0) for i, d in enumerate(errors)]
        yield "LaplaceNegativeLogLikelihood", [scale], [(d, 0) for d in errors]
        yield "GaussianNegativeLogLikelihood", [scale], [(d, 0) for d in errors]
        for degrees in [1, 3.5, 1e10, 1e30]:
            yield "StudentTNegativeLogLikelihood", [degrees, scale], [(d, 0) for d in errors]
    yield "LogCosh", [], [(d, 0) for d in absolute]
    for p in [1, 2, 3, 1.5, 2.5]:
        yield "LpDistance", [p], [(d, 0) for d in absolute]
    exponents = [-1e35, -1e19, -1e10, -500, -50, -2, -0.4, -0.3, -1e-2, -1e-7, -1e-20, 1e-30, 1e-9, 1e-3, 0.3, 0.4, 2, 60, 80]
    for a, b in [(1, 1), (-0.5, 2), (1e20, 1), (1e20, 1e-30), (1e-10, 1e20), (1e20, 1e20), (1e-20, 1e-10), (1e-15, 1e30)]:
        yield "Linex", [a, b], [(x / a, 0) for x in exponents if abs(x / a) < 3e38 and abs(x / a) > 1e-37]
    large = 3e38 if single else 1.7e308
    pairs = [(large, -large), (-large, large), (large, large / 2), (large / 3, large), (1e6, 1), (1, 1e6), (1.25, 1.2499999),
             (-1, 2), (1e-10, 1e10), (3, 2), (-3, -2), (1e-20, 2e-20)]
    for eps in [2.220446049250313e-16, 1e-30]:
        yield "SymmetricPercentageError", [eps], pairs
        yield "AbsolutePercentageError", [eps], pairs
    yield "SquaredLogError", [1e-7], [
        (1000.0001, 1000), (1e6, 1000001), (large, 1), (1, large), (0.5, 0.5000001), (1e-6, 2e-6), (1e20, 3), (1e-3, 1e10)]
    probabilities = [(1e-20, 1e-20), (1e-30, 1e-25), (1e-20, 1), (0.5, 1e-20), (1e-30, 0.5), (0.3, 0.7), (0.25, 0.2500001),
                     (1e-37, 1e-37), (0.999999, 1e-30)]
    yield "BinaryCrossEntropy", [], [(p, t) for p, t in probabilities if p > 1e-12 or p == t]
    yield "JensenShannonDivergence", [], probabilities + [(1e-30, 1e-10), (1e-10, 1e-30)]
    yield "ProbabilityCrossEntropy", [], probabilities
    for k in [1, 2, 1.5, 0.5, 3, -1]:
        yield "TweedieIdentity", [k], [
            (1e-20, 1e-20), (1e-10, 1e-20), (3, 3.0001), (1, 1.0000001), (1e10, 1), (1e-30, 0), (2, 0), (1e-15, 1e10)]
    for eps in [1e-7, 0]:
        yield "PoissonMean", [eps], [
            (1e-20, 1e-20), (1e-10, 1e-20), (3, 3.0001), (1, 1.0000001), (1e10, 1), (1e-30, 0), (2, 0), (1e-15, 1e10), (large, 1)]
    for q in [0.5, 0.01]:
        yield "LogLinearQuantile", [q], [(-80, 0), (-80, 1e-30), (80, 1e30), (80, 1e36), (1e-6, 0.9), (1, 3), (-1e6, 2)]
    margins = [-large / 8, -1e20, -100, -2.5, -1.5, -1e-3, -1e-6, 1e-9, 1e-4, 0.3, 0.7, 0.99, 1.5, 20, 1e10, 1e30, large / 8]
    for gamma in [1, 1e-3, 1e20, 1e37, 1e-37]:
        yield "SmoothedHinge", [gamma], [(a, 1) for a in margins if a != -gamma]
    yield "ModifiedHuber", [], [(a, 1) for a in margins]
    yield "SigmoidMargin", [], [(a, 1) for a in margins if abs(a) < 40]
    yield "Savage", [], [(a, 1) for a in margins if abs(a) < 40]
    yield "Tangent", [], [(a, 1) for a in margins]
    for q in [1, 0.2, 100, 1e-3, 1e-30]:
        yield "Dwd", [q], [(a, 1) for a in margins]


def written(x):
    # What no double holds is infinite or 0 in it.
    return "inf" if x > mpf("1.7976931348623157e308") else "-inf" if x < -mpf("1.7976931348623157e308") else repr(float(x))


def rows():
    for kind in ["float", "double"]:
        for name, parameters, points in instances(kind):
            held = [x if x == -inf else rounded(x, kind) for x in parameters]
            exact = [mpf(x) for x in held]
            for prediction, target in points:
                prediction, target = rounded(prediction, kind), rounded(target, kind)
                t = mpf(target)
                f = (lambda x: ERROR[name](x - t, *exact)) if name in ERROR else (lambda x: PAIR[name](x, t, *exact))
                x = mpf(prediction)
                below, at, above = f(x - STEP), f(x), f(x + STEP)
                first = (above - below) / (2 * STEP)
                second = (above - 2 * at + below) / STEP ** 2
                yield [kind, name, ";".join(map(written, held)), repr(prediction), repr(target),
                       written(at), written(first), written(second)]


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "range.csv"), "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["type", "loss", "parameters", "prediction", "target", "value", "first", "second"])
    writer.writerows(rows())
