using System.Globalization;
using System.Numerics;

namespace LossKit.Gpu.Tests;

/// <summary>The elementary functions as devices have them, against correctly rounded values: at most 4 ulp.</summary>
public sealed class ElementaryTests
{
    private const double AllowedUlp = 4;

    [Fact]
    public void Functions_in_float_are_within_4_ulp() => Check<float, DeviceLane<float, SingleArithmetic>>();

    [Fact]
    public void Functions_in_double_are_within_4_ulp() => Check<double, DeviceLane<double, DoubleArithmetic>>();

    private static void Check<T, TLane>()
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        string file = typeof(T) == typeof(float) ? "elementary-float.csv" : "elementary-double.csv";
        int checkedCases = 0;
        foreach (string[] fields in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "cases", file))
            .Skip(1).Select(line => line.Split(',')))
        {
            if (FunctionOf<TLane>(fields[0]) is { } function)
            {
                T x = Parse<T>(fields[1]);
                double actual = TLane.Sum(function(Of<T, TLane>(x)));
                double ulps = Ulps.Between(T.CreateTruncating(actual), Parse<T>(fields[2]));
                ulps.Should().BeLessThanOrEqualTo(AllowedUlp, $"{fields[0]} of {x}");
                checkedCases++;
            }
        }

        checkedCases.Should().BeGreaterThan(10_000);
    }

    private static Func<TLane, TLane>? FunctionOf<TLane>(string name) where TLane : struct, ILane<TLane> => name switch
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
        "sin" => Functions.Sin,
        "cos" => Functions.Cos,
        "pow(2.5)" => x => TLane.Pow(x, 2.5),
        _ => null,
    };

    // A double holds any float; its conversion to the lane rounds nothing.
    private static TLane Of<T, TLane>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane> => double.CreateTruncating(x);

    private static T Parse<T>(string hexadecimal) where T : unmanaged
    {
        ulong bits = ulong.Parse(hexadecimal.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return typeof(T) == typeof(float)
            ? (T)(object)BitConverter.UInt32BitsToSingle((uint)bits)
            : (T)(object)BitConverter.UInt64BitsToDouble(bits);
    }
}
