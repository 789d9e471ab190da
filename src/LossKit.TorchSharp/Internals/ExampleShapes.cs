using System.Diagnostics.CodeAnalysis;

namespace LossKit.TorchSharp.Internals;

/// <summary>
/// How the axes of a call's tensors belong together: all have the axes of the examples, and those of which an example
/// has several numbers one more.
/// </summary>
/// <remarks>
/// An axis of one number is optional where an example has one. Nothing is broadcast: a prediction of [n, 1] and a
/// target of [n] are n examples, and never n².
/// </remarks>
internal readonly struct ExampleShapes
{
    private ExampleShapes(long[] losses, long? axis) => (Losses, Axis) = (losses, axis);

    /// <summary>The axes of the losses.</summary>
    public long[] Losses { get; }

    /// <summary>Where a loss has an axis less than its predictions.</summary>
    public long? Axis { get; }

    /// <summary>The shapes of a call, which has to fit the loss.</summary>
    /// <exception cref="ArgumentException">A tensor does not fit.</exception>
    public static ExampleShapes Of(Shape shape, Tensor prediction, Tensor? target, Tensor? weight)
    {
        long[] given = prediction.shape;
        long[] examples = Examples(shape, given, target);
        if (shape.Targets == 0 ? target?.numel() > 0 : target is null || !Fits(target, examples, shape.Targets, shape))
        {
            ThrowTarget(shape, given, examples, target);
        }

        // Where there are losses of entries, there are weights of them.
        bool isOfEntries = shape.Losses == shape.Predictions;
        if (weight is not null
            && !Fits(weight, examples, 1, shape)
            && !(isOfEntries && weight.shape.AsSpan().SequenceEqual(given)))
        {
            ThrowWeight(given, examples, isOfEntries && shape.Predictions > 1, weight);
        }

        return isOfEntries ? new(given, null) : new(examples, shape.IsPlanar ? 0 : -1);
    }

    /// <summary>The shapes of a call with groups of any lengths.</summary>
    /// <inheritdoc cref="Of"/>
    public static ExampleShapes OfGroups(
        int groups, Reductions reductions, Tensor prediction, Tensor target, Tensor? weight)
    {
        if (reductions.Kind == nn.Reduction.None)
        {
            throw TensorTypes.Refusal(
                "lengths",
                "'lengths' were given to a loss without a reduction: expected Mean or Sum, or groups of one width as "
                + "the last axis.");
        }

        long[] given = prediction.shape;
        Shape entries = new(1, 1);
        if (!Fits(target, given, 1, entries))
        {
            ThrowTarget(entries, given, given, target);
        }

        if (weight is not null && !Fits(weight, [groups], 1, entries))
        {
            throw TensorTypes.Refusal(
                nameof(weight),
                $"'weight' is {TensorTypes.Text(weight.shape)}: expected [{groups}], as there are {groups} groups.");
        }

        return new([groups], null);
    }

    /// <summary>How many entries each group has, if groups are the last axis.</summary>
    public static int Width(Tensor prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        long[] given = prediction.shape;
        return given is [.., > 0 and <= int.MaxValue and long width]
            ? (int)width
            : throw TensorTypes.Refusal(
                nameof(prediction),
                $"'prediction' is {TensorTypes.Text(given)}: expected the entries of a group as its last axis.");
    }

    private static long[] Examples(Shape shape, long[] given, Tensor? target)
    {
        if (shape.Predictions > 1)
        {
            if (given.Length == 0 || given[shape.IsPlanar ? 0 : ^1] != shape.Predictions)
            {
                ThrowPrediction(shape, given);
            }

            return shape.IsPlanar ? given[1..] : given[..^1];
        }

        bool hasSpareAxis = given is [.., 1] && target is not null && shape.Targets > 0
            && !Fits(target, given, shape.Targets, shape);
        return hasSpareAxis ? given[..^1] : given;
    }

    private static bool Fits(Tensor tensor, long[] examples, int columns, Shape shape)
    {
        long[] given = tensor.shape;
        if (columns == 1 && given.AsSpan().SequenceEqual(examples))
        {
            return true;
        }

        bool isFirst = shape.IsPlanar && columns > 1;
        return given.Length == examples.Length + 1
            && given[isFirst ? 0 : ^1] == columns
            && given.AsSpan(isFirst ? 1 : 0, examples.Length).SequenceEqual(examples);
    }

    private static string Expected(long[] examples, int columns, Shape shape) => TensorTypes.Text(
        columns == 1 ? examples : shape.IsPlanar ? [columns, .. examples] : [.. examples, columns]);

    [DoesNotReturn]
    private static void ThrowPrediction(Shape shape, long[] given)
    {
        // As torch has the classes of images: N x C x H x W.
        bool isSecond = given.Length > 2 && given[1] == shape.Predictions && !shape.IsPlanar;
        string permuted = isSecond ? $", as permute(0, {string.Join(", ", Enumerable.Range(2, given.Length - 2))}, 1) "
            + "makes it" : "";
        throw TensorTypes.Refusal(
            "prediction",
            $"'prediction' is {TensorTypes.Text(given)}: expected {shape.Predictions} as its "
            + $"{(shape.IsPlanar ? "first" : "last")} axis, as many as an example has{permuted}.");
    }

    [DoesNotReturn]
    private static void ThrowTarget(Shape shape, long[] given, long[] examples, Tensor? target)
    {
        string found = target is null ? "left out" : TensorTypes.Text(target.shape);
        string expected = shape.Targets == 0 ? "none, the loss takes no targets"
            : $"{Expected(examples, shape.Targets, shape)}, as 'prediction' is {TensorTypes.Text(given)}";
        throw TensorTypes.Refusal(nameof(target), $"'target' is {found}: expected {expected}.");
    }

    [DoesNotReturn]
    private static void ThrowWeight(long[] given, long[] examples, bool isOfEntries, Tensor weight)
    {
        string entries = isOfEntries ? $" or {TensorTypes.Text(given)}" : "";
        throw TensorTypes.Refusal(
            nameof(weight),
            $"'weight' is {TensorTypes.Text(weight.shape)}: expected {TensorTypes.Text(examples)}{entries}, as "
            + $"'prediction' is {TensorTypes.Text(given)}.");
    }
}
