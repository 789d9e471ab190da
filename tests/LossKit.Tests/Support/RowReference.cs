namespace LossKit.Tests.Support;

/// <summary>The loss of a row, its gradient and the diagonal of its Hessian, without weights of rows.</summary>
internal sealed record RowResult(double Loss, double[] Gradient, double[] Hessian);

/// <summary>What a row of predictions should give against its label, or against its row of probabilities.</summary>
internal delegate RowResult RowReference(double[] x, int label, double[] t);

/// <summary>
/// The definitions of the losses over rows, in plain loops of double that share nothing with the library. They are
/// right for ordinary numbers; nothing is done about overflow.
/// </summary>
internal static class RowReferences
{
    /// <summary>A function of ℓ = log p and u = 1 − p of the true class, with both derivatives for ℓ.</summary>
    public delegate (double Value, double First, double Second) OfLogProbability(double l, double u);

    public static OfLogProbability CrossEntropy => (l, _) => (-l, -1, 0);

    public static OfLogProbability SquaredMiss => (_, u) => (u * u, -2 * u * (1 - u), 2 * (1 - u) * (1 - 2 * u));

    public static OfLogProbability Focal(double gamma) => (l, u) =>
    {
        double p = 1 - u;
        double power = Math.Pow(u, gamma);
        double slope = gamma * Math.Pow(u, gamma - 1);
        double curvature = gamma * (gamma - 1) * Math.Pow(u, gamma - 2);
        return (-power * l, slope * p * l - power, -curvature * p * p * l + slope * p * (l + 2));
    };

    public static OfLogProbability Generalized(double q) => (l, _) =>
        ((1 - Math.Exp(q * l)) / q, -Math.Exp(q * l), -q * Math.Exp(q * l));

    public static OfLogProbability Poly1(double epsilon) => (l, u) =>
        (-l + epsilon * u, -1 - epsilon * (1 - u), -epsilon * (1 - u));

    public static OfLogProbability Symmetric(double alpha, double beta, double logZero) => (l, u) => (
        -alpha * l - beta * logZero * u, -alpha + beta * logZero * (1 - u), beta * logZero * (1 - u));

    public static OfLogProbability Taylor(int order) => (_, u) => (
        Sum(Enumerable.Range(1, order).Select(i => Math.Pow(u, i) / i)),
        -(1 - Math.Pow(u, order)),
        -order * Math.Pow(u, order - 1) * (1 - u));

    /// <summary>The cross-entropy of logits that are scaled, moved, and at the label moved once more.</summary>
    public static RowReference Adjusted(double scale, Func<int, int, double> offset, Func<int, int, double> atLabel) =>
        (x, y, t) =>
    {
        RowResult result = TrueClass(CrossEntropy)(
            [.. x.Select((logit, c) => scale * logit + offset(c, x.Length) + (c == y ? atLabel(c, x.Length) : 0))], y, t);
        return new(
            result.Loss,
            [.. result.Gradient.Select(slope => scale * slope)],
            [.. result.Hessian.Select(bend => scale * scale * bend)]);
    };

    /// <summary>What it costs on average to decide by the softmax of the row.</summary>
    public static RowReference ExpectedCost => (x, y, _) =>
    {
        double largest = x.Max();
        double[] exponentials = [.. x.Select(logit => Math.Exp(logit - largest))];
        double total = Sum(exponentials);
        double[] p = [.. exponentials.Select(exponential => exponential / total)];
        double cost = Sum(p.Select((share, c) => share * DecisionCost(y, c)));
        double[] gradient = [.. p.Select((share, c) => share * (DecisionCost(y, c) - cost))];
        return new(cost, gradient, [.. gradient.Select((slope, c) => slope * (1 - 2 * p[c]))]);
    };

    public static double DecisionCost(int truth, int decision) =>
        truth == decision ? 0 : 0.25 + 0.25 * ((truth * 3 + decision * 5) % 7);

