using System.Runtime.InteropServices;
using Orleans;

namespace LossKit.Orleans.Internals;

/// <summary>
/// The cost of some shards and, if it was asked for, their gradient: that of one shard as it is, that of several in
/// double with what the rounding has lost.
/// </summary>
/// <remarks>
/// What one shard says is kept by it, and never changes. Sums of several belong to whoever holds them, and others are
/// added to them in place.
/// </remarks>
[GenerateSerializer, Immutable, Alias("LossKit.Partial`1")]
internal sealed class Partial<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int AtOnce = 512;

    [Id(0)]
    public required Cost Cost { get; init; }

    /// <summary>Of one shard; else empty.</summary>
    [Id(1)]
    public Numbers<T> OfShard { get; init; }

    /// <summary>Of several shards, rounded; else empty.</summary>
    [Id(2)]
    public Numbers<double> Sums { get; init; }

    /// <summary>What their rounding has lost.</summary>
    [Id(3)]
    public Numbers<double> Errors { get; init; }

    private int Length => Math.Max(OfShard.Memory.Length, Sums.Memory.Length);

    /// <summary>Both together, in place of the left one if that is a sum already.</summary>
    public static Partial<T> Add(Partial<T> left, Partial<T> right)
    {
        Partial<T> sum = left.Sums.Memory.IsEmpty
            ? new()
            {
                Cost = left.Cost + right.Cost,
                Sums = new(Widened(left.OfShard.Memory.Span)),
                Errors = new(new double[left.Length]),
            }
            : new() { Cost = left.Cost + right.Cost, Sums = left.Sums, Errors = left.Errors };
        Span<double> sums = MemoryMarshal.AsMemory(sum.Sums.Memory).Span;
        Span<double> errors = MemoryMarshal.AsMemory(sum.Errors.Memory).Span;
        if (right.Sums.Memory.IsEmpty)
        {
            AddShard(sums, errors, right.OfShard.Memory.Span);
        }
        else
        {
            Add(sums, errors, right.Sums.Memory.Span);
            Add(errors, right.Errors.Memory.Span);
        }

        return sum;
    }

    /// <summary>The gradient of the sum, divided; without a divisor there is no mean, and no slope of it.</summary>
    public void WriteGradient(Span<T> gradient, double divisor)
    {
        ReadOnlySpan<T> ofShard = OfShard.Memory.Span;
        ReadOnlySpan<double> sums = Sums.Memory.Span;
        ReadOnlySpan<double> errors = Errors.Memory.Span;
        for (int i = 0; i < gradient.Length; i++)
        {
            double total = sums.IsEmpty
                ? double.CreateTruncating(ofShard[i])
                : new CompensatedSum(sums[i], errors[i]).Total;
            gradient[i] = Divisors.Divide<T>(total, divisor);
        }
    }

    private static double[] Widened(ReadOnlySpan<T> numbers)
    {
        double[] widened = new double[numbers.Length];
        Widen(numbers, widened);
        return widened;
    }

    private static void Widen(ReadOnlySpan<T> numbers, Span<double> widened)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            widened[i] = double.CreateTruncating(numbers[i]);
        }
    }

    private static void AddShard(Span<double> sums, Span<double> errors, ReadOnlySpan<T> numbers)
    {
        Span<double> widened = stackalloc double[AtOnce];
        for (int start = 0; start < numbers.Length; start += AtOnce)
        {
            ReadOnlySpan<T> some = numbers[start..Math.Min(start + AtOnce, numbers.Length)];
            Widen(some, widened);
            Add(sums.Slice(start, some.Length), errors.Slice(start, some.Length), widened[..some.Length]);
        }
    }

    /// <summary>Adds without a branch, and what that loses to the errors (Knuth's TwoSum).</summary>
    private static void Add(Span<double> sums, Span<double> errors, ReadOnlySpan<double> others)
    {
        Span<Vector<double>> a = MemoryMarshal.Cast<double, Vector<double>>(sums);
        Span<Vector<double>> e = MemoryMarshal.Cast<double, Vector<double>>(errors)[..a.Length];
        ReadOnlySpan<Vector<double>> b = MemoryMarshal.Cast<double, Vector<double>>(others)[..a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            Vector<double> sum = a[i] + b[i];
            Vector<double> added = sum - a[i];
            e[i] += a[i] - (sum - added) + (b[i] - added);
            a[i] = sum;
        }

        for (int i = a.Length * Vector<double>.Count; i < sums.Length; i++)
        {
            double sum = sums[i] + others[i];
            double added = sum - sums[i];
            errors[i] += sums[i] - (sum - added) + (others[i] - added);
            sums[i] = sum;
        }
    }

    private static void Add(Span<double> errors, ReadOnlySpan<double> others)
    {
        for (int i = 0; i < errors.Length; i++)
        {
            errors[i] += others[i];
        }
    }
}
