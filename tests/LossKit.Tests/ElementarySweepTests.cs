using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Tests.Support;
using Xunit.Abstractions;

namespace LossKit.Tests;

/// <summary>
/// The elementary functions of every width against references in more digits, in bulk: some at every run, as many as
/// <c>LOSSKIT_SWEEP</c> asks for otherwise. 4294967296 is every float.
/// </summary>
/// <remarks>
/// <code>
/// LOSSKIT_SWEEP=4294967296 dotnet test tests/LossKit.Tests -c Release --logger "console;verbosity=detailed" \
///   --filter "FullyQualifiedName~ElementarySweepTests.Vector512_float"
/// </code>
/// </remarks>
[Trait("Category", "Kernels")]
public sealed class ElementarySweepTests(ITestOutputHelper output)
{
    private const string Arguments = "LOSSKIT_SWEEP";
    private const long Usual = 1 << 15;
    private const int Block = 1 << 12;

    /// <summary>Numbers of the format between the result and the right one, rounded.</summary>
    private const double AllowedDistance = 2;

    [Fact]
    public void Scalar_float() => Sweep<float, ScalarLane<float>>();

    [Fact]
    public void Scalar_double() => Sweep<double, ScalarLane<double>>();

    [WidthFact(128)]
    public void Vector_float() => Sweep<float, VectorLane<float>>();

    [WidthFact(128)]
    public void Vector_double() => Sweep<double, VectorLane<double>>();

    [WidthFact(512)]
    public void Vector512_float() => Sweep<float, Vector512Lane<float>>();

    [WidthFact(512)]
    public void Vector512_double() => Sweep<double, Vector512Lane<double>>();

    private void Sweep<T, TLane>()
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        string? asked = Environment.GetEnvironmentVariable(Arguments);
        long count = asked is null ? Usual : long.Parse(asked, CultureInfo.InvariantCulture);
        Worst[] all = new Worst[ElementaryReference.Count];
        Parallel.For(
            0,
            (count + Block - 1) / Block,
            () => new Scratch<T>(),
            (block, _, scratch) =>
            {
                scratch.Compare<TLane>(block * Block);
                return scratch;
            },
            scratch =>
            {
                lock (all)
                {
                    for (int i = 0; i < all.Length; i++)
                    {
                        all[i] = Worst.Of(all[i], scratch.Worst[i]);
                    }
                }
            });

