"""Appends to elementary-float.csv and elementary-double.csv the functions below that they lack: x and the function's
value at x, correctly rounded, as bits. python3 elementary.py, with mpmath."""
import math
import random
import struct
from pathlib import Path

from mpmath import mp, mpf
import mpmath as m

POINTS = 1000


class Format:
    def __init__(self, name, code, digits, bits, lowest):
        self.name, self.code, self.digits, self.bits, self.lowest = name, code, digits, bits, lowest

    def round(self, y):
        """The nearest number of the format, ties to even, subnormal numbers included."""
        if m.isnan(y) or m.isinf(y):
            return float(y)
        if y == 0:
            return 0.0
        sign, mantissa, exponent, count = mpf(y)._mpf_
        if exponent + count < self.lowest:
            return -0.0 if sign else 0.0
        shift = max(exponent + count - self.bits, self.lowest) - exponent
        if shift > 0:
            half, rest = 1 << (shift - 1), mantissa & ((1 << shift) - 1)
            mantissa >>= shift
            mantissa += rest > half or (rest == half and mantissa & 1)
            exponent += shift
        if mantissa.bit_length() + exponent > (128 if self.bits == 24 else 1024):
            return -math.inf if sign else math.inf
        return (-1 if sign else 1) * math.ldexp(mantissa, exponent)

    def text(self, x):
        integer = struct.unpack({"f": "<I", "d": "<Q"}[self.code], struct.pack("<" + self.code, x))[0]
        return f"0x{integer:0{self.digits}X}"


FORMATS = [Format("float", "f", 8, 24, -149), Format("double", "d", 16, 53, -1074)]


def tail(z):
    """Phi(z) without cancellation."""
    return m.erfc(-z / m.sqrt(2)) / 2


def log_tail(z):
    if z > 0:
        return m.log1p(-tail(-z))
    return m.log(tail(z)) if z > -1e6 else -z * z / 2 - m.log(-z * m.sqrt(2 * m.pi)) - 1 / z ** 2


def power(exponent):
    return lambda x: x ** mpf(exponent)


# Function, where it is interesting, and the exponents of ten of its arguments, of both signs if so.
FUNCTIONS = {
    "atan": (m.atan, (-4, 4), (-40, 40), True),
    "erf": (m.erf, (-6, 6), (-40, 2), True),
    "normal_cdf": (tail, (-40, 9), (-30, 1.5), True),
    "log_normal_cdf": (log_tail, (-40, 38), (-30, 18), True),
    "log_gamma": (m.loggamma, (0, 20), (-40, 35), False),
    "digamma": (m.digamma, (0, 20), (-37, 38), False),
    "trigamma": (lambda x: m.polygamma(1, x), (0, 20), (-18, 38), False),
    "tetragamma": (lambda x: m.polygamma(2, x), (0, 20), (-12, 18), False),
    "sin": (m.sin, (-10, 10), (-40, 6), True),
    "cos": (m.cos, (-10, 10), (-40, 6), True),
    "pow(-1.75)": (power(-1.75), (0, 4), (-21, 21), False),
    "pow(0.3125)": (power(0.3125), (0, 4), (-44, 38), False),
    "pow(2.5)": (power(2.5), (0, 4), (-17, 15), False),
    "pow(100.5)": (power(100.5), (0.45, 2), (-0.4, 0.37), False),
}


def arguments(name, form, rng):
    _, (low, high), (least, most), signed = FUNCTIONS[name]
    if form.bits == 53:
        wider = {"log_gamma": (-320, 305), "digamma": (-307, 308), "atan": (-320, 308), "pow(0.3125)": (-323, 308),
                 "pow(-1.75)": (-175, 175), "pow(2.5)": (-129, 123), "pow(100.5)": (-3, 3),
                 "sin": (-320, 13), "cos": (-320, 13), "log_normal_cdf": (-300, 150), "trigamma": (-150, 307)}
        least, most = wider.get(name, (least, most))
    if name in ("digamma", "trigamma", "tetragamma"):
        # Where they change formulas.
        yield from (mpf(1), mpf(2), mpf(3))
    for i in range(POINTS):
        if i % 2:
            x = low + (high - low) * rng.random()
        else:
            x = 10 ** (least + (most - least) * rng.random()) * (rng.choice((-1, 1)) if signed else 1)
        if name in ("sin", "cos") and i % 10 == 0:
            # Near a zero of one of the two.
            x = float(rng.randrange(1, 10 ** rng.randrange(1, 6 if form.bits == 24 else 12)) * m.pi / 2)
        yield form.round(mpf(x))


def main():
    here = Path(__file__).parent
    mp.dps = 60
    for form in FORMATS:
        path = here / f"elementary-{form.name}.csv"
        present = {line.split(",")[0] for line in path.read_text().splitlines()}
        with path.open("a") as file:
            for name, (function, *_) in FUNCTIONS.items():
                if name in present:
                    continue
                rng = random.Random(name)
                for x in arguments(name, form, rng):
                    file.write(f"{name},{form.text(x)},{form.text(form.round(function(mpf(x))))}\n")


main()
