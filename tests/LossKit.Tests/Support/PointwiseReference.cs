namespace LossKit.Tests.Support;

/// <summary>The loss of one example and its derivatives with respect to the prediction.</summary>
internal readonly record struct PointResult(double Loss, double First, double Second)
{
    public static PointResult operator +(PointResult left, PointResult right) =>
        new(left.Loss + right.Loss, left.First + right.First, left.Second + right.Second);

    /// <summary>A factor of 0 leaves nothing, not even of what is infinite.</summary>
    public static PointResult operator *(double factor, PointResult result) => factor == 0
        ? default
        : new(factor * result.Loss, factor * result.First, factor * result.Second);
}

/// <summary>What a pointwise loss should give for a prediction and its target.</summary>
internal delegate PointResult PointwiseReference(double p, double t);

/// <summary>
/// The definitions of the pointwise losses and of their modifiers, each with both derivatives worked out on paper, in
/// plain double that shares nothing with the library. At kinks they follow the documented conventions.
/// </summary>
internal static class PointwiseReferences
{
    // Regression: functions of the error.

    public static PointwiseReference SquaredError => OfError(d => new(d * d, 2 * d, 2));

    public static PointwiseReference AbsoluteError => OfError(d => new(Math.Abs(d), Sign(d), 0));

    public static PointwiseReference Huber(double delta) => OfError(d => Math.Abs(d) <= delta
        ? new(d * d / 2, d, 1)
        : new(delta * (Math.Abs(d) - delta / 2), delta * Sign(d), 0));

    public static PointwiseReference SmoothL1(double beta) => OfError(d => Math.Abs(d) <= beta && beta > 0
        ? new(d * d / (2 * beta), d / beta, 1 / beta)
        : new(Math.Abs(d) - beta / 2, Sign(d), 0));

    public static PointwiseReference LogCosh(double a = 1) => OfError(
        d => new(LogOfCosh(a * d) / a, Math.Tanh(a * d), a * SquareOfSech(a * d)));

    public static PointwiseReference LogisticDistance => OfError(
        d => new(2 * LogOfCosh(d / 2), Math.Tanh(d / 2), SquareOfSech(d / 2) / 2));

    public static PointwiseReference Quantile(double q) => (p, t) =>
        t >= p ? new(q * (t - p), -q, 0) : new((1 - q) * (p - t), 1 - q, 0);

    public static PointwiseReference LogLinearQuantile(double q) => (p, t) =>
    {
        double quantile = Math.Exp(p);
        double factor = t >= quantile ? -q : 1 - q;
        return new(factor * (quantile - t), factor * quantile, factor * quantile);
    };

    public static PointwiseReference QuantileHuber(double q, double delta) => Asymmetric(SmoothL1(delta), 1 - q, q);

    public static PointwiseReference Expectile(double tau) => Asymmetric(SquaredError, 1 - tau, tau);

    public static PointwiseReference EpsilonInsensitive(double epsilon) => OfError(
        d => Math.Abs(d) > epsilon ? new(Math.Abs(d) - epsilon, Sign(d), 0) : default);

    public static PointwiseReference SquaredEpsilonInsensitive(double epsilon) => OfError(d =>
    {
        double excess = Math.Abs(d) - epsilon;
        return excess > 0 ? new(excess * excess, 2 * excess * Sign(d), 2) : default;
    });

    public static PointwiseReference SquaredLogError(double epsilon) => (p, t) =>
    {
        double ratio = Log1p(Math.Max(p, epsilon)) - Log1p(Math.Max(t, epsilon));
        return p > epsilon
            ? new(ratio * ratio, 2 * ratio / (1 + p), 2 * (1 - ratio) / ((1 + p) * (1 + p)))
            : new(ratio * ratio, 0, 0);
    };

    public static PointwiseReference AbsolutePercentageError(double epsilon) => (p, t) =>
        new(Math.Abs(p - t) / Math.Max(Math.Abs(t), epsilon), Sign(p - t) / Math.Max(Math.Abs(t), epsilon), 0);

