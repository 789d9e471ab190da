using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>What losses of embeddings take, apart from numbers.</summary>
internal interface IEmbeddingLoss
{
    string[] InputNames { get; }

    string[] GradientNames { get; }

    /// <summary>What is refused where an input has too few rows.</summary>
    string NameOfRows(int input);

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
        [.. InputNames.Select(name => $"gradients.{char.ToUpperInvariant(name[0])}{name[1..]}")];

    public virtual string NameOfRows(int input) => InputNames[input];

    public virtual string? LabelName => null;

    public virtual int Weights(int rows) => rows;

    public virtual int Losses(int[] labels) => labels.Length;

    public virtual int Label(Random random, int rows) => 0;

    /// <summary>The same on several threads.</summary>
    public abstract EmbeddingLosses<T> InParallel(int degree);

    /// <summary>The same with every number looked at.</summary>
    public abstract EmbeddingLosses<T> Checked();

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
        double gap = cost.Sum == value.Sum ? 0 : Math.Abs(cost.Sum - value.Sum);
        double close = double.IsInfinity(value.Sum) ? 0 : Samples.Close<T>() * (1 + Math.Abs(value.Sum));
        (double.IsNaN(value.Sum) ? double.IsNaN(cost.Sum) : gap <= close)
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

/// <summary>The calls of a kind of batch.</summary>
internal abstract class Face<T, TBatch, TGradients>(EmbeddingLoss<T, TBatch, TGradients> loss) : EmbeddingLosses<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TBatch : struct, allows ref struct
    where TGradients : struct, allows ref struct
{
    protected EmbeddingLoss<T, TBatch, TGradients> Loss => loss;

    protected abstract TBatch Batch(Memory<T>[] inputs, int[] labels);

    protected abstract TGradients Gradients(Memory<T>[] gradients);

    public override EmbeddingLosses<T> InParallel(int degree) => Of(loss.InParallel(degree));

    public override EmbeddingLosses<T> Checked() => Of(loss.Checked());

    private EmbeddingLosses<T> Of(object other) =>
        (EmbeddingLosses<T>)Activator.CreateInstance(GetType(), [other, .. Arguments])!;

    protected virtual object[] Arguments => [];

    public override Cost Value(Memory<T>[] inputs, int[] labels, Memory<T> weights) =>
        loss.Value(Batch(inputs, labels), weights.Span);

    public override Cost PerExample(Memory<T>[] inputs, int[] labels, Memory<T> losses, Memory<T> weights) =>
        loss.PerExample(Batch(inputs, labels), losses.Span, weights.Span);

    public override Cost ValueAndGradient(
        Memory<T>[] inputs, int[] labels, Memory<T>[] gradients, Memory<T> weights, Reduction reduction) =>
        loss.ValueAndGradient(Batch(inputs, labels), Gradients(gradients), weights.Span, reduction);
}

internal sealed class PairFace<T>(PairLoss<T> loss, int labelOfOthers) : Face<T, Pairs<T>, PairGradients<T>>(loss)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string[] InputNames => ["first", "second"];

    public override string LabelName => "labels";

    public override int Label(Random random, int rows) => random.Next(2) == 0 ? 1 : labelOfOthers;

    protected override object[] Arguments => [labelOfOthers];

    protected override Pairs<T> Batch(Memory<T>[] inputs, int[] labels) =>
        new() { First = inputs[0].Span, Second = inputs[1].Span, Labels = labels };

    protected override PairGradients<T> Gradients(Memory<T>[] gradients) =>
        new() { First = gradients[0].Span, Second = gradients[1].Span };
}

