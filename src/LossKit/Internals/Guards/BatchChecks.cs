using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace LossKit.Internals.Guards;

/// <summary>The checks of a batch's spans, all made before anything is written.</summary>
internal static class BatchChecks
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lengths<T>(in PointwiseBatch<T> batch, DerivativeOrder order, bool wantsLosses)
        where T : unmanaged
    {
        int length = batch.Predictions.Length;
        Length("targets", batch.Targets.Length, length);
        if (!batch.Weights.IsEmpty)
        {
            Length("weights", batch.Weights.Length, length);
        }

        if (wantsLosses)
        {
            Output("losses", batch.Losses, batch);
        }

        if (order >= DerivativeOrder.Gradient)
        {
            Output("gradient", batch.Gradient, batch);
        }

        if (order >= DerivativeOrder.Hessian)
        {
            Output("hessian", batch.Hessian, batch);
            Apart("hessian", batch.Hessian, "gradient", batch.Gradient);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Output<T>(string name, ReadOnlySpan<T> output, in PointwiseBatch<T> batch)
        where T : unmanaged
    {
        Length(name, output.Length, batch.Predictions.Length);
        NoPartialOverlap(name, output, "predictions", batch.Predictions);
        NoPartialOverlap(name, output, "targets", batch.Targets);
        NoPartialOverlap(name, output, "weights", batch.Weights);
    }

    /// <summary>A span of one entry for each of the batch's rows, entries or whatever else it has.</summary>
    public static void Length(string name, int given, int expected, string things)
    {
        if (given != expected)
        {
            throw new ArgumentException(
                $"'{name}' has {given} entries, but the batch has {expected} {things}: it must have one each.", name);
        }
    }

    /// <summary>Lengths of consecutive parts that together are all of a span.</summary>
    public static void Parts(string name, ReadOnlySpan<int> lengths, string whole, int entries)
    {
        int left = entries;
        for (int part = 0; part < lengths.Length; part++)
        {
            if ((uint)lengths[part] > (uint)left)
            {
                throw new ArgumentException(
                    $"{name}[{part}] is {lengths[part]}, but must be between 0 and {left}, what is left of '{whole}'.",
                    name);
            }

            left -= lengths[part];
        }

        if (left != 0)
        {
            throw new ArgumentException(
                $"The sum of '{name}' is {entries - left}, but '{whole}' has {entries} entries: it must be equal.",
                name);
        }
    }

    /// <summary>How many rows of <paramref name="columns"/> entries a span has.</summary>
    public static int Rows(string name, int given, int columns, string things, string row = "a row")
    {
        if (given % columns != 0)
        {
            throw new ArgumentException(
                $"'{name}' has {given} entries, which is no multiple of the {columns} {things} of {row}.", name);
        }

        return given / columns;
    }

    /// <summary>Spans that must share nothing.</summary>
    public static void Apart<T, TOther>(string name, ReadOnlySpan<T> output, string other, ReadOnlySpan<TOther> span)
        where T : unmanaged
        where TOther : unmanaged
    {
        if (Share(output, span))
        {
            ThrowOverlap(name, other, "Each needs memory of its own.");
        }
    }

    private static void Length(string name, int given, int expected)
    {
        if (given != expected)
        {
            ThrowLength(name, given, expected);
        }
    }

    public static void NoPartialOverlap<T>(
        string name, ReadOnlySpan<T> output, string inputName, ReadOnlySpan<T> input)
        where T : unmanaged
    {
        if (Share(output, input) && !(output.Length == input.Length && Unsafe.AreSame(
            ref MemoryMarshal.GetReference(output), ref MemoryMarshal.GetReference(input))))
        {
            ThrowPartialOverlap(name, output, inputName, input);
        }
    }

    /// <summary>What <see cref="MemoryExtensions.Overlaps{T}(ReadOnlySpan{T}, ReadOnlySpan{T})"/> does, but inlined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Share<T, TOther>(ReadOnlySpan<T> left, ReadOnlySpan<TOther> right)
        where T : unmanaged
        where TOther : unmanaged
    {
        nint distance = Unsafe.ByteOffset(
            ref MemoryMarshal.GetReference(left),
            ref Unsafe.As<TOther, T>(ref MemoryMarshal.GetReference(right)));
        return !left.IsEmpty
            && !right.IsEmpty
            && distance < (nint)left.Length * Unsafe.SizeOf<T>()
            && distance > -(nint)right.Length * Unsafe.SizeOf<TOther>();
    }

    [DoesNotReturn]
    private static void ThrowLength(string name, int given, int expected) => throw new ArgumentException(
        $"'{name}' has {given} entries, but 'predictions' has {expected}: they must be of equal length.", name);

    private static void ThrowPartialOverlap<T>(
        string name, ReadOnlySpan<T> output, string inputName, ReadOnlySpan<T> input)
        where T : unmanaged
    {
        output.Overlaps(input, out int offset);
        ThrowOverlap(
            name,
            inputName,
            $"It may be that input itself, or must lie apart from it. They start {Math.Abs(offset)} entries apart.");
    }

    [DoesNotReturn]
    private static void ThrowOverlap(string name, string other, string detail) => throw new ArgumentException(
        $"'{name}' overlaps '{other}'. {detail}", name);
}