    public static PointwiseReference SymmetricPercentageError(double epsilon) => (p, t) =>
    {
        double size = Math.Abs(p) + Math.Abs(t);
        double loss = 2 * Math.Abs(p - t) / Math.Max(size, epsilon);
        if (size <= epsilon)
        {
            return new(loss, 2 * Sign(p - t) / epsilon, 0);
        }

        double first = (2 * Sign(p - t) - loss * Sign(p)) / size;
        return new(loss, first, -2 * first * Sign(p) / size);
    };

    public static PointwiseReference Charbonnier(double epsilon) => OfError(d =>
    {
        double root = double.Hypot(d, epsilon);
        return double.IsInfinity(root)
            ? new(root, Math.Sign(d), 0)
            : new(root, d / root, epsilon / root * (epsilon / root) / root);
    });

    public static PointwiseReference PseudoHuber(double delta) => OfError(d =>
    {
        double root = Math.Sqrt(1 + d / delta * (d / delta));
        return double.IsInfinity(root)
            ? new(delta * Math.Abs(d), delta * Sign(d), 0)
            : new(delta * (Math.Abs(d) / (root + 1) * (Math.Abs(d) / delta)), d / root, 1 / (root * root * root));
    });

    public static PointwiseReference Fair(double c) => OfError(d =>
    {
        double x = Math.Abs(d) / c;
        return new(
            c * c * (x < 0.1 ? -Log1pWithoutLinearTerm(x) : x - Log1p(x)), d / (1 + x), 1 / ((1 + x) * (1 + x)));
    });

    public static PointwiseReference Linex(double a, double b) => OfError(d => new(
        b * (Math.Abs(a * d) < 0.1 ? ExpWithoutLinearTerms(a * d) : Math.Exp(a * d) - a * d - 1),
        a * b * Expm1(a * d),
        a * a * b * Math.Exp(a * d)));

    public static PointwiseReference LpDistance(double power) => OfError(d => new(
        Math.Pow(Math.Abs(d), power),
        d == 0 ? 0 : power * Math.Pow(Math.Abs(d), power - 1) * Sign(d),
        power == 1 ? 0 : power * (power - 1) * Math.Pow(Math.Abs(d), power - 2)));

    public static PointwiseReference Periodic(double period) => OfError(d =>
    {
        double frequency = 2 * Math.PI / period;
        double phase = frequency * Math.IEEERemainder(d, period);
        double half = Math.Sin(phase / 2);
        return new(2 * half * half, frequency * Math.Sin(phase), frequency * frequency * Math.Cos(phase));
    });

    public static PointwiseReference Cauchy(double c) => OfError(d =>
    {
        double u = d / c * (d / c);
        return new(c * c / 2 * Log1p(u), d / (1 + u), (1 - u) / (1 + u) / (1 + u));
    });

    public static PointwiseReference GemanMcClure(double c) => OfError(d =>
    {
        double u = d / c * (d / c);
        return new(c * c / 2 * (u / (1 + u)), d / (1 + u) / (1 + u), (1 - 3 * u) / (1 + u) / (1 + u) / (1 + u));
    });

    public static PointwiseReference TukeyBiweight(double c) => OfError(d =>
    {
        double u = d / c * (d / c);
        return Math.Abs(d) <= c
            ? new(c * c / 6 * u * (3 - 3 * u + u * u), d * (1 - u) * (1 - u), (1 - u) * (1 - 5 * u))
            : new(c * c / 6, 0, 0);
    });

    public static PointwiseReference Welsch(double c) => OfError(d =>
    {
        double u = d / c * (d / c);
        return u > 800
            ? new(c * c / 2, 0, 0)
            : new(-c * c / 2 * Expm1(-u), d * Math.Exp(-u), (1 - 2 * u) * Math.Exp(-u));
    });

    public static PointwiseReference Arctan(double c) => OfError(d =>
    {
        double u = d / c * (d / c);
        return new(c * c / 2 * Math.Atan(u), d / (1 + u * u), (1 - 3 * u * u) / (1 + u * u) / (1 + u * u));
    });

    public static PointwiseReference AndrewWave(double a) => OfError(d =>
    {
        double half = Math.Sin(d / (2 * a));
        return Math.Abs(d) <= Math.PI * a
            ? new(2 * a * a * half * half, a * Math.Sin(d / a), Math.Cos(d / a))
            : new(2 * a * a, 0, 0);
    });

