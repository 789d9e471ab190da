namespace LossKit.Tests.Support;

/// <summary>Losses of one group in double by plain loops, differentiated by central differences of the loss.</summary>
internal sealed record GroupReference(string Name, Func<double[], double[], double> Loss)
{
    /// <summary>
    /// The loss for scores beside the first ones, by which all that is a constant when differentiating is found; null
    /// if nothing is.
    /// </summary>
    public Func<double[], double[], Func<double[], double>>? At { get; init; }

    public override string ToString() => Name;

    public static GroupReference SoftDice(double a, double b, bool squared) => new(
        $"SoftDice({a}, {b}, {squared})",
        (scores, targets) =>
        {
            double common = 0;
            double total = 0;
            for (int i = 0; i < scores.Length; i++)
            {
                double p = 1 / (1 + Math.Exp(-scores[i]));
                common += p * targets[i];
                total += squared ? p * p + targets[i] * targets[i] : p + targets[i];
            }

            return 1 - (2 * common + a) / (total + b);
        });

    public static GroupReference LogCoshDice(double a, double b) => new(
        $"LogCoshDice({a}, {b})",
        (scores, targets) => Math.Log(Math.Cosh(SoftDice(a, b, squared: false).Loss(scores, targets))));

    public static GroupReference Tversky(double alpha, double beta, double gamma, double a, double b) => new(
        $"Tversky({alpha}, {beta}, {gamma}, {a}, {b})",
        (scores, targets) =>
        {
            double both = 0;
            double prices = 0;
            for (int i = 0; i < scores.Length; i++)
            {
                double p = 1 / (1 + Math.Exp(-scores[i]));
                both += p * targets[i];
                prices += alpha * p * (1 - targets[i]) + beta * (1 - p) * targets[i];
            }

            return Math.Pow(1 - (both + a) / (both + prices + b), gamma);
        });

    public static Func<double[], double[], double> Pairs(
        Func<double, double> loss, Func<double, double, double> weight, bool isMean) => (scores, targets) =>
    {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            for (int j = 0; j < scores.Length; j++)
            {
                if (targets[i] > targets[j])
                {
                    sum += weight(targets[i], targets[j]) * loss(scores[i] - scores[j]);
                    total += weight(targets[i], targets[j]);
                }
            }
        }

