using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Derivatives against finite differences, and the checker itself.</summary>
public sealed class GradientTests
{
    public static TheoryData<string> Losses => LossCatalogue.Names;

    [Theory, MemberData(nameof(Losses))]
    public void Every_loss_has_the_derivatives_of_its_values(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        DomainShape shape = DomainShape.Of(Samples.Facts(instance).Predictions);
        (double from, double to) = shape.IsReals ? (-6, 6.1)
            : shape.IsBounded ? (shape.Inside(-4), shape.Inside(4))
            : (shape.Lower + 0.1, shape.Lower + 6.1);
        GradientReport report = GradientChecker.Check(
            instance.Loss<double>(), from, to, Samples.SomeTargets(instance));
        report.IsConsistent.Should().BeTrue(report.ToString());
    }

    [Fact]
    public void A_floor_of_the_second_derivative_is_no_error_but_too_little_is()
    {
        PointwiseLoss<double> floored = Loss.Cauchy<double>().HessianFloor(0.5);
        foreach (PointwiseLoss<double> loss in new[]
        {
            floored, floored.Scaled(2), floored.Asymmetric(1, 4), floored.Plus(Loss.SquaredError<double>()),
            Loss.Hinge<double>().HessianFloor(0.5).ClassWeighted(1, 0), floored.InUnits(2),
        })
        {
            loss.Facts.IsHessianExact.Should().BeFalse();
            GradientReport report = GradientChecker.Check(loss, -3, 3, [1]);
            report.IsConsistent.Should().BeTrue($"{loss}: {report}");
        }

        Loss.Cauchy<double>().Facts.IsHessianExact.Should().BeTrue();
        GradientChecker.Check(Loss.FromFormula<double, Flat>(default), -3, 3, [1]).Mismatches
            .Should().NotBeEmpty().And.OnlyContain(wrong => wrong.Order == 2);
    }

    [Fact]
    public void Kinks_are_found_where_they_are()
    {
        GradientChecker.Check(Loss.AbsoluteError<double>(), -3, 3, [0.25]).Kinks.Should().ContainSingle()
            .Which.Should().Match<Kink>(kink =>
                Math.Abs(kink.Prediction - 0.25) < 1e-9 && kink.Order == 1 && kink.Below == -1 && kink.Above == 1);
        GradientChecker.Check(Loss.Hinge<double>(), -3, 3, [1]).Kinks.Should().ContainSingle()
            .Which.Should().Match<Kink>(kink =>
                Math.Abs(kink.Prediction - 1) < 1e-9 && kink.Order == 1 && kink.Below == -1 && kink.Above == 0);
        GradientChecker.Check(Loss.Huber<double>(0.7), -3, 3, [0]).Kinks
            .Select(kink => (Math.Round(kink.Prediction, 9), kink.Order, kink.Below, kink.Above))
            .Should().Equal((-0.7, 2, 0, 1), (0.7, 2, 1, 0));
        GradientChecker.Check(Loss.SquaredError<double>(), -3, 3, [0, 1]).Kinks.Should().BeEmpty();
    }

    [Fact]
    public void A_formula_that_hides_its_slope_is_found()
    {
        GradientReport report = GradientChecker.Check(Loss.FromFormula<double, Misleading>(default), -2, 2, [0]);
        report.IsConsistent.Should().BeFalse();
        report.Mismatches.Should().OnlyContain(wrong => wrong.Prediction > 0);
        report.ToString().Should().Contain("mismatches").And.Contain("finite difference");
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        PointwiseLoss<double> loss = Loss.SquaredError<double>();
        ((Action)(() => GradientChecker.Check(null!, 0, 1, [0]))).Should().Throw<ArgumentNullException>();
        ((Action)(() => GradientChecker.Check(loss, 1, 1, [0]))).Should().Throw<ArgumentException>();
        ((Action)(() => GradientChecker.Check(loss, double.NaN, 1, [0]))).Should().Throw<ArgumentException>();
        ((Action)(() => GradientChecker.Check(loss, 0, 1, []))).Should().Throw<ArgumentException>();
        ((Action)(() => GradientChecker.Check(loss, 0, 1, [0], points: 1))).Should().Throw<ArgumentException>();
        ((Action)(() => GradientChecker.Check(loss, 0, 1, [0], tolerance: double.NaN))).Should()
            .Throw<ArgumentException>();
    }

    /// <summary>x² with a second derivative of 0, which it says may be too large.</summary>
    private readonly struct Flat : IPointwiseFormula, IExplicitFormula
    {
        public LossFacts Facts => LossFacts.Unknown with { IsHessianExact = false };

        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Evaluate(this, prediction, target);

        public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> =>
            new() { Value = TLane.Square(prediction), First = 2.0 * prediction, Second = 0.0 };
    }

    /// <summary>x² for x &gt; 0, by a root whose derivative is that of a kink: Sqrt(x⁴) taken of a clamped x.</summary>
    private readonly struct Misleading : IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
        {
            // A constant in the guise of a branch: equal in value, but without the slope.
            TLane frozen = TLane.SelectGreater(prediction, target, Value(prediction), prediction);
            return TLane.Square(frozen);
        }

        // Rounds x·2⁵²: as a sum of constants beyond the fraction bits, it keeps the value and loses the slope.
        private static TLane Value<TLane>(TLane x) where TLane : struct, ILane<TLane>
        {
            TLane result = 0.0;
            TLane rest = x;
            for (double bit = 2; bit > 1e-9; bit /= 2)
            {
                result += TLane.SelectGreater(rest, bit, bit, 0.0);
                rest -= TLane.SelectGreater(rest, bit, bit, 0.0);
            }

            return result;
        }
    }
}
