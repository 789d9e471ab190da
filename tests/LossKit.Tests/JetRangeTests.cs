using System.Numerics;

namespace LossKit.Tests;

/// <summary>
/// Derivatives that are in the range of float are right there, whatever the chain rule multiplies on the way: the same
/// jets in double, whose range nothing here leaves, are the reference.
/// </summary>
public sealed class JetRangeTests
{
    private const double Precision = 4e-6;
    private const int Samples = 20_000;

    /// <summary>Results are compared where they are normal floats, and not about to overflow.</summary>
    private const double Smallest = 2e-38;
    private const double Largest = 1e38;

    public static TheoryData<string> Unary => new()
    {
        "square", "sqrt", "exp", "expm1", "log", "log1p", "softplus", "opposite softplus", "sigmoid",
        "opposite sigmoid", "tanh", "log cosh", "sin pi", "by hand", "inverse", "root of size",
    };

    public static TheoryData<string> Binary => new() { "product", "quotient", "weigh" };

    [Theory, MemberData(nameof(Unary))]
    public void Functions_of_tiny_and_huge_derivatives(string name) => Compare(name);

    [Theory, MemberData(nameof(Binary))]
    public void Products_and_quotients_of_tiny_and_huge_derivatives(string name) => Compare(name);

    [Fact]
    public void Derivatives_as_small_as_the_number_itself()
    {
        // As those of 1 − p with respect to a logit, whose first derivative is p(1 − p).
        foreach (float x in (float[])[1e-27f, 1e-37f, 1e-41f, 1e-44f])
        {
            Numbers<float> root = Of<float>("sqrt", new(x, x, x), default);
            root.First.Should().BeApproximately(root.Value / 2, 1e-6f * root.Value);
            root.Second.Should().BeApproximately(root.Value / 4, 1e-6f * root.Value);
            Of<float>("log", new(x, x, x), default).First.Should().Be(1);
            Of<float>("log", new(x, x, 2 * x), default).Second.Should().Be(1);
            Of<float>("quotient", new(x, x, x), new(x, 0, 0)).First.Should().Be(1);
            Of<float>("quotient", new(x, 0, 0), new(x, x, x)).Should().Be(new Numbers<float>(1, -1, 1));
        }
    }

    [Fact]
    public void Square_roots_propagate_NaN_and_are_flat_at_zero()
    {
        Of<double>("sqrt", new(0, 1, 1), default).Should().Be(new Numbers<double>(0, 0, 0));
        Of<double>("sqrt", new(double.PositiveInfinity, 1, 1), default)
            .Should().Be(new Numbers<double>(double.PositiveInfinity, 0, 0));
        foreach (double x in (double[])[double.NaN, -1])
        {
            Of<double>("sqrt", new(x, 1, 1), default).Should().Be(new Numbers<double>(double.NaN, double.NaN, double.NaN));
        }
    }

    private static void Compare(string name)
    {
        Random random = new(5);
        int compared = 0;
        List<string> wrong = [];
        for (int i = 0; i < Samples; i++)
        {
            Numbers<float> x = Sample(random);
            Numbers<float> y = Sample(random);
            Numbers<float> actual = Of<float>(name, x, y);
            Numbers<double> expected = Of<double>(name, x.ToDouble(), y.ToDouble());
            if (!IsWithinRange(name, x.ToDouble(), y.ToDouble(), expected))
            {
                continue;
            }

            compared += Agrees(actual.First, expected.First, scale => scale.First)
                + Agrees(actual.Second, expected.Second, scale => scale.Second);

            // A quotient out of range takes its derivatives with it.
            int Agrees(float number, double right, Func<Numbers<double>, double> derivative)
            {
                if (!(Math.Abs(right) is > Smallest and < Largest && Math.Abs(expected.Value) < Largest))
                {
                    return 0;
                }

                double error = Math.Abs(number - right);
                if (!(error <= Precision * Math.Abs(right) + 1e-44))
                {
                    // Only now, because it takes far longer than the comparison.
                    double size = derivative(Scale(name, x.ToDouble(), y.ToDouble(), expected));
                    if (size < Largest && !(error <= Precision * size + 1e-44))
                    {
                        wrong.Add($"{name} of {x} and {y} is {actual}, not {expected}");
                    }
                }

                return 1;
            }
        }

        compared.Should().BeGreaterThan(Samples / 10, "otherwise nothing was tried");
        wrong.Take(5).Should().BeEmpty($"{wrong.Count} of {compared} are wrong");
    }