    public static PointwiseReference Hampel(double a, double b, double c) => OfError(d =>
    {
        double s = Math.Abs(d);
        return s <= a ? new(d * d / 2, d, 1)
            : s <= b ? new(a * s - a * a / 2, a * Sign(d), 0)
            : s < c ? new(
                a * (b + c - a) / 2 - a * (c - s) * (c - s) / (2 * (c - b)),
                a * Sign(d) * (c - s) / (c - b),
                -a / (c - b))
            : new(a * (b + c - a) / 2, 0, 0);
    });

    public static PointwiseReference Ramsay(double a) => OfError(d =>
    {
        double x = a * Math.Abs(d);
        return x > 800 ? new(1 / (a * a), 0, 0) : new(
            (x < 0.1 ? Math.Exp(-x) * ExpWithoutLinearTerms(x) : 1 - Math.Exp(-x) * (1 + x)) / (a * a),
            d * Math.Exp(-x),
            (1 - x) * Math.Exp(-x));
    });

    public static PointwiseReference TrimmedSquaredError(double c) => OfError(
        d => Math.Abs(d) <= c ? new(d * d / 2, d, 1) : new(c * c / 2, 0, 0));

    public static PointwiseReference Wing(double w, double epsilon) => OfError(d =>
    {
        double s = Math.Abs(d);
        return s < w
            ? new(w * Log1p(s / epsilon), w / (epsilon + s) * Sign(d), -w / (epsilon + s) / (epsilon + s))
            : new(s - w + w * Log1p(w / epsilon), Sign(d), 0);
    });

    public static PointwiseReference GeneralRobust(double alpha, double c) => OfError(d =>
    {
        double u = d / c * (d / c);
        if (double.IsNegativeInfinity(alpha))
        {
            return new(-Expm1(-u / 2), d / (c * c) * Math.Exp(-u / 2), (1 - u) / (c * c) * Math.Exp(-u / 2));
        }

        if (alpha == 2)
        {
            return new(u / 2, d / (c * c), 1 / (c * c));
        }

        double b = Math.Abs(alpha - 2);
        double growth = alpha == 0 ? Log1p(u / b) : b / alpha * Expm1(alpha / 2 * Log1p(u / b));
        double slope = Math.Pow(u / b + 1, alpha / 2 - 1);

        // d·slope has the derivative slope + d·(α/2 − 1)·2d/(bc²)·slope/(u/b + 1).
        double bend = (1 + (alpha - 1) * u / b) / (u / b + 1);
        return new(growth, d / (c * c) * slope, slope / (c * c) * bend);
    });

    // Counts and amounts: the prediction is the log of the mean, or the mean itself.

    public static PointwiseReference Poisson(bool full = false) => (p, t) =>
    {
        double ofTarget = full && t > 1 ? t * Math.Log(t) - t + Math.Log(2 * Math.PI * t) / 2 : 0;
        return new(Math.Exp(p) - t * p + ofTarget, Math.Exp(p) - t, Math.Exp(p));
    };

    public static PointwiseReference PoissonMean(double epsilon) => (p, t) => new(
        p - (t == 0 ? 0 : t * Math.Log(p + epsilon)),
        1 - t / (p + epsilon),
        t / (p + epsilon) / (p + epsilon));

    public static PointwiseReference Gamma => (p, t) =>
        new(p + t * Math.Exp(-p), 1 - t * Math.Exp(-p), t * Math.Exp(-p));

    public static PointwiseReference Tweedie(double k) => k switch
    {
        1 => Poisson(),
        2 => Gamma,
        _ => (p, t) => new(
            k == 0
                ? (Math.Exp(p) - t) * (Math.Exp(p) - t) / 2
                : Math.Exp((2 - k) * p) / (2 - k) - t * Math.Exp((1 - k) * p) / (1 - k),
            Math.Exp((2 - k) * p) - t * Math.Exp((1 - k) * p),
            (2 - k) * Math.Exp((2 - k) * p) - (1 - k) * t * Math.Exp((1 - k) * p)),
    };

