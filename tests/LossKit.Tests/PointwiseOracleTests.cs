using System.Numerics;
using System.Reflection;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SinglePointwiseOracleTests : PointwiseOracleTests<float>;

public sealed class DoublePointwiseOracleTests : PointwiseOracleTests<double>;

/// <summary>Every pointwise loss and modifier against its definition.</summary>
[Trait("Category", "Formulas")]
public abstract class PointwiseOracleTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Distances at which some loss has a kink, and others, far from all of them.</summary>
    private static readonly double[] s_distances =
    [
        0, 0.01, 0.1, 0.125, 0.2, 0.25, 0.3, 0.375, 0.5, 0.7, 0.75, 0.875, 0.9, 1, 1.125, 1.3998, 1.5, 1.75, 2, 2.5,
        2.875, 3, 3.3625, 4, 4.6851, 5, 6,
    ];

    private static readonly double[] s_tiny = [1e-7, 1e-6, 1e-4, 1e-3, 0.05];

    private static readonly double[] s_gross = [15, 30, 62, 100, 1e4, 1e7, 1e10, 1e20, 9.96921e36];

    private static readonly double[] s_targets = [-2, -1, 0, 0.3, 0.75, 1, 1.2345, 3];

    private static readonly T s_small = T.CreateTruncating(1e-9);

    private static double Relative => typeof(T) == typeof(float) ? 1e-5 : 1e-12;

    /// <summary>What is lost where terms cancel, relative to the largest of them.</summary>
    private static double Cancelled => typeof(T) == typeof(float) ? 2e-6 : 4e-15;

    public static TheoryData<string> Losses => PointwiseOracle.Names;

    [Theory, MemberData(nameof(Losses))]
    public void Losses_and_derivatives_are_those_of_the_definition(string name)
    {
        KnownLoss known = PointwiseOracle.Get(name);
        (T[] predictions, T[] targets) = Points(known);
        predictions.Length.Should().BeGreaterThan(30);
        ShouldFitDefinition(known, predictions, targets, IsClose);
        double sum = Definition(known, predictions, targets).Sum(result => result.Loss);
        double size = Definition(known, predictions, targets).Sum(result => Math.Abs(result.Loss));
        known.Loss<T>().Value(predictions, targets).Sum.Should().BeApproximately(sum, Relative * size, name);
    }

    /// <summary>Where squares overflow, exponentials vanish and terms would cancel.</summary>
    [Theory, MemberData(nameof(Losses))]
    public void Tiny_and_gross_errors_keep_their_relative_precision(string name)
    {
        KnownLoss known = PointwiseOracle.Get(name);
        if (name.Contains("eriodic", StringComparison.Ordinal))
        {
            // The phase of a gross error is what rounding made of it.
            return;
        }

        LossFacts facts = known.Loss<T>().Facts;
        double[] targets = known.Targets switch
        {
            TargetKind.Sign => [-1, 1],
            TargetKind.Probability => [0, 1],
            _ => [0],
        };
        (double P, double T)[] points =
        [
            .. from target in targets.Where(facts.Targets.Contains)
               from size in s_tiny.Concat(s_gross).Select(size => Samples.ToDouble(T.CreateTruncating(size)))
               from p in new[] { -size, size }
               where facts.Predictions.Contains(p)
               let expected = known.Reference(p, target)
               where !double.IsNaN(expected.Loss + expected.First + expected.Second)

               // Where the loss itself is out of range, its derivatives may be, too.
               where T.IsFinite(T.CreateTruncating(expected.Loss)) || double.IsInfinity(expected.Loss)
               select (p, target),
        ];
        ShouldFitDefinition(
            known,
            [.. points.Select(point => T.CreateTruncating(point.P))],
            [.. points.Select(point => T.CreateTruncating(point.T))],
            IsRelativelyClose);
    }

    private static void ShouldFitDefinition(
        KnownLoss known, T[] predictions, T[] targets, Func<PointResult, PointResult, double, bool> isClose)
    {
        PointwiseLoss<T> loss = known.Loss<T>();
        Results[] runs = [Results.Of(loss, predictions, targets), .. Width.Others.Select(
            width => Results.Of(loss, predictions, targets, width))];
        List<string> wrong = [];
        for (int i = 0; i < predictions.Length; i++)
        {
            PointLoss<T> at = loss.At(predictions[i], targets[i]);
            double p = Samples.ToDouble(predictions[i]);
            double t = Samples.ToDouble(targets[i]);
            PointResult[] expected = [.. Rounded(p, t).Select(rounded => known.Reference(rounded, t))];
            double size = Math.Max(1, Math.Max(Math.Abs(p), Math.Abs(t)));
            Compare("At", at.Loss, at.Derivative, at.SecondDerivative);
            foreach (Results run in runs)
            {
                Compare(run.Name, run.Losses[i], run.Slopes[i], run.Curvatures[i]);
                if (!run.Gradient[i].Equals(run.Slopes[i]))
                {
                    Compare($"{run.Name}, gradient alone,", run.Losses[i], run.Gradient[i], run.Curvatures[i]);
                }
            }

            void Compare(string by, T value, T first, T second)
            {
                PointResult actual = new(Samples.ToDouble(value), Samples.ToDouble(first), Samples.ToDouble(second));
                if (!expected.Any(result => isClose(actual, result, size)))
                {
                    wrong.Add($"by {by} at {p:R} for {t:R}: {actual} instead of {expected[0]}");
                }
            }
        }

        wrong.Take(3).Should().BeEmpty($"{known.Name} has a definition, and {wrong.Count} numbers are not its");
    }

    /// <summary>
    /// The prediction; off the grid that every precision has, also its neighbours, because rounding may move a kink.
    /// </summary>
    private static double[] Rounded(double p, double t)
    {
        double step = 4 * Math.Max(1, Math.Max(Math.Abs(p), Math.Abs(t)))
            * (typeof(T) == typeof(float) ? float.Pow(2, -24) : double.Pow(2, -53));
        return IsOnGrid(p) && IsOnGrid(t) ? [p] : [p, p - step, p + step];
    }

    private static IEnumerable<PointResult> Definition(KnownLoss known, T[] predictions, T[] targets) =>
        predictions.Zip(targets, (p, t) => known.Reference(Samples.ToDouble(p), Samples.ToDouble(t)));

    /// <summary>Predictions and targets in and around the kinks, and others far away.</summary>
    private static (T[] Predictions, T[] Targets) Points(KnownLoss known)
    {
        LossFacts facts = known.Loss<T>().Facts;
        double[] targets = known.Targets switch
        {
            TargetKind.Sign => [-1, 1],
            TargetKind.Probability => [0, 0.3, 0.75, 1],
            _ => [.. s_targets.Where(facts.Targets.Contains)],
        };
        (T P, T T)[] points =
        [
            .. from target in targets
               let t = T.CreateTruncating(target)
               from distance in s_distances.SelectMany(distance => new[] { -distance, distance })
               from place in new[] { T.CreateTruncating(distance), t + T.CreateTruncating(distance) }
               from p in Neighbours(place)
               where facts.Predictions.Contains(Samples.ToDouble(p))
               select (p, t),
        ];
        points = [.. points.Distinct()];
        return ([.. points.Select(point => point.P)], [.. points.Select(point => point.T)]);
    }

    private static T[] Neighbours(T place) => place == T.Zero
        ? [-s_small, place, s_small]
        : [T.BitDecrement(place), place, T.BitIncrement(place)];

    private static bool IsOnGrid(double x) => x * 8 == Math.Round(x * 8);

    private static bool IsClose(PointResult actual, PointResult expected, double size)
    {
        double largest = Math.Max(
            Math.Max(size, Finite(expected.Loss)), Math.Max(Finite(expected.First), Finite(expected.Second)));
        return IsSameOr(IsNear, actual.Loss, expected.Loss)
            && IsSameOr(IsNear, actual.First, expected.First)
            && IsSameOr(IsNear, actual.Second, expected.Second);

        bool IsNear(double x, double y) => Math.Abs(x - y) <= Relative * Math.Abs(y) + Cancelled * largest;

        static double Finite(double x) => double.IsFinite(x) ? Math.Abs(x) : 0;
    }

    private static bool IsRelativelyClose(PointResult actual, PointResult expected, double size)
    {
        // What the precision cannot tell from 0 or from ∞ may be either. A derivative that vanishes at 0, but as the
        // difference of two sides, is what those leave of it.
        double least = typeof(T) == typeof(float) ? 1.2e-38 : 2.3e-308;
        double greatest = typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue;
        double left = size > s_gross[0] - 1 ? least : Cancelled;
        return IsSameOr(RelativeTo(least), actual.Loss, expected.Loss)
            && IsSameOr(RelativeTo(left), actual.First, expected.First)
            && IsSameOr(RelativeTo(left), actual.Second, expected.Second);

        Func<double, double, bool> RelativeTo(double absolute) => (x, y) =>
            Math.Abs(x - y) <= Relative * Math.Abs(y) + absolute
            || (Math.Abs(y) > (1 - Relative) * greatest && Math.Abs(x) >= (1 - Relative) * greatest && x * y > 0);
    }

    private static bool IsSameOr(Func<double, double, bool> isClose, double actual, double expected) =>
        actual == expected || (double.IsNaN(actual) && double.IsNaN(expected)) || isClose(actual, expected);

    /// <summary>What a batch gives: the losses, the gradient by itself, and both derivatives together.</summary>
    private sealed record Results(string Name, T[] Losses, T[] Gradient, T[] Slopes, T[] Curvatures)
    {
        /// <summary>As everybody gets it.</summary>
        public static Results Of(PointwiseLoss<T> loss, T[] predictions, T[] targets)
        {
            Results results = Empty("a batch", predictions.Length);
            loss.PerExample(predictions, targets, results.Losses);
            loss.ValueAndGradient(predictions, targets, results.Gradient, reduction: Reduction.Sum);
            loss.ValueGradientAndHessian(
                predictions, targets, results.Slopes, results.Curvatures, reduction: Reduction.Sum);
            return results;
        }

        /// <summary>
        /// On lanes of some width, which need not be this machine's best; with weights, as other tests.
        /// </summary>
        public static Results Of(PointwiseLoss<T> loss, T[] predictions, T[] targets, LaneWidth width)
        {
            Results results = Empty($"lanes of {width}", predictions.Length);
            Batch<T> batch = new()
            {
                Predictions = predictions,
                Targets = targets,
                Weights = Enumerable.Repeat(T.One, predictions.Length).ToArray(),
                Losses = results.Losses,
                Gradient = results.Slopes,
                Hessian = results.Curvatures,
                Scale = T.One,
            };
            loss.Kernel.Run(batch, DerivativeOrder.Hessian, width);
            results.Slopes.CopyTo(results.Gradient);
            return results;
        }

        private static Results Empty(string name, int length) =>
            new(name, new T[length], new T[length], new T[length], new T[length]);
    }
}

