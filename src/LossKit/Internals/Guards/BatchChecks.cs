using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace LossKit.Internals.Guards;

/// <summary>The checks of a batch's spans, all made before anything is written.</summary>
internal static class BatchChecks
{
    /// <summary>A batch of one prediction, target, weight and output an example.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lengths<T>(in Batch<T> batch, DerivativeOrder order, bool wantsLosses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = batch.Predictions.Length;
        Length("targets", batch.Targets.Length, "predictions", length);
        LengthIfGiven("weights", batch.Weights.Length, "predictions", length);
        Outputs(batch, order, wantsLosses);
    }

    /// <summary>Outputs that may be any input of as many numbers.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="order">Which derivatives are written.</param>
    /// <param name="wantsLosses">Whether losses are written.</param>
    /// <param name="ofLosses">What there is one loss of, if that is not the predictions.</param>
    /// <param name="ofDerivatives">What there is one derivative of, by the word that its message has.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Outputs<T>(
        in Batch<T> batch,
        DerivativeOrder order,
        bool wantsLosses,
        string? ofLosses = null,
        string? ofDerivatives = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (wantsLosses)
        {
            Length("losses", batch.Losses.Length, batch.Length, ofLosses);
            Output("losses", batch.Losses, batch);
        }

        if (order >= DerivativeOrder.Gradient)
        {
            Length("gradient", batch.Gradient.Length, batch.Predictions.Length, ofDerivatives);
            Output("gradient", batch.Gradient, batch);
        }

        if (order >= DerivativeOrder.Hessian)
        {
            Length("hessian", batch.Hessian.Length, batch.Predictions.Length, ofDerivatives);
            Output("hessian", batch.Hessian, batch);
            Apart("hessian", batch.Hessian, "gradient", batch.Gradient);
        }
    }

    /// <summary>Outputs of which only the gradient may be the predictions, and losses the weights.</summary>
    public static void OutputsApart<T, TTarget>(
        in Batch<T> batch,
        ReadOnlySpan<TTarget> targets,
        int count,
        string things,
        DerivativeOrder order,
        bool wantsLosses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        if (wantsLosses)
        {
            Length("losses", batch.Losses.Length, count, things);
            Apart("losses", batch.Losses, "predictions", batch.Predictions);
            Apart("losses", batch.Losses, "targets", targets);
            NoPartialOverlap("losses", batch.Losses, "weights", batch.Weights);
        }

        if (order >= DerivativeOrder.Gradient)
        {
            Derivative("gradient", batch.Gradient, batch, targets);
            NoPartialOverlap("gradient", batch.Gradient, "predictions", batch.Predictions);
        }

        if (order >= DerivativeOrder.Hessian)
        {
            Derivative("hessian", batch.Hessian, batch, targets);
            Apart("hessian", batch.Hessian, "gradient", batch.Gradient);
            Apart("hessian", batch.Hessian, "predictions", batch.Predictions);
        }
    }

    private static void Derivative<T, TTarget>(
        string name, Span<T> output, in Batch<T> batch, ReadOnlySpan<TTarget> targets)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        Length(name, output.Length, batch.Predictions.Length, "entries");
        Apart(name, output, "targets", targets);
        Apart(name, output, "weights", batch.Weights);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Output<T>(string name, ReadOnlySpan<T> output, in Batch<T> batch)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        NoPartialOverlap(name, output, "predictions", batch.Predictions);
        NoPartialOverlap(name, output, "targets", batch.Targets);
        NoPartialOverlap(name, output, "weights", batch.Weights);
    }

    /// <summary>Weights and masks may be left out.</summary>
    public static void LengthIfGiven(string name, int given, int expected, string things)
    {
        if (given != 0)
        {
            Length(name, given, expected, things);
        }
    }

    /// <summary>
    /// A span of one entry for each of the batch's rows, entries or whatever else it has; of its predictions if nothing
    /// is said.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Length(string name, int given, int expected, string? things)
    {
        if (given != expected)
        {
            ThrowLength(name, given, expected, things);
        }
    }

    /// <summary>A span of as many entries for each of some rows, or whatever there is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Table(string name, int given, int rows, string things, int each)
    {
        if (given != rows * each)
        {
            ThrowTable(name, given, rows, things, each);
        }
    }

    /// <summary>A parameter that is how many of something there are.</summary>
    public static int Positive(
        int given, string meaning, [CallerArgumentExpression(nameof(given))] string name = "") => given > 0
            ? given
            : throw new ArgumentOutOfRangeException(name, given, $"'{name}' must be positive: {meaning}.");

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

    /// <summary>Two spans of as many entries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Length(string name, int given, string other, int expected)
    {
        if (given != expected)
        {
            ThrowLength(name, given, other, expected);
        }
    }

    /// <inheritdoc cref="Length(string, int, string, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LengthIfGiven(string name, int given, string other, int expected) =>
        Length(name, given == 0 ? expected : given, other, expected);

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

    /// <summary>
    /// What <see cref="MemoryExtensions.Overlaps{T}(ReadOnlySpan{T}, ReadOnlySpan{T})"/> does, but inlined.
    /// </summary>
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

    public static ArgumentException Refusal(string name, string message) => new(message, name);

    [DoesNotReturn]
    private static void ThrowLength(string name, int given, int expected, string? things)
    {
        if (things is null)
        {
            ThrowLength(name, given, "predictions", expected);
        }

        throw Refusal(
            name, $"'{name}' has {given} entries, but the batch has {expected} {things}: it must have one each.");
    }

    [DoesNotReturn]
    private static void ThrowTable(string name, int given, int rows, string things, int each) => throw Refusal(
        name,
        $"'{name}' has {given} entries, but must have "
        + $"{(each == 0 ? "none" : $"{rows * each}, {each} for each of {rows} {things}")}.");

    [DoesNotReturn]
    private static void ThrowLength(string name, int given, string other, int expected) => throw new ArgumentException(
        $"'{name}' has {given} entries, but '{other}' has {expected}: they must be of equal length.", name);

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