    // Slope and curvature of these have to be floats; those of the others are taken relative to the number.
    private static bool IsWithinRange(
        string name, Numbers<double> x, Numbers<double> y, Numbers<double> expected)
    {
        if (name is "product" or "weigh" or "sqrt" or "root of size" or "log")
        {
            return true;
        }

        if (name is "quotient" or "inverse")
        {
            // What the quotient is multiplied with: the divisor's derivatives.
            Numbers<double> divisor = name == "quotient" ? y : x;
            return Fits(expected.Value)
                && Fits(expected.First)
                && Fits(expected.Value * divisor.First)
                && Fits(expected.Value * divisor.Second)
                && Fits(divisor.First / divisor.Value);
        }

        Numbers<double> at = Of(name, x with { First = 1, Second = 0 }, default);
        return Fits(at.First) && Fits(at.Second) && (!name.EndsWith("sigmoid", StringComparison.Ordinal) || Math.Abs(x.Value) > 0.1);

        static bool Fits(double value) => value == 0 || Math.Abs(value) is > Smallest and < Largest;
    }

    // Of sums whose terms may cancel, by turning their signs: the largest of the terms, about.
    private static Numbers<double> Scale(
        string name, Numbers<double> x, Numbers<double> y, Numbers<double> expected)
    {
        double first = Math.Abs(expected.First);
        double second = Math.Abs(expected.Second);
        foreach (int signs in Enumerable.Range(1, 15))
        {
            Numbers<double> turned = Of<double>(
                name,
                new(x.Value, (signs & 1) == 0 ? x.First : -x.First, (signs & 2) == 0 ? x.Second : -x.Second),
                new(y.Value, (signs & 4) == 0 ? y.First : -y.First, (signs & 8) == 0 ? y.Second : -y.Second));
            first = Math.Max(first, Math.Abs(turned.First));
            second = Math.Max(second, Math.Abs(turned.Second));
        }

        return new(expected.Value, first, second);
    }

    // Half of the derivatives are about as large as the number, the others of any size.
    private static Numbers<float> Sample(Random random)
    {
        float value = Any(random.Next(3) == 0 ? 1 : 38);
        return random.Next(2) == 0
            ? new(value, value * (float)(4 * random.NextDouble() - 2), value * (float)(4 * random.NextDouble() - 2))
            : new(value, Any(38), random.Next(3) == 0 ? 0 : Any(38));

        float Any(double magnitude) =>
            (float)((random.Next(2) == 0 ? 1 : -1) * Math.Pow(10, magnitude * (2 * random.NextDouble() - 1)));
    }

    private static Numbers<T> Of<T>(string name, Numbers<T> x, Numbers<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Numbers<T> once = Of<T, Jet<ScalarLane<T>>>(name, x, y);
        Numbers<T> twice = Of<T, Jet2<ScalarLane<T>>>(name, x, y);
        (once with { Second = twice.Second }).Should().Be(twice, "both jets follow the same rules");
        return twice;
    }

    private static Numbers<T> Of<T, TJet>(string name, Numbers<T> x, Numbers<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TJet : struct, IJet<TJet, ScalarLane<T>>, ILane<TJet>
    {
        TJet result = Apply(name, x.ToJet<TJet>(), y.ToJet<TJet>());
        return new(TJet.Value(result).Number, TJet.First(result).Number, TJet.Second(result).Number);
    }

    private static TJet Apply<TJet>(string name, TJet x, TJet y) where TJet : struct, ILane<TJet> => name switch
    {
        "square" => TJet.Square(x),
        "sqrt" => TJet.Sqrt(x),
        "exp" => TJet.Exp(x),
        "expm1" => TJet.Expm1(x),
        "log" => TJet.Log(x),
        "log1p" => TJet.Log1p(x),
        "softplus" => TJet.Softplus(x),
        "opposite softplus" => TJet.Logistic(x).OppositeSoftplus,
        "sigmoid" => TJet.Sigmoid(x),
        "opposite sigmoid" => TJet.Logistic(x).OppositeSigmoid,
        "tanh" => TJet.Tanh(x),
        "log cosh" => TJet.LogCosh(x),
        "sin pi" => TJet.SinPi(x),
        "by hand" => TJet.Evaluate(default(FlatByHand), x, y),
        "inverse" => 1.0 / x,
        "root of size" => TJet.Sqrt(TJet.Abs(x)),
        "product" => x * y,
        "quotient" => x / y,
        "weigh" => TJet.Weigh(x, y),
        _ => throw new ArgumentException($"No such function: {name}.", nameof(name)),
    };

    /// <summary>A number and its derivatives.</summary>
    private readonly record struct Numbers<T>(T Value, T First, T Second)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Numbers<double> ToDouble() => new(
            double.CreateTruncating(Value), double.CreateTruncating(First), double.CreateTruncating(Second));

        public TJet ToJet<TJet>() where TJet : struct, IJet<TJet, ScalarLane<T>>, ILane<TJet>
        {
            Numbers<double> exact = ToDouble();
            TJet variable = TJet.Variable(default);
            return exact.Value + exact.First * variable + exact.Second * (0.5 * TJet.Square(variable));
        }
    }

    /// <summary>A slope that is tiny beside a curvature that is large.</summary>
    private readonly struct FlatByHand : IExplicitFormula
    {
        public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => new() { Value = prediction, First = 1e-20, Second = 1e30 };
    }
}