/// <summary>Pairs with numbers for targets, a quarter of the labels, or with none.</summary>
internal sealed class ScoredPairFace<T>(EmbeddingLoss<T, Pairs<T>, PairGradients<T>> loss, bool hasTargets)
    : Face<T, Pairs<T>, PairGradients<T>>(loss)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private int[] _labels = [];
    private T[] _targets = [];

    public override string[] InputNames => ["first", "second"];

    public override string? LabelName => hasTargets ? "targets" : null;

    public override int Label(Random random, int rows) => random.Next(-4, 5);

    protected override object[] Arguments => [hasTargets];

    protected override Pairs<T> Batch(Memory<T>[] inputs, int[] labels)
    {
        // Made once, since some tests count what is allocated.
        if (labels != _labels && hasTargets)
        {
            _labels = labels;
            _targets = [.. labels.Select(label => T.CreateTruncating(label / 4.0))];
        }

        return new() { First = inputs[0].Span, Second = inputs[1].Span, Targets = _targets };
    }

    protected override PairGradients<T> Gradients(Memory<T>[] gradients) =>
        new() { First = gradients[0].Span, Second = gradients[1].Span };
}

internal sealed class TripletFace<T>(TripletLoss<T> loss) : Face<T, Triplets<T>, TripletGradients<T>>(loss)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string[] InputNames => ["anchors", "positives", "negatives"];

    protected override Triplets<T> Batch(Memory<T>[] inputs, int[] labels) =>
        new() { Anchors = inputs[0].Span, Positives = inputs[1].Span, Negatives = inputs[2].Span };

    protected override TripletGradients<T> Gradients(Memory<T>[] gradients) =>
        new() { Anchors = gradients[0].Span, Positives = gradients[1].Span, Negatives = gradients[2].Span };
}

internal sealed class MatchFace<T>(EmbeddingLoss<T, Views<T>, ViewGradients<T>> loss)
    : Face<T, Views<T>, ViewGradients<T>>(loss)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string[] InputNames => ["first", "second"];

    public override int Weights(int rows) => LossesOf(rows);

    public override int Losses(int[] labels) => LossesOf(labels.Length);

    private int LossesOf(int rows)
    {
        T[] items = new T[rows * Loss.Dimension];
        return Loss.Losses(new() { First = items, Second = items });
    }

    protected override Views<T> Batch(Memory<T>[] inputs, int[] labels) =>
        new() { First = inputs[0].Span, Second = inputs[1].Span };

    protected override ViewGradients<T> Gradients(Memory<T>[] gradients) =>
        new() { First = gradients[0].Span, Second = gradients[1].Span };
}

/// <summary>Labelled batches, with constant boundaries if the loss takes any.</summary>
internal class LabelledFace<T>(LabelledLoss<T> loss, params T[] boundaries)
    : Face<T, Labelled<T>, LabelledGradients<T>>(loss)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    protected override object[] Arguments => [boundaries];

    public override string[] InputNames => ["embeddings"];

    public override string LabelName => "labels";

    public override int Losses(int[] labels) =>
        loss.Losses(Batch([.. InputNames.Select(_ => new T[labels.Length * loss.Dimension].AsMemory())], labels));

    // Any integers; about four rows have the same.
    public override int Label(Random random, int rows) =>
        int.MinValue + 7 * random.Next(1 + rows / 4);

    protected override Labelled<T> Batch(Memory<T>[] inputs, int[] labels) =>
        new() { Embeddings = inputs[0].Span, Labels = labels, Boundaries = boundaries };

    protected override LabelledGradients<T> Gradients(Memory<T>[] gradients) =>
        new() { Embeddings = gradients[0].Span };
}

/// <summary>The same with as many references, which have the labels of the rows.</summary>
internal sealed class ReferencedFace<T>(LabelledLoss<T> loss, params T[] boundaries)
    : LabelledFace<T>(loss, boundaries)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _boundaries = boundaries;

    public override string[] InputNames => ["embeddings", "references"];

    public override string NameOfRows(int input) => input == 0 ? "embeddings" : "referenceLabels";

    protected override Labelled<T> Batch(Memory<T>[] inputs, int[] labels) => new()
    {
        Embeddings = inputs[0].Span,
        Labels = labels,
        References = inputs[1].Span,
        ReferenceLabels = labels,
        Boundaries = _boundaries,
    };

    protected override LabelledGradients<T> Gradients(Memory<T>[] gradients) =>
        new() { Embeddings = gradients[0].Span, References = gradients[1].Span };
}