        List<string> failed = [];
        foreach (Elementary function in Enum.GetValues<Elementary>())
        {
            Worst worst = all[(int)function];
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{function,-17} {typeof(T).Name} x{TLane.Count}: {worst.Distance} from the right number at "
                + $"{worst.FarthestAt:R}, {worst.Ulp:F3} ulp at {worst.At:R}");
            output.WriteLine(line);
            if (!(worst.Distance <= AllowedDistance))
            {
                failed.Add(line);
            }
        }

        failed.Should().BeEmpty();
    }

    /// <summary>The largest errors of a function, and where.</summary>
    /// <param name="Distance">How many numbers of the format lie between the result and the right one, rounded.</param>
    /// <param name="Ulp">The error before rounding, in units of the right number's last place.</param>
    private readonly record struct Worst(double Distance, double FarthestAt, double Ulp, double At)
    {
        public static Worst Of(Worst left, Worst right)
        {
            (double distance, double farthestAt) = left.Distance >= right.Distance
                ? (left.Distance, left.FarthestAt) : (right.Distance, right.FarthestAt);
            return left.Ulp >= right.Ulp
                ? new(distance, farthestAt, left.Ulp, left.At) : new(distance, farthestAt, right.Ulp, right.At);
        }
    }

    /// <summary>What one thread needs.</summary>
    private sealed class Scratch<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly T[] _arguments = new T[Block];
        private readonly T[] _results = new T[Block];
        private readonly T[][] _expected = Table<T>();
        private readonly double[][] _rest = Table<double>();

        public Worst[] Worst { get; } = new Worst[ElementaryReference.Count];

        public void Compare<TLane>(long first) where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        {
            Prepare(first);
            Compare<TLane>(Elementary.Exp, TLane.Exp);
            Compare<TLane>(Elementary.Expm1, TLane.Expm1);
            Compare<TLane>(
                Elementary.ExpOfExpm1,
                x =>
                {
                    Exponentials<TLane, T>.Expm1(x, out TLane exp);
                    return exp;
                });
            Compare<TLane>(Elementary.Log, TLane.Log);
            Compare<TLane>(Elementary.Log1p, TLane.Log1p);
            Compare<TLane>(Elementary.Softplus, x => TLane.Logistic(x).Softplus);
            Compare<TLane>(Elementary.OppositeSoftplus, x => TLane.Logistic(x).OppositeSoftplus);
            Compare<TLane>(Elementary.Sigmoid, x => TLane.Logistic(x).Sigmoid);
            Compare<TLane>(Elementary.OppositeSigmoid, x => TLane.Logistic(x).OppositeSigmoid);
            Compare<TLane>(Elementary.Tanh, x => Sigmoids<TLane, T>.Hyperbolic(x).Tanh);
            Compare<TLane>(Elementary.LogCosh, x => Sigmoids<TLane, T>.Hyperbolic(x).LogCosh);
            Compare<TLane>(Elementary.SquaredSech, x => Sigmoids<TLane, T>.Hyperbolic(x).SquaredSech);
            Compare<TLane>(Elementary.SinPi, TLane.SinPi);
            Compare<TLane>(
                Elementary.CosPi,
                x =>
                {
                    Circular<TLane, T>.SinPi(x, out TLane cosine);
                    return cosine;
                });
        }

        private void Compare<TLane>(Elementary function, Func<TLane, TLane> evaluate)
            where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        {
            for (int i = 0; i < Block; i += TLane.Count)
            {
                TLane.Store(evaluate(TLane.Load(in _arguments[0], (nuint)i)), ref _results[0], (nuint)i);
            }

            T[] expected = _expected[(int)function];
            double[] rest = _rest[(int)function];
            ref Worst worst = ref Worst[(int)function];
            for (int i = 0; i < Block; i++)
            {
                if (_results[i] != expected[i] && !(T.IsNaN(_results[i]) && T.IsNaN(expected[i])))
                {
                    worst = ElementarySweepTests.Worst.Of(worst, Error(_arguments[i], _results[i], expected[i], rest[i]));
                }
            }
        }

        private static Worst Error(T argument, T actual, T expected, double rest)
        {
            double at = double.CreateTruncating(argument);
            double distance = Ulps.Between(actual, expected);
            double ulp = distance;

            // Of subnormal doubles the references have no more digits than the format.
            if (T.IsFinite(actual) && (typeof(T) == typeof(float) ? T.IsFinite(expected) : T.IsNormal(expected)))
            {
                double unit = double.CreateTruncating(T.BitIncrement(T.Abs(expected)) - T.Abs(expected));
                ulp = Math.Abs(double.CreateTruncating(actual - expected) - rest) / unit;
            }

            return new(distance, at, ulp, at);
        }

        /// <summary>
        /// Arguments spread over all bit patterns in float, over what matters to the functions in double.
        /// </summary>
        private void Prepare(long first)
        {
            Span<double> single = stackalloc double[ElementaryReference.Count];
            Span<DoubleDouble> twice = stackalloc DoubleDouble[ElementaryReference.Count];
            for (int i = 0; i < Block; i++)
            {
                if (_arguments is float[] singles)
                {
                    // Odd, so that 2³² in a row are all different.
                    singles[i] = BitConverter.UInt32BitsToSingle((uint)(first + i) * 2654435769);
                    ElementaryReference.OfSingle(singles[i], single);
                    for (int function = 0; function < single.Length; function++)
                    {
                        T rounded = T.CreateTruncating(single[function]);
                        _expected[function][i] = rounded;
                        _rest[function][i] = single[function] - double.CreateTruncating(rounded);
                    }
                }
                else
                {
                    double argument = Argument((ulong)(first + i));
                    _arguments[i] = T.CreateTruncating(argument);
                    ElementaryReference.OfDouble(argument, twice);
                    for (int function = 0; function < twice.Length; function++)
                    {
                        _expected[function][i] = T.CreateTruncating(twice[function].High);
                        _rest[function][i] = twice[function].Low;
                    }
                }
            }
        }

        private static double Argument(ulong index)
        {
            ulong bits = Mixed(index);
            double unit = Math.ScaleB(Mixed(bits) >> 11, -53);
            double size = (index % 8) switch
            {
                0 => BitConverter.UInt64BitsToDouble(bits),
                1 => 750 * unit,
                2 or 3 => 40 * unit,
                4 or 5 => 2 * unit,
                6 => 1 + (unit - 0.5) / 16,
                _ => Math.ScaleB(1 + unit, (int)(bits >> 32) % 64 - 55),
            };
            return (bits & 1) == 0 ? size : -size;
        }

        /// <summary>Source: Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators.</summary>
        private static ulong Mixed(ulong index)
        {
            ulong z = index + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }

        private static TNumber[][] Table<TNumber>() =>
            [.. Enumerable.Range(0, ElementaryReference.Count).Select(_ => new TNumber[Block])];
    }
}
