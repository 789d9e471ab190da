using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>What losses of embeddings take, apart from numbers.</summary>
internal interface IEmbeddingLoss
{
    string[] InputNames { get; }

    string[] GradientNames { get; }

    /// <summary>The name of the labels' argument; null if there are none.</summary>
    string? LabelName { get; }

    /// <summary>How many weights a batch has.</summary>
    int Weights(int rows);

    int Losses(int[] labels);

    /// <summary>A label for a row of a batch.</summary>
    int Label(Random random, int rows);
}

/// <summary>One face for pairs, triplets, matches and labelled batches.</summary>
internal abstract class EmbeddingLosses<T> : IEmbeddingLoss where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Guard = 5;

    public abstract string[] InputNames { get; }

    public virtual string[] GradientNames =>
        [.. InputNames.Select(name => $"gradient{char.ToUpperInvariant(name[0])}{name[1..]}")];

    public virtual string? LabelName => null;

    public virtual int Weights(int rows) => rows;

    public virtual int Losses(int[] labels) => labels.Length;

    public virtual int Label(Random random, int rows) => 0;

    public abstract Cost Value(Memory<T>[] inputs, int[] labels, Memory<T> weights);

    public abstract Cost PerExample(Memory<T>[] inputs, int[] labels, Memory<T> losses, Memory<T> weights);

    public abstract Cost ValueAndGradient(
        Memory<T>[] inputs, int[] labels, Memory<T>[] gradients, Memory<T> weights, Reduction reduction);

    /// <summary>All that the loss says of a batch, written between canaries.</summary>
    public EmbeddingRun<T> Run(EmbeddingSample<T> sample, Reduction reduction = Reduction.Mean)
    {
        Memory<T>[] inputs = [.. sample.Inputs.Select(input => input.AsMemory())];
        T[] losses = Canaries(Losses(sample.Labels));
        T[][] gradients = [.. sample.Inputs.Select(input => Canaries(input.Length))];
        Cost value = Value(inputs, sample.Labels, sample.Weights);
        Cost perExample = PerExample(inputs, sample.Labels, Inside(losses), sample.Weights);
        Cost cost = ValueAndGradient(
            inputs, sample.Labels, [.. gradients.Select(Inside)], sample.Weights, reduction);
        foreach (T[] buffer in gradients.Append(losses))
        {
            buffer.AsSpan(0, Guard).IndexOfAnyExcept(Canary).Should().Be(-1);
            buffer.AsSpan(buffer.Length - Guard).IndexOfAnyExcept(Canary).Should().Be(-1);
        }

        value.Should().Be(perExample);
        (cost.Weight, cost.Count).Should().Be((value.Weight, value.Count));
        double gap = Math.Abs(cost.Sum - value.Sum);
        (double.IsNaN(value.Sum) ? double.IsNaN(cost.Sum) : gap <= Samples.Close<T>() * (1 + Math.Abs(value.Sum)))
            .Should().BeTrue($"{cost.Sum} is as {value.Sum}");
        return new(value, Inside(losses).ToArray(), [.. gradients.Select(gradient => Inside(gradient).ToArray())]);
    }

    /// <summary>The gradients alone, one after another.</summary>
    public T[] Gradient(EmbeddingSample<T> sample, Reduction reduction = Reduction.Mean) =>
        Run(sample, reduction).AllGradients;

    private static T Canary => T.CreateTruncating(-123.5);

    private static T[] Canaries(int length) => Enumerable.Repeat(Canary, length + 2 * Guard).ToArray();

    private static Memory<T> Inside(T[] buffer) => buffer.AsMemory(Guard, buffer.Length - 2 * Guard);
}

/// <summary>What came of a batch.</summary>
internal sealed record EmbeddingRun<T>(Cost Cost, T[] Losses, T[][] Gradients)
{
    /// <summary>One after another.</summary>
    public T[] AllGradients => [.. Gradients.SelectMany(gradient => gradient)];
}

