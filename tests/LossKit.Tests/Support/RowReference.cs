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

    /// <summary>The same with all probability on the label.</summary>
    public static RowReference Smoothed(double smoothing, bool isWeighted = false) => (x, y, _) =>
        SoftTargets(smoothing, isWeighted)(x, y, [.. x.Select((_, c) => c == y ? 1.0 : 0)]);

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