        return isMean ? sum / total : sum;
    };

    /// <summary>LambdaRank by its definition: what a pair counts is found at the first scores.</summary>
    public static GroupReference LambdaRank(
        LambdaWeighting weighting, double sigma, int truncation, double mu, bool byScores, bool byGradients)
    {
        return new(
            $"LambdaRank({weighting}, {sigma}, {truncation}, {byScores}, {byGradients})",
            (scores, targets) => At(scores, targets)(scores))
        {
            At = At,
        };

        Func<double[], double> At(double[] scores, double[] targets)
        {
            int n = scores.Length;
            int[] ranks =
            [
                .. Enumerable.Range(0, n).Select(i => 1 + Enumerable.Range(0, n).Count(
                    j => scores[j] > scores[i] || (scores[j] == scores[i] && j < i))),
            ];
            double ideal = IdealGain(targets, truncation);
            bool isDivided = byScores && scores.Distinct().Count() > 1;
            List<(int Higher, int Lower, double Weight)> pairs = [];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    if (targets[i] > targets[j] && Math.Min(ranks[i], ranks[j]) <= truncation)
                    {
                        double gain = (Math.Pow(2, targets[i]) - Math.Pow(2, targets[j])) / ideal;
                        int distance = Math.Abs(ranks[i] - ranks[j]);
                        double second = gain * Math.Abs(1 / Discount(distance) - 1 / Discount(distance + 1));
                        double first = gain * Math.Abs(1 / Discount(ranks[i]) - 1 / Discount(ranks[j]));
                        double weight = weighting switch
                        {
                            LambdaWeighting.Ndcg => first,
                            LambdaWeighting.NdcgLoss2 => second,
                            LambdaWeighting.NdcgLoss2Plus => mu * second + first,
                            _ => targets[i] - targets[j],
                        };
                        pairs.Add((i, j, weight / (isDivided ? 0.01 + Math.Abs(scores[i] - scores[j]) : 1)));
                    }
                }
            }

            double force = 2 * sigma * pairs.Sum(
                pair => pair.Weight / (1 + Math.Exp(sigma * (scores[pair.Higher] - scores[pair.Lower]))));
            double factor = byGradients && force > 0 ? Math.Log2(1 + force) / force : 1;
            return moved => factor * pairs.Sum(
                pair => pair.Weight * Softplus(-sigma * (moved[pair.Higher] - moved[pair.Lower])));
        }
    }

    /// <summary>−Σ t·log p + ε·(1 − Σ share·p), p being a softmax of scores.</summary>
    public static double Poly1(double[] scores, double[] targets, double[] shares, double epsilon)
    {
        double all = LogSumExp(scores);
        return epsilon + scores.Select(
            (score, i) => targets[i] * (all - score) - epsilon * shares[i] * Math.Exp(score - all)).Sum();
    }

    /// <summary>−Σ weight·(2^y − 1)·log of an item's share among itself and all with smaller targets.</summary>
    public static double UniqueSoftmax(double[] scores, double[] targets, double[]? weights = null) =>
        Enumerable.Range(0, scores.Length).Sum(i => (weights?[i] ?? 1) * (Math.Pow(2, targets[i]) - 1) * (LogSumExp(
            scores.Where((_, j) => j == i || targets[j] < targets[i])) - scores[i]));

    /// <summary>−Σ count·worth(soft rank).</summary>
    public static double OfSoftRanks(
        double[] scores, double[] counts, double temperature, Func<double, double> worth) =>
        -Enumerable.Range(0, scores.Length).Sum(i => counts[i] * worth(1 + Enumerable.Range(0, scores.Length).Sum(
            j => i == j ? 0 : 1 / (1 + Math.Exp((scores[i] - scores[j]) / temperature)))));

    public static double IdealGain(double[] targets, int truncation = int.MaxValue) => targets.OrderDescending()
        .Take(truncation).Select((target, i) => (Math.Pow(2, target) - 1) / Discount(i + 1)).Sum();

    public static double Discount(double rank) => Math.Log2(1 + rank);

    public static double LogSumExp(IEnumerable<double> numbers)
    {
        double largest = numbers.DefaultIfEmpty(double.NegativeInfinity).Max();
        return double.IsNegativeInfinity(largest)
            ? largest
            : largest + Math.Log(numbers.Sum(number => Math.Exp(number - largest)));
    }

    public static double Softplus(double x) => Math.Max(0, x) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>d loss / d score of an entry: central differences, extrapolated to a step of 0.</summary>
    public double Slope(double[] scores, double[] targets, int entry)
    {
        const double Step = 1e-3;
        return (4 * Difference(Step / 2) - Difference(Step)) / 3;

        double Difference(double step) =>
            (Moved(scores, targets, entry, step) - Moved(scores, targets, entry, -step)) / (2 * step);
    }

    /// <summary>d² loss / d score² of an entry.</summary>
    public double Curvature(double[] scores, double[] targets, int entry)
    {
        const double Step = 4e-3;
        return (4 * Difference(Step / 2) - Difference(Step)) / 3;

        double Difference(double step) => (Moved(scores, targets, entry, step)
            - 2 * Moved(scores, targets, entry, 0)
            + Moved(scores, targets, entry, -step)) / (step * step);
    }

    private double Moved(double[] scores, double[] targets, int entry, double step)
    {
        double[] moved = [.. scores];
        moved[entry] += step;
        return At is null ? Loss(moved, targets) : At(scores, targets)(moved);
    }
}