    public static PointwiseReference TweedieIdentity(double k, bool full = false) => (p, t) => new(
        k switch
        {
            0 => (p - t) * (p - t) / 2,
            1 => p - t * Math.Log(p) + (full && t > 0 ? t * Math.Log(t) - t : 0),
            2 => Math.Log(p) + t / p - (full ? Math.Log(t) + 1 : 0),
            _ => Math.Pow(p, 2 - k) / (2 - k) - t * Math.Pow(p, 1 - k) / (1 - k)
                + (full && t > 0 ? Math.Pow(t, 2 - k) / (1 - k) / (2 - k) : 0),
        },
        Math.Pow(p, -k) * (p - t),
        (1 - k) * Math.Pow(p, -k) + (k == 0 ? 0 : k * t * Math.Pow(p, -k - 1)));

    public static PointwiseReference GeneralizedKl => (p, t) => new(
        t == 0 ? p : t * Math.Log(t / p) - t + p, 1 - t / p, t / p / p);

    // Likelihoods.

    public static PointwiseReference LaplaceNegativeLogLikelihood(double b) => OfError(
        d => new(Math.Abs(d) / b + Math.Log(2 * b), Sign(d) / b, 0));

    public static PointwiseReference GaussianNegativeLogLikelihood(double v) => OfError(
        d => new((Math.Log(v) + d * d / v) / 2, d / v, 1 / v));

    /// <summary>For a whole number of degrees of freedom, or a great one.</summary>
    public static PointwiseReference StudentTNegativeLogLikelihood(double nu, double s) => OfError(d =>
    {
        double u = d / s * (d / s) / nu;
        double constant = Math.Log(s) + Math.Log(Math.PI * nu) / 2 - LogOfGammas(nu);
        return new(
            (nu + 1) / 2 * Log1p(u) + constant,
            (nu + 1) * d / (nu * s * s) / (1 + u),
            (nu + 1) / (nu * s * s) * (1 - u) / (1 + u) / (1 + u));
    });

    // Classification by a probability or logit and a target in [0, 1].

    public static PointwiseReference BinaryCrossEntropy => (p, t) => p is >= 0 and <= 1
        ? new(
            -(t * Math.Max(Math.Log(p), -100) + (1 - t) * Math.Max(Log1p(-p), -100)),
            (p - t) / Math.Max(p * (1 - p), 1e-12),
            (t == 0 ? 0 : t / p / p) + (t == 1 ? 0 : (1 - t) / (1 - p) / (1 - p)))
        : new(double.NaN, double.NaN, double.NaN);

    public static PointwiseReference BinaryCrossEntropyLogits(double weight, double smoothing) => (x, t) =>
    {
        double smoothed = t * (1 - smoothing) + smoothing / 2;
        return weight * smoothed * OppositeSoftplus(x) + (1 - smoothed) * Softplus(x);
    };

    public static PointwiseReference ExpectedCost(double fp, double fn, double tp, double tn) => (x, t) =>
    {
        (double positive, double negative) = t > 0.5 ? (tp, fn) : (fp, tn);
        double slope = (positive - negative) * Sigmoid(x) * Sigmoid(-x);
        return new(positive * Sigmoid(x) + negative * Sigmoid(-x), slope, -slope * Math.Tanh(x / 2));
    };

    public static PointwiseReference BinaryFocalLogits(double gamma, double? alpha) => (x, t) =>
    {
        PointResult crossEntropy = t * OppositeSoftplus(x) + (1 - t) * Softplus(x);
        double share = alpha is double a ? a * t + (1 - a) * (1 - t) : 1;
        double error = t * Sigmoid(-x) + (1 - t) * Sigmoid(x);
        if (error == 0)
        {
            return gamma == 0 ? share * crossEntropy : default;
        }

        double first = (1 - 2 * t) * Sigmoid(x) * Sigmoid(-x);
        double second = first * (Sigmoid(-x) - Sigmoid(x));
        double relative = first / error;
        PointResult fading = Math.Pow(error, gamma)
            * new PointResult(1, gamma * relative, gamma * ((gamma - 1) * relative * relative + second / error));
        return share * Product(fading, crossEntropy);
    };

