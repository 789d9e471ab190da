namespace LossKit.Tests.Support;

/// <summary>Losses of one group in double by plain loops, differentiated by central differences of the loss.</summary>
internal sealed record GroupReference(string Name, Func<double[], double[], double> Loss)
{
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
            (At(scores, targets, entry, step) - At(scores, targets, entry, -step)) / (2 * step);
    }

    /// <summary>d² loss / d score² of an entry.</summary>
    public double Curvature(double[] scores, double[] targets, int entry)
    {
        const double Step = 4e-3;
        return (4 * Difference(Step / 2) - Difference(Step)) / 3;

        double Difference(double step) => (At(scores, targets, entry, step)
            - 2 * At(scores, targets, entry, 0)
            + At(scores, targets, entry, -step)) / (step * step);
    }

    private double At(double[] scores, double[] targets, int entry, double step)
    {
        double[] moved = [.. scores];
        moved[entry] += step;
        return Loss(moved, targets);
    }
}