/// <summary>The definitions themselves, and that none is missing.</summary>
public sealed class PointwiseReferenceTests
{
    private const string Table = "tests/LossKit.Tests/Support/PointwiseOracle.cs";

    /// <summary>None of these is near to a kink.</summary>
    private static readonly double[] s_predictions =
        [-5.83, -3.17, -1.62, -0.447, 0.0733, 0.357, 0.641, 0.8613, 1.567, 2.393, 5.317];

    public static TheoryData<string> Losses => PointwiseOracle.Names;

    [Theory, MemberData(nameof(Losses))]
    public void The_derivatives_of_a_definition_are_those_of_its_value(string name)
    {
        KnownLoss known = PointwiseOracle.Get(name);
        LossFacts facts = known.Loss<double>().Facts;
        double[] targets = known.Targets switch
        {
            TargetKind.Sign => [-1, 1],
            TargetKind.Probability => [0, 0.3, 1],
            _ => [.. new[] { -1.37, 0.52, 2.71 }.Where(facts.Targets.Contains)],
        };
        if (name.Contains("AsymmetricMultilabel(2, 3, 0.125, True)", StringComparison.Ordinal))
        {
            // Its weights are constants when differentiating.
            return;
        }

        bool hasFloor = facts.Curvature == Curvature.NotNegative && name.Contains("loor", StringComparison.Ordinal);
        foreach (double t in targets)
        {
            foreach (double p in s_predictions.Where(facts.Predictions.Contains))
            {
                PointResult at = known.Reference(p, t);
                string where = $"{name} at {p} for {t}";
                double size = 1 + Math.Abs(at.Loss) + Math.Abs(at.First) + Math.Abs(at.Second);
                Difference(x => known.Reference(x, t).Loss, p).Should().BeApproximately(at.First, 1e-6 * size, where);
                if (!hasFloor)
                {
                    Difference(x => known.Reference(x, t).First, p)
                        .Should().BeApproximately(at.Second, 1e-6 * size, where);
                }
            }
        }
    }