    public static PointwiseReference QualityFocal(double beta) => (x, t) =>
    {
        double curvature = Sigmoid(x) * Sigmoid(-x);
        double error = (1 - t) * Sigmoid(x) - t * Sigmoid(-x);
        double size = Math.Abs(error);
        PointResult power = beta == 0 ? new(1, 0, 0)
            : size == 0 ? new(0, 0, beta == 2 ? 2 * curvature * curvature : 0)
            : Math.Pow(size, beta) * new PointResult(
                1,
                beta * curvature / error,
                beta * ((beta - 1) * (curvature / error) * (curvature / error)
                    + curvature * (Sigmoid(-x) - Sigmoid(x)) / error));
        return Product(power, t * OppositeSoftplus(x) + (1 - t) * Softplus(x));
    };

    public static PointwiseReference Varifocal(double alpha, double gamma) => (x, t) => t > 0
        ? t * (t * OppositeSoftplus(x) + (1 - t) * Softplus(x))
        : alpha * Product(
            Math.Pow(Sigmoid(x), gamma) * new PointResult(
                1,
                gamma * Sigmoid(-x),
                gamma * (gamma * Sigmoid(-x) * Sigmoid(-x) - Sigmoid(x) * Sigmoid(-x))),
            Softplus(x));

    public static PointwiseReference KlEstimator(KlEstimate estimator) => OfError(d => estimator switch
    {
        KlEstimate.K1 => new(d, 1, 0),
        KlEstimate.K2 => new(d * d / 2, d, 1),
        _ => new(
            Math.Abs(d) < 0.1 ? ExpWithoutLinearTerms(-d) : Math.Exp(-d) + d - 1,
            -Expm1(-d),
            Math.Exp(-d)),
    });


    public static PointwiseReference AsymmetricMultilabel(
        double ofPositives, double ofNegatives, double clip, bool stopWeights = false) => (x, t) =>
    {
        double p = Sigmoid(x);
        double q = Sigmoid(-x);
        double bend = p * q * (q - p);
        PointResult positive = Weighted(new(q, -p * q, -bend), ofPositives, OppositeSoftplus(x));
        PointResult clipped = new(p - clip, p * q, bend);
        double rest = q + clip;
        PointResult negative = p <= clip ? default : Weighted(clipped, ofNegatives, clip == 0 ? Softplus(x) : new(
            p < 0.5 ? -Log1p(clip - p) : -Math.Log(rest), p * q / rest, bend / rest + p * q / rest * (p * q / rest)));
        return t * positive + (1 - t) * negative;

        PointResult Weighted(PointResult x, double power, PointResult loss)
        {
            PointResult weight = power == 0 || x.Loss == 0 ? new(power == 0 ? 1 : 0, 0, 0) : new(
                Math.Pow(x.Loss, power),
                power * Math.Pow(x.Loss, power - 1) * x.First,
                power * (power - 1) * Math.Pow(x.Loss, power - 2) * x.First * x.First
                    + power * Math.Pow(x.Loss, power - 1) * x.Second);
            return stopWeights
                ? weight.Loss * loss
                : new(
                    weight.Loss * loss.Loss,
                    weight.First * loss.Loss + weight.Loss * loss.First,
                    weight.Second * loss.Loss + 2 * weight.First * loss.First + weight.Loss * loss.Second);
        }
    };

    public static PointwiseReference Coverage => (p, t) => new(t <= p ? 1 : 0, 0, 0);

    public static PointwiseReference Misclassification => (p, t) => new(p == t ? 0 : 1, 0, 0);

    // Classification by the margin of a score and a target of −1 or +1.

    public static PointwiseReference Hinge(double margin = 1) => OfMargin(
        a => a < margin ? new(margin - a, -1, 0) : default);

    public static PointwiseReference SquaredHinge(double margin = 1) => OfMargin(
        a => a < margin ? new((margin - a) * (margin - a), -2 * (margin - a), 2) : default);

    public static PointwiseReference SmoothedHinge(double gamma) => OfMargin(
        a => a >= 1 ? default
            : a >= 1 - gamma ? new((1 - a) * (1 - a) / (2 * gamma), -(1 - a) / gamma, 1 / gamma)
            : new(1 - gamma / 2 - a, -1, 0));

