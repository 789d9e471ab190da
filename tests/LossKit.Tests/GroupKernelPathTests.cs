using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleGroupKernelPathTests : GroupKernelPathTests<float>;

public sealed class DoubleGroupKernelPathTests : GroupKernelPathTests<double>;

/// <summary>Guards of speed that need no clock, as <see cref="KernelPathTests{T}"/> has them.</summary>
[Trait("Category", "Kernels")]
public abstract class GroupKernelPathTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static int s_entries;

    [ThreadStatic]
    private static int s_pairs;

    [ThreadStatic]
    private static int s_singleNumbers;

    private static int Width => LaneWidths.Best switch
    {
        LaneWidth.Vector512 => Vector512Lane<T>.Count,
        LaneWidth.Vector => VectorLane<T>.Count,
        _ => 1,
    };

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(128)]
    public void Short_groups_of_one_length_share_lanes(int length)
    {
        // Each entry once for the sums and once for the gradient, though groups of another length lie in between.
        int[] lengths = [.. Enumerable.Range(0, 4 * Width).SelectMany(_ => (int[])[length, 3])];
        Entries(lengths).Should().Be(2 * 4 * (length + 3));
    }

    [Fact]
    public void Long_groups_have_lanes_of_their_own() => Entries([1000 * Width, 1000 * Width]).Should().Be(2 * 2 * 1000);

    [Fact]
    public void Each_two_entries_meet_once()
    {
        const int Length = 20;
        int[] lengths = [.. Enumerable.Repeat(Length, 2 * Width)];
        Count(lengths, Loss.FromPairFormula<T, Counting, EqualPairs>(default, default));
        s_pairs.Should().Be(2 * (Length * (Length - 1) / 2));
    }

    private static int Entries(int[] lengths)
    {
        Count(lengths, Loss.FromGroupFormula<T, Counting, SumFold, SumFold>(default));
        return s_entries;
    }

    private static void Count(int[] lengths, GroupedLoss<T> loss)
    {
        T[] scores = new T[lengths.Sum()];
        T[] targets = [.. Enumerable.Range(0, scores.Length).Select(i => T.CreateChecked(i % 2))];
        T[] gradient = new T[scores.Length];
        (s_entries, s_pairs, s_singleNumbers) = (0, 0, 0);
        loss.ValueAndGradient(scores, targets, Groups.OfLengths(lengths), gradient);
        s_singleNumbers.Should().Be(Width == 1 ? s_entries + s_pairs : 0);
    }

    private readonly struct Counting : IGroupFormula<SumFold, SumFold>, IMarginFormula
    {
        public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
        {
            s_entries++;
            s_singleNumbers += IsSingle<TLane>() ? 1 : 0;
            return new(score, target);
        }

        public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> => first - second;

        public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane>
        {
            s_pairs++;
            s_singleNumbers += IsSingle<TLane>() ? 1 : 0;
            return -margin;
        }

        private static bool IsSingle<TLane>() =>
            typeof(TLane) == typeof(ScalarLane<T>) || typeof(TLane) == typeof(Jet<ScalarLane<T>>);
    }
}