    [Fact]
    public void Every_instance_of_the_catalogue_has_a_definition()
    {
        LossCatalogue.All.Select(instance => instance.Name).Except(PointwiseOracle.NamesOfCatalogue).Should().BeEmpty(
            $"each needs its definition in {Table}, s_ofCatalogue, by its name in LossCatalogue");
        PointwiseOracle.NamesOfCatalogue.Except(LossCatalogue.All.Select(instance => instance.Name)).Should().BeEmpty(
            $"a definition in {Table}, s_ofCatalogue, must belong to an instance of LossCatalogue");
    }

    [Fact]
    public void Every_factory_has_a_definition()
    {
        PointwiseOracle.Factories.Should().HaveCountGreaterThan(40);
        foreach (MethodInfo factory in PointwiseOracle.Factories)
        {
            ParameterInfo[] parameters = factory.GetParameters();
            object[][] calls = [.. PointwiseOracle.FactoryCalls
                .Where(call => call.Factory == factory.Name).Select(call => call.Arguments)];
            calls.Should().NotBeEmpty(
                $"Loss.{factory.Name} needs its definition in tests/LossKit.Tests/Support/PointwiseReference.cs and "
                + $"calls with it in {Table}, FactoryCalls");
            calls.Should().Contain(
                arguments => arguments.Length == parameters.Length
                    && parameters.Zip(arguments).All(pair => !pair.Second.Equals(pair.First.DefaultValue)),
                $"{Table}, FactoryCalls, needs a call of Loss.{factory.Name} with all parameters, none at its default");
            calls.Should().Contain(
                arguments => arguments.Length == parameters.Count(parameter => !parameter.HasDefaultValue),
                $"{Table}, FactoryCalls, needs a call of Loss.{factory.Name} with its defaults");
        }
    }

    [Fact]
    public void Every_modifier_has_a_definition()
    {
        PointwiseOracle.Modifiers.Select(method => method.Name)
            .Except(PointwiseOracle.ModifierCalls.Select(call => call.Modifier)).Should().BeEmpty(
                "each needs its definition in tests/LossKit.Tests/Support/PointwiseReference.cs and "
                + $"applications with it in {Table}, ModifierCalls");
        PointwiseOracle.ModifierCalls.Should().OnlyContain(
            call => call.Loss.Name.Contains($".{call.Modifier}(", StringComparison.Ordinal));
    }

    /// <summary>
    /// A central difference of the fourth order, in steps that are small beside the distance from a pole at 0.
    /// </summary>
    private static double Difference(Func<double, double> f, double x)
    {
        double step = 1e-3 * Math.Min(1, 4 * Math.Abs(x));
        return (8 * (f(x + step) - f(x - step)) - (f(x + 2 * step) - f(x - 2 * step))) / (12 * step);
    }
}