    public static PointwiseReference ModifiedHuber => OfMargin(
        a => a >= 1 ? default : a >= -1 ? new((1 - a) * (1 - a), -2 * (1 - a), 2) : new(-4 * a, -4, 0));

    public static PointwiseReference Logistic => OfMargin(OppositeSoftplus);

    public static PointwiseReference SoftMargin(double margin) => OfMargin(a => OppositeSoftplus(a - margin));

    public static PointwiseReference Exponential => OfMargin(a => new(Math.Exp(-a), -Math.Exp(-a), Math.Exp(-a)));

    public static PointwiseReference Perceptron => OfMargin(a => a <= 0 ? new(-a, -1, 0) : default);

    public static PointwiseReference SigmoidMargin => OfMargin(
        a => new(2 * Sigmoid(-2 * a), -SquareOfSech(a), 2 * Math.Tanh(a) * SquareOfSech(a)));

    public static PointwiseReference HingeEmbedding(double margin) => (p, t) =>
        t > 0 ? new(p, 1, 0) : p < margin ? new(margin - p, -1, 0) : default;

    public static PointwiseReference Savage => OfMargin(a =>
    {
        double wrong = Sigmoid(-2 * a);
        double right = Sigmoid(2 * a);
        return new(
            wrong * wrong, -4 * wrong * wrong * right, 8 * wrong * wrong * right * (2 * right - wrong));
    });

    public static PointwiseReference Tangent => OfMargin(a =>
    {
        double excess = 2 * Math.Atan(a) - 1;
        return new(excess * excess, 4 * excess / (1 + a * a), 8 * (1 - a * excess) / (1 + a * a) / (1 + a * a));
    });

    public static PointwiseReference Dwd(double q) => OfMargin(a =>
    {
        double ratio = q / ((q + 1) * a);
        return a <= q / (q + 1) ? new(1 - a, -1, 0) : new(
            Math.Pow(ratio, q) / (q + 1), -Math.Pow(ratio, q + 1), (q + 1) / a * Math.Pow(ratio, q + 1));
    });

    public static PointwiseReference ZeroOne => OfMargin(a => new(a < 0 ? 1 : 0, 0, 0));

    public static PointwiseReference LeastSquaresMargin => OfMargin(a => new((1 - a) * (1 - a), -2 * (1 - a), 2));

    public static PointwiseReference Wasserstein => OfMargin(a => new(-a, -1, 0));

    // Modifiers.

    /// <summary>Of a loss that predicts the target itself and is 0 there.</summary>
    public static PointwiseReference Asymmetric(
        PointwiseReference loss, double over, double under, Func<double, double>? link = null) =>
        (p, t) => (p > (link is null ? t : link(t)) ? over : under) * loss(p, t);

    /// <summary>
    /// Of any other loss with its least at <paramref name="link"/>(t): the factors price what it exceeds that least by.
    /// </summary>
    public static PointwiseReference AsymmetricExcess(
        PointwiseReference loss, double over, double under, Func<double, double>? link = null) => (p, t) =>
    {
        double best = link is null ? t : link(t);
        PointResult result = loss(p, t);

        // Its limit, where the best prediction is infinite, or 0 for a mean.
        double least = loss(Math.Clamp(best == 0 && link is null ? 1e-300 : best, -800, 800), t).Loss;
        double factor = p > best ? over : under;
        return new(least + factor * (result.Loss - least), factor * result.First, factor * result.Second);
    };

    public static PointwiseReference Scaled(PointwiseReference loss, double factor) => (p, t) => factor * loss(p, t);

    public static PointwiseReference Sum(params PointwiseReference[] losses) =>
        (p, t) => losses.Aggregate(default(PointResult), (sum, loss) => sum + loss(p, t));

    public static PointwiseReference WeightedProbability(PointwiseReference loss, double positive, double negative) =>
        (p, t) => (positive * t + negative * (1 - t)) * loss(p, t);

    public static PointwiseReference WeightedSign(PointwiseReference loss, double positive, double negative) =>
        (p, t) => (t > 0 ? positive : negative) * loss(p, t);

    public static PointwiseReference HessianFloor(PointwiseReference loss, double minimum) =>
        (p, t) => loss(p, t) with { Second = Math.Max(minimum, loss(p, t).Second) };