internal sealed class PairFace<T>(IPairLoss<T> loss, int labelOfOthers) : EmbeddingLosses<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string[] InputNames => ["first", "second"];

    public override string LabelName => "labels";

    public override int Label(Random random, int rows) => random.Next(2) == 0 ? 1 : labelOfOthers;

    public override Cost Value(Memory<T>[] inputs, int[] labels, Memory<T> weights) =>
        loss.Value(inputs[0].Span, inputs[1].Span, labels, weights.Span);

    public override Cost PerExample(Memory<T>[] inputs, int[] labels, Memory<T> losses, Memory<T> weights) =>
        loss.PerExample(inputs[0].Span, inputs[1].Span, labels, losses.Span, weights.Span);

    public override Cost ValueAndGradient(
        Memory<T>[] inputs, int[] labels, Memory<T>[] gradients, Memory<T> weights, Reduction reduction) =>
        loss.ValueAndGradient(
            inputs[0].Span, inputs[1].Span, labels, gradients[0].Span, gradients[1].Span, weights.Span, reduction);
}

internal sealed class TripletFace<T>(ITripletLoss<T> loss) : EmbeddingLosses<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string[] InputNames => ["anchors", "positives", "negatives"];

    public override Cost Value(Memory<T>[] inputs, int[] labels, Memory<T> weights) =>
        loss.Value(inputs[0].Span, inputs[1].Span, inputs[2].Span, weights.Span);

    public override Cost PerExample(Memory<T>[] inputs, int[] labels, Memory<T> losses, Memory<T> weights) =>
        loss.PerExample(inputs[0].Span, inputs[1].Span, inputs[2].Span, losses.Span, weights.Span);

    public override Cost ValueAndGradient(
        Memory<T>[] inputs, int[] labels, Memory<T>[] gradients, Memory<T> weights, Reduction reduction) =>
        loss.ValueAndGradient(
            inputs[0].Span,
            inputs[1].Span,
            inputs[2].Span,
            gradients[0].Span,
            gradients[1].Span,
            gradients[2].Span,
            weights.Span,
            reduction);
}

internal sealed class MatchFace<T>(IMatchLoss<T> loss) : EmbeddingLosses<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string[] InputNames => ["first", "second"];

    public override int Weights(int rows) => loss.Losses(rows);

    public override int Losses(int[] labels) => loss.Losses(labels.Length);

    public override Cost Value(Memory<T>[] inputs, int[] labels, Memory<T> weights) =>
        loss.Value(inputs[0].Span, inputs[1].Span, weights.Span);

    public override Cost PerExample(Memory<T>[] inputs, int[] labels, Memory<T> losses, Memory<T> weights) =>
        loss.PerExample(inputs[0].Span, inputs[1].Span, losses.Span, weights.Span);

    public override Cost ValueAndGradient(
        Memory<T>[] inputs, int[] labels, Memory<T>[] gradients, Memory<T> weights, Reduction reduction) =>
        loss.ValueAndGradient(
            inputs[0].Span, inputs[1].Span, gradients[0].Span, gradients[1].Span, weights.Span, reduction);
}

internal sealed class LabelledFace<T>(EmbeddingLoss<T> loss) : EmbeddingLosses<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string[] InputNames => ["predictions"];

    public override string[] GradientNames => ["gradient"];

    public override string LabelName => "targets";

    public override int Losses(int[] labels) => loss.Losses(labels);

    // Any integers; about four rows have the same.
    public override int Label(Random random, int rows) =>
        int.MinValue + 7 * random.Next(1 + rows / 4);

    public override Cost Value(Memory<T>[] inputs, int[] labels, Memory<T> weights) =>
        loss.Value(inputs[0].Span, labels, weights.Span);

    public override Cost PerExample(Memory<T>[] inputs, int[] labels, Memory<T> losses, Memory<T> weights) =>
        loss.PerExample(inputs[0].Span, labels, losses.Span, weights.Span);

    public override Cost ValueAndGradient(
        Memory<T>[] inputs, int[] labels, Memory<T>[] gradients, Memory<T> weights, Reduction reduction) =>
        loss.ValueAndGradient(inputs[0].Span, labels, gradients[0].Span, weights.Span, reduction);
}
