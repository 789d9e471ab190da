using System.Globalization;
using System.Numerics;
using LossKit.Tests.Support;
using Xunit.Abstractions;

namespace LossKit.Tests;

/// <summary>The elementary functions of every width against correctly rounded values.</summary>
public sealed class ElementaryFunctionTests(ITestOutputHelper output)
{
    private const double AllowedUlp = 2;

    // Their terms cancel.
    private const double AllowedUlpOfGammas = 8;

    [Fact]
    public void Scalar_float() => Check<float, ScalarLane<float>>();

    [Fact]
    public void Scalar_double() => Check<double, ScalarLane<double>>();

    [Fact]
    public void Vector_float() => Check<float, VectorLane<float>>();

    [Fact]
    public void Vector_double() => Check<double, VectorLane<double>>();

    [WidthFact(512)]
    public void Vector512_float() => Check<float, Vector512Lane<float>>();

    [WidthFact(512)]
    public void Vector512_double() => Check<double, Vector512Lane<double>>();

    [Fact]
    public void Edges_scalar_float() => CheckEdges<float, ScalarLane<float>>();

    [Fact]
    public void Edges_scalar_double() => CheckEdges<double, ScalarLane<double>>();

    [Fact]
    public void Edges_vector_float() => CheckEdges<float, VectorLane<float>>();

    [Fact]
    public void Edges_vector_double() => CheckEdges<double, VectorLane<double>>();

    [WidthFact(512)]
    public void Edges_vector512_float() => CheckEdges<float, Vector512Lane<float>>();

    [WidthFact(512)]
    public void Edges_vector512_double() => CheckEdges<double, Vector512Lane<double>>();

    private void Check<T, TLane>()
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
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
            (double worst, T at) = (0, T.Zero);
            foreach ((T x, T expected) in function)
            {
                double ulps = Ulps.Between(Evaluate<T, TLane>(function.Key, x), expected);
                if (!(ulps <= worst))
                {
                    (worst, at) = (ulps, x);
                }
            }

            string line = $"{function.Key,-14} {typeof(T).Name} x{TLane.Count}: worst {worst} ulp, at {at:R}";
            output.WriteLine(line);
            bool isGamma = function.Key.EndsWith("gamma", StringComparison.Ordinal);
            if (!(worst <= (isGamma ? AllowedUlpOfGammas : AllowedUlp)))
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
        foreach ((string function, double x, double y) in edges)
        {
            T actual = Evaluate<T, TLane>(function, T.CreateTruncating(x));
            actual.Should().Be(T.CreateTruncating(y), $"{function}({x.ToString(CultureInfo.InvariantCulture)})");
        }

        foreach (string function in edges.Select(edge => edge.Function).Distinct())
        {
            T.IsNaN(Evaluate<T, TLane>(function, T.NaN)).Should().BeTrue($"{function}(NaN)");
        }
    }

    private static T Evaluate<T, TLane>(string function, T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        T[] buffer = new T[TLane.Count];
        Array.Fill(buffer, x);
        TLane lane = TLane.Load(in buffer[0], 0);
        TLane result = function switch
        {
            "exp" => TLane.Exp(lane),
            "expm1" => TLane.Expm1(lane),
            "log" => TLane.Log(lane),
            "log1p" => TLane.Log1p(lane),
            "softplus" => TLane.Softplus(lane),
            "sigmoid" => TLane.Sigmoid(lane),
            "tanh" => TLane.Tanh(lane),
            "log_cosh" => TLane.LogCosh(lane),
            "atan" => Functions.Atan(lane),
            "erf" => Functions.Erf(lane),
            "normal_cdf" => Functions.NormalCdf(lane),
            "log_normal_cdf" => Functions.LogNormalCdf(lane),
            "log_gamma" => Functions.LogGamma(lane),
            "digamma" => Functions.Digamma(lane),
            "trigamma" => Gammas<TLane, T>.Trigamma(lane),
            "tetragamma" => Gammas<TLane, T>.Tetragamma(lane),
            "sin" => Functions.Sin(lane),
            "cos" => Functions.Cos(lane),
            "pow(-1.75)" => TLane.Pow(lane, -1.75),
            "pow(0.3125)" => TLane.Pow(lane, 0.3125),
            "pow(2.5)" => TLane.Pow(lane, 2.5),
            "pow(100.5)" => TLane.Pow(lane, 100.5),
            _ => throw new ArgumentException($"No such function: {function}.", nameof(function)),
        };
        TLane.Store(result, ref buffer[0], 0);
        if (!buffer.All(buffer[0].Equals))
        {
            throw new InvalidOperationException($"{function}({x}) depends on the place in the lane.");
        }

        return buffer[0];
    }

    private static T Parse<T>(string hexadecimal) where T : unmanaged
    {
        ulong bits = ulong.Parse(hexadecimal.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return typeof(T) == typeof(float)
            ? (T)(object)BitConverter.UInt32BitsToSingle((uint)bits)
            : (T)(object)BitConverter.UInt64BitsToDouble(bits);
    }
}
