using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>Seeded batches that suit a loss.</summary>
internal static class Samples
{
    /// <summary>Predictions and targets of the loss' domains.</summary>
    public static (T[] Predictions, T[] Targets, T[] Weights) Batch<T>(LossInstance instance, int length, int seed = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Batch<T>(
            instance.Targets,
            DomainShape.Of(instance.Loss<T>().Facts.Predictions),
            DomainShape.Of(instance.Loss<T>().Facts.Targets),
            length,
            seed);

    public static (T[] Predictions, T[] Targets, T[] Weights) Batch<T>(TargetKind kind, int length, int seed = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Batch<T>(kind, DomainShape.Of(Domain.Reals), DomainShape.Of(Domain.Reals), length, seed);

    /// <summary>A few ordinary targets, and those bounds of the domain that belong to it.</summary>
    public static double[] SomeTargets(LossInstance instance) => SomeTargets(instance.Targets, Facts(instance).Targets);

    /// <inheritdoc cref="SomeTargets(LossInstance)"/>
    public static double[] SomeTargets(TargetKind kind, Domain domain)
    {
        DomainShape shape = DomainShape.Of(domain);
        return (shape.IsReals ? kind : TargetKind.Value) switch
        {
            TargetKind.Sign => [-1, 1],
            TargetKind.Probability => [0, 0.3, 1],
            _ when shape.IsReals => [-2, 0, 1.2345],
            _ when shape.IsSigns => [-1, 1],
            _ when shape.IsBounded => [.. shape.Bounds, shape.Lower + 0.3 * (shape.Upper - shape.Lower)],
            _ => [.. shape.Bounds, shape.Lower + 0.3, shape.Lower + 1, shape.Lower + 4.2345],
        };
    }

    /// <summary>A formula and those it is made of.</summary>
    public static IEnumerable<Type> Parts(Type formula) =>
        formula.GetGenericArguments().SelectMany(Parts).Append(formula);

    public static LossFacts Facts(LossInstance instance) => instance.Loss<double>().Facts;

    /// <summary>A tolerance of a few units in the last place of <typeparamref name="T"/>.</summary>
    public static double Close<T>() => typeof(T) == typeof(float) ? 4e-6 : 1e-14;

    public static double ToDouble<T>(T value) where T : INumberBase<T> => double.CreateTruncating(value);

    private static (T[] Predictions, T[] Targets, T[] Weights) Batch<T>(
        TargetKind kind, DomainShape ofPredictions, DomainShape ofTargets, int length, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        T[] predictions = new T[length];
        T[] targets = new T[length];
        T[] weights = new T[length];
        TargetKind known = ofTargets.IsSigns ? TargetKind.Sign : ofTargets.IsUnit ? TargetKind.Probability : kind;
        for (int i = 0; i < length; i++)
        {
            predictions[i] = T.CreateTruncating(ofPredictions.Inside(random.NextDouble() * 12 - 6));
            targets[i] = T.CreateTruncating((ofTargets.IsReals ? kind : known) switch
            {
                TargetKind.Sign => random.Next(2) * 2 - 1,
                TargetKind.Probability => random.Next(3) switch { 0 => 0, 1 => 1, _ => random.NextDouble() },
                _ => RandomTarget(ofTargets, random),
            });
            weights[i] = T.CreateTruncating(random.Next(4) == 0 ? 0 : random.NextDouble() * 3);
        }

        return (predictions, targets, weights);
    }

    /// <summary>Now and then a bound of the domain, as the counts of 0 that real data have.</summary>
    private static double RandomTarget(DomainShape shape, Random random) =>
        shape.Bounds is [double bound, ..] && random.Next(4) == 0 ? bound : shape.Inside(random.NextDouble() * 12 - 6);
}

/// <summary>What a <see cref="Domain"/> is like, found by asking it: test data can be made for any.</summary>
/// <param name="Lower">The lower bound, −∞ if there is none.</param>
/// <param name="Upper">The upper bound, ∞ if there is none.</param>
/// <param name="IsSigns">Whether it is −1 and +1.</param>
/// <param name="Bounds">The finite bounds that belong to it.</param>
internal sealed record DomainShape(double Lower, double Upper, bool IsSigns, double[] Bounds)
{
    private const double Far = 1e9;

    public bool IsReals => double.IsInfinity(Lower) && double.IsInfinity(Upper);

    public bool IsBounded => double.IsFinite(Lower) && double.IsFinite(Upper);

    public bool IsUnit => !IsSigns && Lower == 0 && Upper == 1;

    public static DomainShape Of(Domain domain)
    {
        if (!domain.Contains(0) && !domain.Contains(0.5) && domain.Contains(-1) && domain.Contains(1))
        {
            return new(-1, 1, true, [-1, 1]);
        }

        double inside = new double[] { 0.5, 0, 1, 10, 1e4, -0.5, -10, -1e4 }.First(domain.Contains);
        double lower = domain.Contains(-Far) ? double.NegativeInfinity : Edge(domain, inside, -Far);
        double upper = domain.Contains(Far) ? double.PositiveInfinity : Edge(domain, inside, Far);
        return new(lower, upper, false, [.. new[] { lower, upper }.Where(domain.Contains)]);
    }

    /// <summary>A number well inside for any number of [−6, 6]: itself where the domain is the reals.</summary>
    public double Inside(double raw) => (double.IsFinite(Lower), double.IsFinite(Upper)) switch
    {
        _ when IsSigns => raw < 0 ? -1 : 1,
        (true, true) => Lower + (Upper - Lower) / (1 + Math.Exp(-raw)),
        (true, false) when Bounds.Length > 0 => Lower + Math.Abs(raw),
        (true, false) => Lower + Math.Exp(raw / 3),
        (false, true) => Upper - Math.Exp(raw / 3),
        _ => raw,
    };

    private static double Edge(Domain domain, double inside, double outside)
    {
        while (Math.Abs(outside - inside) > 1e-12)
        {
            double middle = inside + (outside - inside) / 2;
            if (middle == inside || middle == outside)
            {
                break;
            }

            (inside, outside) = domain.Contains(middle) ? (middle, outside) : (inside, middle);
        }

        return Math.Round(inside, 9);
    }
}
