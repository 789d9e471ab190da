using System.Globalization;
using System.Numerics;
using LossKit.Tests.Support;
using Xunit.Abstractions;

namespace LossKit.Tests;

/// <summary>The elementary functions of every width against correctly rounded values.</summary>
[Trait("Category", "Kernels")]
public sealed class ElementaryFunctionTests(ITestOutputHelper output)
{
    private const double AllowedUlp = 2;

    // Their terms cancel.
    private const double AllowedUlpOfGammas = 8;

    // Nobody's but the curvature of ψ; 10 where products are rounded before they are added.
    private const double AllowedUlpOfTetragamma = 12;

    [Fact]
    public void Scalar_float() => Check<float, ScalarLane<float>>();

    [Fact]
    public void Scalar_double() => Check<double, ScalarLane<double>>();

    [WidthFact(128)]
    public void Vector_float() => Check<float, VectorLane<float>>();

    [WidthFact(128)]
    public void Vector_double() => Check<double, VectorLane<double>>();

    [WidthFact(512)]
    public void Vector512_float() => Check<float, Vector512Lane<float>>();

    [WidthFact(512)]
    public void Vector512_double() => Check<double, Vector512Lane<double>>();

    private void Check<T, TLane>()
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        CheckEdges<T, TLane>();
        string file = typeof(T) == typeof(float) ? "elementary-float.csv" : "elementary-double.csv";
        var cases = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "cases", file))
            .Skip(1)
            .Select(line => line.Split(','))
            .GroupBy(fields => fields[0], fields => (X: Parse<T>(fields[1]), Y: Parse<T>(fields[2])))
            .ToList();
        cases.Should().HaveCount(22);
        List<string> wrong = [];
        foreach (var function in cases)
        {
            function.Should().HaveCountGreaterThanOrEqualTo(1000);
            T[] arguments = [.. function.Select(one => one.X)];
            T[] actual = Evaluate<T, TLane>(function.Key, arguments);
            (double worst, T at) = (0, T.Zero);
            foreach ((T x, double ulps) in arguments.Zip(function.Select((one, k) => Ulps.Between(actual[k], one.Y))))
            {
                if (!(ulps <= worst))
                {
                    (worst, at) = (ulps, x);
                }
            }

            string line = $"{function.Key,-14} {typeof(T).Name} x{TLane.Count}: worst {worst} ulp, at {at:R}";
            output.WriteLine(line);
            double allowed = function.Key switch
            {
                "log_gamma" or "digamma" or "trigamma" => AllowedUlpOfGammas,
                "tetragamma" => AllowedUlpOfTetragamma,
                _ => AllowedUlp,
            };
            if (!(worst <= allowed))
            {
                wrong.Add(line);
            }
        }

        wrong.Should().BeEmpty();
    }

    private static void CheckEdges<T, TLane>()
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        (string Function, double X, double Y)[] edges =
        [
            ("exp", double.NegativeInfinity, 0), ("exp", double.PositiveInfinity, double.PositiveInfinity),
            ("exp", 1e30, double.PositiveInfinity), ("exp", -1e30, 0), ("exp", 0, 1),
            ("expm1", double.NegativeInfinity, -1), ("expm1", double.PositiveInfinity, double.PositiveInfinity),
            ("expm1", -1e30, -1), ("expm1", 0, 0),
            ("log", 0, double.NegativeInfinity), ("log", -1, double.NaN), ("log", 1, 0),
            ("log", double.PositiveInfinity, double.PositiveInfinity), ("log", double.NegativeInfinity, double.NaN),
            ("log1p", -1, double.NegativeInfinity), ("log1p", -2, double.NaN), ("log1p", 0, 0),
            ("log1p", double.PositiveInfinity, double.PositiveInfinity),
            ("softplus", double.NegativeInfinity, 0), ("softplus", double.PositiveInfinity, double.PositiveInfinity),
            ("softplus", 1e30, 1e30), ("softplus", -1e30, 0),
            ("sigmoid", double.NegativeInfinity, 0), ("sigmoid", double.PositiveInfinity, 1), ("sigmoid", 0, 0.5),
            ("tanh", double.NegativeInfinity, -1), ("tanh", double.PositiveInfinity, 1), ("tanh", 0, 0),
            ("log_cosh", double.NegativeInfinity, double.PositiveInfinity), ("log_cosh", 1e30, 1e30),
            ("log_cosh", double.PositiveInfinity, double.PositiveInfinity), ("log_cosh", 0, 0),
            ("atan", double.PositiveInfinity, Math.PI / 2), ("atan", double.NegativeInfinity, -Math.PI / 2),
            ("atan", 0, 0), ("atan", 1e30, Math.PI / 2), ("atan", -0.0, -0.0),
            ("erf", double.PositiveInfinity, 1), ("erf", double.NegativeInfinity, -1), ("erf", 0, 0), ("erf", -0.0, -0.0),
            ("erf", 1e30, 1),
            ("normal_cdf", double.PositiveInfinity, 1), ("normal_cdf", double.NegativeInfinity, 0),
            ("normal_cdf", 0, 0.5), ("normal_cdf", 1e30, 1), ("normal_cdf", -1e30, 0),
            ("log_normal_cdf", double.PositiveInfinity, 0),
            ("log_normal_cdf", double.NegativeInfinity, double.NegativeInfinity),
            ("log_normal_cdf", 0, -0.6931471805599453),
            ("log_gamma", 0, double.PositiveInfinity), ("log_gamma", 1, 0), ("log_gamma", 2, 0),
            ("log_gamma", double.PositiveInfinity, double.PositiveInfinity), ("log_gamma", -0.5, double.NaN),
            ("log_gamma", double.NegativeInfinity, double.NaN),
            ("digamma", 0, double.NegativeInfinity), ("digamma", -0.5, double.NaN),
            ("digamma", double.PositiveInfinity, double.PositiveInfinity),
            ("digamma", double.NegativeInfinity, double.NaN),
            ("sin", 0, 0), ("sin", -0.0, -0.0), ("sin", double.PositiveInfinity, double.NaN),
            ("cos", 0, 1), ("cos", double.NegativeInfinity, double.NaN),
            ("pow(2.5)", 0, 0), ("pow(2.5)", 1, 1), ("pow(2.5)", double.PositiveInfinity, double.PositiveInfinity),
            ("pow(2.5)", -1, double.NaN), ("pow(-1.75)", 0, double.PositiveInfinity), ("pow(2.5)", 4, 32),
            ("pow(-1.75)", double.PositiveInfinity, 0), ("pow(-1.75)", 1, 1), ("pow(100.5)", 1e30, double.PositiveInfinity),
        ];
        foreach (var function in edges.GroupBy(edge => edge.Function))
        {
            T[] arguments = [.. function.Select(edge => T.CreateTruncating(edge.X)), T.NaN];
            T[] expected = [.. function.Select(edge => T.CreateTruncating(edge.Y)), T.NaN];
            Evaluate<T, TLane>(function.Key, arguments).Should().Equal(expected, $"{function.Key} of {{0}}", arguments);
        }
    }

    /// <summary>A function of all arguments, each of which is evaluated in two places of a lane.</summary>
    private static T[] Evaluate<T, TLane>(string function, T[] arguments)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        Func<TLane, TLane> evaluate = function switch
        {
            "exp" => TLane.Exp,
            "expm1" => TLane.Expm1,
            "log" => TLane.Log,
            "log1p" => TLane.Log1p,
            "softplus" => TLane.Softplus,
            "sigmoid" => TLane.Sigmoid,
            "tanh" => TLane.Tanh,
            "log_cosh" => TLane.LogCosh,
            "atan" => Functions.Atan,
            "erf" => Functions.Erf,
            "normal_cdf" => Functions.NormalCdf,
            "log_normal_cdf" => Functions.LogNormalCdf,
            "log_gamma" => Functions.LogGamma,
            "digamma" => Functions.Digamma,
            "trigamma" => Gammas<TLane, T>.Trigamma,
            "tetragamma" => Gammas<TLane, T>.Tetragamma,
            "sin" => Functions.Sin,
            "cos" => Functions.Cos,
            "pow(-1.75)" => x => TLane.Pow(x, -1.75),
            "pow(0.3125)" => x => TLane.Pow(x, 0.3125),
            "pow(2.5)" => x => TLane.Pow(x, 2.5),
            "pow(100.5)" => x => TLane.Pow(x, 100.5),
            _ => throw new ArgumentException($"No such function: {function}.", nameof(function)),
        };
        T[] results = [.. arguments, .. new T[TLane.Count]];
        T[] moved = [T.One, .. results];
        foreach (T[] numbers in (T[][])[results, moved])
        {
            for (int i = 0; i + TLane.Count <= numbers.Length; i += TLane.Count)
            {
                TLane.Store(evaluate(TLane.Load(in numbers[0], (nuint)i)), ref numbers[0], (nuint)i);
            }
        }

        results.AsSpan(0, arguments.Length).SequenceEqual(moved.AsSpan(1, arguments.Length))
            .Should().BeTrue($"{function} does not depend on the place in the lane");
        return results[..arguments.Length];
    }

    private static T Parse<T>(string hexadecimal) where T : unmanaged
    {
        ulong bits = ulong.Parse(hexadecimal.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return typeof(T) == typeof(float)
            ? (T)(object)BitConverter.UInt32BitsToSingle((uint)bits)
            : (T)(object)BitConverter.UInt64BitsToDouble(bits);
    }
}