    /// <summary>A function of the log-softmax of the row at its label.</summary>
    public static RowReference TrueClass(OfLogProbability formula, bool isWeighted = false) => (x, y, _) =>
    {
        // Relative to the label, so that a confident row keeps what the other classes have.
        double[] ratios = [.. x.Select(logit => Math.Exp(logit - x[y]))];
        ratios[y] = 0;
        double rest = Sum(ratios);
        ratios[y] = 1;
        (double value, double first, double second) = formula(-Log1p(rest), rest / (1 + rest));
        double weight = WeightOf(y, isWeighted);
        if (x.Length == 1)
        {
            return new(weight * value, [0], [0]);
        }

        double[] gradient = new double[x.Length];
        double[] hessian = new double[x.Length];
        for (int j = 0; j < x.Length; j++)
        {
            double p = ratios[j] / (1 + rest);
            double slope = j == y ? rest / (1 + rest) : -p;
            gradient[j] = weight * first * slope;
            hessian[j] = weight * (second * slope * slope - first * p * (1 - p));
        }

        return new(weight * value, gradient, hessian);
    };

    /// <summary>Σ_c u_c·(−log p_c) with u_c = w_c·(t_c(1 − s) + s/C).</summary>
    public static RowReference SoftTargets(double smoothing = 0, bool isWeighted = false) => (x, _, t) =>
    {
        double largest = x.Max();
        double total = Sum(x.Select(logit => Math.Exp(logit - largest)));
        double[] p = [.. x.Select(logit => Math.Exp(logit - largest) / total)];
        double[] u = [.. t.Select((target, c) => WeightOf(c, isWeighted)
            * (target * (1 - smoothing) + smoothing / t.Length))];
        double sum = Sum(u);
        return new(
            Sum(u.Select((target, c) => target == 0 ? 0 : target * (largest - x[c] + Math.Log(total)))),
            [.. p.Select((probability, c) => sum * probability - u[c])],
            [.. p.Select(probability => sum * probability * (1 - probability))]);
    };