    public static PointwiseReference LogTarget(PointwiseReference loss) => (p, t) => loss(p, Math.Log(t));

    public static PointwiseReference InUnits(PointwiseReference loss, double unit) => (p, t) =>
    {
        PointResult result = loss(p / unit, t / unit);
        return new(result.Loss, result.First / unit, result.Second / (unit * unit));
    };

    public static PointwiseReference Clipped(PointwiseReference loss, double maximum) =>
        (p, t) => loss(p, t).Loss < maximum ? loss(p, t) : new(maximum, 0, 0);

    public static PointwiseReference SmoothedProbability(PointwiseReference loss, double smoothing) =>
        (p, t) => loss(p, t * (1 - smoothing) + smoothing / 2);

    public static PointwiseReference ZeroOneTargets(PointwiseReference loss) =>
        (p, t) => t * loss(p, 1) + (1 - t) * loss(p, -1);

    public static PointwiseReference SmoothedSign(PointwiseReference loss, double smoothing) =>
        (p, t) => (1 - smoothing / 2) * loss(p, t) + smoothing / 2 * loss(p, -t);

    private static PointResult Product(PointResult left, PointResult right) => new(
        left.Loss * right.Loss,
        left.First * right.Loss + left.Loss * right.First,
        left.Second * right.Loss + 2 * left.First * right.First + left.Loss * right.Second);

    private static PointwiseReference OfError(Func<double, PointResult> loss) => (p, t) => loss(p - t);

    private static PointwiseReference OfMargin(Func<double, PointResult> loss) => (p, t) =>
    {
        PointResult result = loss(t * p);
        return new(result.Loss, t * result.First, t * t * result.Second);
    };

    // Functions that System.Math lacks, by other ways than the library's.

    private static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : 0;

    private static double Log1p(double x) => double.IsInfinity(x) ? x : RowReferences.Log1p(x);

    private static double Expm1(double x) => Math.Abs(x) < 1 ? 2 * Math.Exp(x / 2) * Math.Sinh(x / 2) : Math.Exp(x) - 1;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>log(1 + eˣ).</summary>
    private static PointResult Softplus(double x) => new(
        Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))), Sigmoid(x), Sigmoid(x) * Sigmoid(-x));

    /// <summary>log(1 + e⁻ˣ).</summary>
    private static PointResult OppositeSoftplus(double x)
    {
        PointResult opposite = Softplus(-x);
        return opposite with { First = -opposite.First };
    }

    private static double SquareOfSech(double x) => 1 / Math.Cosh(x) / Math.Cosh(x);

    private static double LogOfCosh(double x) => Math.Abs(x) < 1
        ? Log1p(Math.Sinh(x) * Math.Sinh(x)) / 2
        : Math.Abs(x) + Log1p(Math.Exp(-2 * Math.Abs(x))) - Math.Log(2);

    /// <summary>eˣ − 1 − x for a small x, by its series.</summary>
    private static double ExpWithoutLinearTerms(double x)
    {
        double sum = 0;
        double term = x;
        for (int n = 2; n < 20; n++)
        {
            term *= x / n;
            sum += term;
        }

        return sum;
    }

    /// <summary>log(1 + x) − x for a small x, by its series.</summary>
    private static double Log1pWithoutLinearTerm(double x)
    {
        double sum = 0;
        double power = x;
        for (int n = 2; n < 20; n++)
        {
            power *= -x;
            sum += power / n;
        }

        return sum;
    }

    /// <summary>log Γ(½(ν + 1)) − log Γ(½ν), by recurrence from ν = 1 or 2; for a great ν by its series.</summary>
    private static double LogOfGammas(double nu)
    {
        if (nu > 1e5)
        {
            return Math.Log(nu / 2) / 2 - 1 / (4 * nu) + 1 / (24 * nu * nu * nu);
        }

        bool isOdd = nu % 2 == 1;
        double sum = isOdd ? -Math.Log(Math.PI) / 2 : Math.Log(Math.PI / 4) / 2;
        for (double n = isOdd ? 1 : 2; n < nu; n += 2)
        {
            sum += Math.Log((n + 1) / n);
        }

        return sum;
    }
}