    public static RowReference MultilabelMargin => (x, _, t) =>
    {
        double[] gradient = new double[x.Length];
        List<double> misses = [];
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < x.Length; j++)
            {
                double miss = t[i] > t[j] ? 1 - x[i] + x[j] : 0;
                misses.Add(Math.Max(0, miss));
                gradient[i] -= miss > 0 ? 1 : 0;
                gradient[j] += miss > 0 ? 1 : 0;
            }
        }

        return new(Sum(misses) / x.Length, [.. gradient.Select(slope => slope / x.Length)], new double[x.Length]);
    };

    public static RowReference MultilabelSoftMargin(bool isWeighted) => (x, _, t) =>
    {
        double[] factors = [.. x.Select((_, c) => (isWeighted ? ClassWeights(x.Length)[c] : 1) / x.Length)];
        double[] p = [.. x.Select(each => 1 / (1 + Math.Exp(-each)))];
        return new(
            Sum(x.Select((each, c) => factors[c] * (Math.Log(1 + Math.Exp(each)) - t[c] * each))),
            [.. p.Select((each, c) => factors[c] * (each - t[c]))],
            [.. p.Select((each, c) => factors[c] * each * (1 - each))]);
    };

    /// <summary>Σ w·log(P(level + 1)/P(level)) at the label, by probabilities and with their derivatives.</summary>
    public static RowReference Hierarchy(double[] weights, Func<int, int>[] groups) => (x, y, _) =>
    {
        double[] e = [.. x.Select(each => Math.Exp(each - x.Max()))];
        double loss = 0;
        double[] gradient = new double[x.Length];
        double[] hessian = new double[x.Length];
        double[]? before = null;
        for (int level = 0; level <= weights.Length; level++)
        {
            double[] inside =
            [
                .. e.Select((each, c) => level == weights.Length
                    || (level == 0 ? c == y : groups[level - 1](c) == groups[level - 1](y)) ? each : 0),
            ];
            double[] share = [.. inside.Select(each => each / inside.Sum())];
            double factor = (level == 0 ? 0 : weights[level - 1]) - (level == weights.Length ? 0 : weights[level]);
            loss += before is null ? 0 : weights[level - 1] * Math.Log(inside.Sum() / before.Sum());
            for (int c = 0; c < x.Length; c++)
            {
                gradient[c] += factor * share[c];
                hessian[c] += factor * share[c] * (1 - share[c]);
            }

            before = inside;
        }

        return new(loss, gradient, hessian);
    };

    /// <summary>The same with all probability on the label.</summary>
    public static RowReference Smoothed(double smoothing, bool isWeighted = false) => (x, y, _) =>
        SoftTargets(smoothing, isWeighted)(x, y, [.. x.Select((_, c) => c == y ? 1.0 : 0)]);

    /// <summary>Σ_c w_c·(t_c(1 − s) + s/C)·f(log p_c).</summary>
    public static RowReference Expected(OfLogProbability formula, double smoothing = 0, bool isWeighted = false) =>
        (x, _, t) =>
        {
            int classes = x.Length;
            double loss = 0;
            double[] gradient = new double[classes];
            double[] hessian = new double[classes];
            for (int c = 0; c < classes; c++)
            {
                double share = WeightOf(c, isWeighted) * (t[c] * (1 - smoothing) + smoothing / classes);
                if (share == 0)
                {
                    continue;
                }

                RowResult of = TrueClass(formula)(x, c, t);
                loss += share * of.Loss;
                for (int j = 0; j < classes; j++)
                {
                    gradient[j] += share * of.Gradient[j];
                    hessian[j] += share * of.Hessian[j];
                }
            }

            return new(loss, gradient, hessian);
        };

    /// <summary>The same with all probability on the label.</summary>
    public static RowReference ExpectedOfLabel(
        OfLogProbability formula, double smoothing, bool isWeighted = false) => (x, y, _) =>
        Expected(formula, smoothing, isWeighted)(x, y, [.. x.Select((_, c) => c == y ? 1.0 : 0)]);

    /// <summary>The two classes around a place share the probability.</summary>
    public static RowReference Placed => (x, y, t) =>
    {
        double place = Place(y, t[0]);
        return SoftTargets()(x, y, [.. x.Select((_, c) => Math.Max(0, 1 - Math.Abs(c - place)))]);
    };

    /// <summary>A place that is exact in float, made of what a row has: at most its label.</summary>
    public static double Place(int label, double probability) => Math.Max(0, label - Math.Floor(8 * probability) / 8);

    /// <summary>
    /// Σ f(p, t) with p = softmax(x/τ) and t = softmax(targets/τ), times a factor: f with both derivatives for log p.
    /// </summary>
    public static RowReference Divergence(
        Func<double, double, (double Value, double First, double Second)> f,
        double temperature = 1,
        double factor = 1,
        int? topK = null) => (x, _, t) =>
        {
            int[] kept =
            [
                .. Enumerable.Range(0, x.Length).OrderByDescending(c => topK is null ? 0 : t[c]).Take(topK ?? x.Length),
            ];
            double[] p = Softmax([.. kept.Select(c => x[c] / temperature)]);
            double[] q = Softmax([.. kept.Select(c => t[c] / temperature)]);
            (double Value, double First, double Second)[] terms = [.. p.Zip(q, f)];
            double slope = Sum(terms.Select(term => term.First));
            double curvature = Sum(terms.Select(term => term.Second));
            double[] gradient = new double[x.Length];
            double[] hessian = new double[x.Length];
            for (int k = 0; k < kept.Length; k++)
            {
                gradient[kept[k]] = factor / temperature * (terms[k].First - p[k] * slope);
                hessian[kept[k]] = factor / (temperature * temperature)
                    * (terms[k].Second * (1 - 2 * p[k]) + p[k] * p[k] * curvature - p[k] * (1 - p[k]) * slope);
            }

            return new(factor * Sum(terms.Select(term => term.Value)), gradient, hessian);
        };

    /// <summary>t·log(t/m), m = αt + (1 − α)p.</summary>
    public static (double Value, double First, double Second) Forward(double alpha, double p, double t)
    {
        double m = alpha * t + (1 - alpha) * p;
        double share = (1 - alpha) * p / m;
        return (t * Math.Log(t / m), -t * share, -t * share * (1 - share));
    }

    /// <summary>p·log(p/m), m = αp + (1 − α)t.</summary>
    public static (double Value, double First, double Second) Reverse(double alpha, double p, double t)
    {
        double m = alpha * p + (1 - alpha) * t;
        double share = alpha * p / m;
        double first = p * Math.Log(p / m) + p * (1 - share);
        return (p * Math.Log(p / m), first, first + p * (1 - share) - p * share * (1 - share));
    }

    public static (double Value, double First, double Second) Variation(double p, double t) =>
        (Math.Abs(p - t) / 2, Math.Sign(p - t) * p / 2, Math.Sign(p - t) * p / 2);

    /// <summary>λ·(log Σ eˣ)², and the cross-entropy at the label if it counts.</summary>
    public static RowReference ZLoss(double lambda, bool hasLabels) => (x, y, t) =>
    {
        double largest = x.Max();
        double a = largest + Math.Log(Sum(x.Select(logit => Math.Exp(logit - largest))));
        double[] p = Softmax(x);
        RowResult rest = hasLabels
            ? TrueClass(CrossEntropy)(x, y, t)
            : new(0, new double[x.Length], new double[x.Length]);
        return new(
            lambda * a * a + rest.Loss,
            [.. p.Select((share, c) => 2 * lambda * a * share + rest.Gradient[c])],
            [.. p.Select((share, c) => 2 * lambda * share * (share + a * (1 - share)) + rest.Hessian[c])]);
    };

    private static double[] Softmax(double[] x)
    {
        double largest = x.Max();
        double total = Sum(x.Select(logit => Math.Exp(logit - largest)));
        return [.. x.Select(logit => Math.Exp(logit - largest) / total)];
    }

    public static RowReference OnProbability => (x, y, _) =>
        AtLabel(x.Length, y, -Math.Log(x[y]), -1 / x[y], 1 / (x[y] * x[y]));

    public static RowReference OnProbabilities => (x, _, t) => SumOfCells(x, t, (q, target) => target == 0
        ? (0, 0, 0)
        : (-target * Math.Log(q), -target / q, target / (q * q)));

    public static RowReference LogProbability(bool isWeighted) => (x, y, _) =>
        AtLabel(x.Length, y, -WeightOf(y, isWeighted) * x[y], -WeightOf(y, isWeighted), 0);

    public static RowReference KLDivergence => (x, _, t) => SumOfCells(x, t, (logarithm, target) => target == 0
        ? (0, 0, 0)
        : (target * (Math.Log(target) - logarithm), -target, 0));

    public static RowReference JensenShannon => (x, _, t) => SumOfCells(x, t, (p, target) =>
    {
        double middle = (p + target) / 2;
        double ofTarget = target == 0 ? 0 : target * Math.Log(target / middle);
        return ((p * Math.Log(p / middle) + ofTarget) / 2, Math.Log(p / middle) / 2, target / (4 * p * middle));
    });

    public static RowReference Hinge(double margin, int power, bool isWeighted = false) => (x, y, _) =>
    {
        double factor = WeightOf(y, isWeighted) / x.Length;
        double[] misses = [.. x.Select((score, j) => j == y ? 0 : Math.Max(0, margin - x[y] + score))];
        double[] gradient = [.. misses.Select(miss => miss == 0 ? 0 : power == 1 ? factor : 2 * factor * miss)];
        double[] hessian = [.. misses.Select(miss => miss == 0 || power == 1 ? 0 : 2 * factor)];
        gradient[y] = -Sum(gradient);
        hessian[y] = Sum(hessian);
        return new(factor * Sum(misses.Select(miss => power == 1 ? miss : miss * miss)), gradient, hessian);
    };

    public static RowReference CrammerSinger(double margin, bool isWeighted = false) => (x, y, _) =>
    {
        double factor = WeightOf(y, isWeighted);
        int rival = Enumerable.Range(0, x.Length).Where(j => j != y).MaxBy(j => x[j]);
        double miss = margin + x[rival] - x[y];
        double[] gradient = new double[x.Length];
        if (miss > 0)
        {
            gradient[rival] = factor;
            gradient[y] = -factor;
        }

        return new(factor * Math.Max(0, miss), gradient, new double[x.Length]);
    };

    /// <summary>With a last class whose score is 0.</summary>
    public static RowReference OrNone(RowReference loss) => (x, y, t) =>
    {
        RowResult result = loss([.. x, 0], y, t);
        return new(result.Loss, result.Gradient[..^1], result.Hessian[..^1]);
    };

    /// <summary>The same with all probability on the label.</summary>
    public static RowReference OfLabel(RowReference ofTargets) => (x, y, _) =>
        ofTargets(x, y, [.. x.Select((_, c) => c == y ? 1.0 : 0)]);

    public static RowReference Sparsemax => FenchelYoung(
        u => Math.Max(0, u), q => q > 0 ? 1 : 0, q => q * q / 2);

    public static RowReference Entmax15 => FenchelYoung(
        u => Math.Pow(Math.Max(0, u / 2), 2), Math.Sqrt, q => 4.0 / 3 * Math.Pow(q, 1.5));

    public static RowReference BiTempered(double t1, double t2, double smoothing) => (x, _, targets) =>
    {
        double[] t = [.. targets.Select(target => target * (1 - smoothing) + smoothing / x.Length)];
        double[] p = WithSumOfOne(x, u => t2 == 1 ? Math.Exp(u) : Math.Pow(1 + (1 - t2) * Math.Min(0, u), 1 / (1 - t2)));
        double total = Sum(p.Select(q => Math.Pow(q, t2)));
        double[] shares = [.. p.Select(q => Math.Pow(q, t2) / total)];
        double[] slopes = [.. p.Zip(t, (q, target) => Math.Pow(q, t2 - t1) * (q - target))];
        double[] bends = [.. p.Zip(t, (q, target) => Math.Pow(q, 2 * t2 - t1 - 1) * ((t2 - t1) * (q - target) + q))];
        double[] shareBends = [.. p.Select(q => t2 * Math.Pow(q, 2 * t2 - 1) / total)];
        double slope = Sum(slopes);
        double bend = Sum(bends);
        double shareBend = Sum(shareBends);
        return new(
            Sum(p.Zip(t, (q, target) => (target == 0 ? 0 : target * (Log(target) - Log(q)))
                - (Math.Pow(target, 2 - t1) - Math.Pow(q, 2 - t1)) / (2 - t1))),
            [.. slopes.Select((of, k) => of - shares[k] * slope)],
            [.. Enumerable.Range(0, x.Length).Select(k => bends[k] * (1 - 2 * shares[k]) + shares[k] * shares[k] * bend
                - slope * (shareBends[k] * (1 - 2 * shares[k]) + shares[k] * shares[k] * shareBend))]);

        double Log(double q) => t1 == 1 ? Math.Log(q) : (Math.Pow(q, 1 - t1) - 1) / (1 - t1);
    };

    public static RowReference Normalized => (x, y, _) =>
    {
        double[] logs = LogSoftmax(x);
        double sum = Sum(logs);
        double[] gradient = new double[x.Length];
        double[] hessian = new double[x.Length];
        for (int j = 0; j < x.Length; j++)
        {
            double p = Math.Exp(logs[j]);
            double ofLabel = (j == y ? 1 : 0) - p;
            double ofSum = 1 - x.Length * p;
            gradient[j] = (ofLabel - logs[y] / sum * ofSum) / sum;
            hessian[j] = p * (1 - p) * (x.Length * logs[y] / sum - 1) / sum - 2 * ofSum * gradient[j] / sum;
        }

        return new(logs[y] / sum, gradient, hessian);
    };

    public static RowReference ConfidencePenalty(double beta) => (x, y, _) =>
    {
        double[] logs = LogSoftmax(x);
        double[] p = [.. logs.Select(Math.Exp)];
        double entropy = -Sum(p.Zip(logs, (q, log) => q == 0 ? 0 : q * log));
        return new(
            -logs[y] - beta * entropy,
            [.. p.Select((q, j) => q - (j == y ? 1 : 0) + (q == 0 ? 0 : beta * q * (logs[j] + entropy)))],
            [.. p.Select((q, j) => q * (1 - q)
                + (q == 0 ? 0 : beta * q * ((1 - 2 * q) * (logs[j] + entropy) + 1 - q)))]);
    };

    /// <summary>Binary cross-entropies of all thresholds, or of those up to the label.</summary>
    public static RowReference Thresholds(bool upToLabel, bool isWeighted = false) => (x, y, _) => SumOfCells(
        x, [.. Enumerable.Range(0, x.Length).Select(k => (double)k)], (logit, k) =>
        {
            double weight = upToLabel && k > y ? 0 : WeightOf((int)k, isWeighted);
            double sign = y > k ? -1 : 1;
            double p = 1 / (1 + Math.Exp(-sign * logit));
            double loss = Math.Max(0, sign * logit) + Log1p(Math.Exp(-Math.Abs(logit)));
            return (weight * loss, weight * sign * p, weight * p / (1 + Math.Exp(sign * logit)));
        });

    public static RowReference Perceptron => (x, y, _) =>
    {
        int best = Enumerable.Range(0, x.Length).MaxBy(j => x[j]);
        double[] gradient = new double[x.Length];
        gradient[best]++;
        gradient[y]--;
        return new(x[best] - x[y], gradient, new double[x.Length]);
    };

    /// <summary>How many examples the classes of some instances of the catalogue have.</summary>
    public static double[] ClassCounts(int classes) => [.. Enumerable.Range(0, classes).Select(c => 16.0 * (1 + c % 5))];

    /// <summary>The class weights of all weighted instances of the catalogue: exact in float.</summary>
    public static double[] ClassWeights(int classes) =>
        [.. Enumerable.Range(0, classes).Select(c => WeightOf(c, isWeighted: true))];

    public static double WeightOf(int label, bool isWeighted) => isWeighted ? 0.5 + 0.25 * (label % 7) : 1;

    /// <summary>The sum with its rounding errors added at the end, after Neumaier.</summary>
    public static double Sum(IEnumerable<double> terms)
    {
        double sum = 0;
        double errors = 0;
        foreach (double term in terms)
        {
            double next = sum + term;
            errors += Math.Abs(sum) >= Math.Abs(term) ? sum - next + term : term - next + sum;
            sum = next;
        }

        return sum + errors;
    }

    /// <summary>log(1 + x) by Kahan's correction.</summary>
    public static double Log1p(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>max over q of (q·x − Σω(q)) + Σω(t) − t·x, where h(x − λ) is the best q.</summary>
    private static RowReference FenchelYoung(
        Func<double, double> h, Func<double, double> slope, Func<double, double> omega) => (x, _, t) =>
    {
        double[] q = WithSumOfOne(x, h);
        double[] slopes = [.. q.Select(slope)];
        double total = Sum(slopes);
        double largest = x.Max();
        return new(
            Sum(q.Zip(t, (of, target) => omega(target) - omega(of)).Concat(
                q.Select((of, c) => of == t[c] ? 0 : (of - t[c]) * (x[c] - largest)))),
            [.. q.Zip(t, (of, target) => of - target)],
            [.. slopes.Select(of => of * (1 - of / total))]);
    };

    private static double[] LogSoftmax(double[] x)
    {
        double largest = x.Max();
        double[] exponentials = [.. x.Select(logit => Math.Exp(logit - largest))];
        exponentials[Array.IndexOf(x, largest)] = 0;
        double rest = Log1p(Sum(exponentials));
        return [.. x.Select(logit => logit - largest - rest)];
    }

    /// <summary>h(x − λ) with the λ that makes their sum 1, by bisection.</summary>
    private static double[] WithSumOfOne(double[] x, Func<double, double> h)
    {
        double largest = x.Max();
        double[] behind = [.. x.Select(score => score - largest)];
        (double low, double high) = (-2.5, Math.Pow(x.Length, 3) + 1);
        for (int i = 0; i < 200; i++)
        {
            double middle = low + (high - low) / 2;
            (low, high) = Sum(behind.Select(score => h(score - middle))) > 1 ? (middle, high) : (low, middle);
        }

        return [.. behind.Select(score => h(score - high))];
    }

    private static RowResult AtLabel(int classes, int label, double loss, double first, double second)
    {
        RowResult result = new(loss, new double[classes], new double[classes]);
        result.Gradient[label] = first;
        result.Hessian[label] = second;
        return result;
    }

    private static RowResult SumOfCells(
        double[] x, double[] t, Func<double, double, (double Loss, double First, double Second)> ofCell)
    {
        (double Loss, double First, double Second)[] cells = [.. x.Zip(t, ofCell)];
        return new(
            Sum(cells.Select(cell => cell.Loss)),
            [.. cells.Select(cell => cell.First)],
            [.. cells.Select(cell => cell.Second)]);
    }
}
