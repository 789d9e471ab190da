using LossKit.HalfPrecision;
using LossKit.Internals.Storage;

namespace LossKit;

/// <summary>
/// A loss of rows that are compared with the prototypes of classes: of the logits of a linear layer
/// (<see cref="Loss.LinearCrossEntropy"/>, and what <see cref="RowLosses.OfLinear"/> makes of any other loss of rows)
/// or of cosines (<see cref="Loss.ArcFace"/>, <see cref="Loss.ProxyNca"/> and their like). Value and gradients of all
/// that goes into it, without the matrix of logits.
/// </summary>
/// <remarks>
/// There is one loss and one weight a row. Of the rows so many are evaluated together as let their logits and copies
/// fit the scratch memory: <see cref="WithScratch"/>, 32 MiB unless it says otherwise, and always at least 16 rows,
/// rented from the shared array pool for the time of a call. Where that is less than about 100 rows, losses of a
/// softmax read 512 classes at a time, twice if there are gradients; others need all classes of a row. Each thread
/// takes half a MiB besides, and with a soft cap the logits of a few rows; losses of cosines a copy of the prototypes.
/// Rows that are ignored, or whose weight is 0, are left out before anything is computed. The result is that of the
/// matrix but for rounding; on several threads it is the same to the last bit.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed partial class LinearLoss<T> : PrototypeLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly CosineScores<T>? _cosines;
    private readonly BlockKernel<T>? _groups;

    internal LinearLoss(
        RowLoss<T, int> rows,
        int dimension,
        double zLoss = 0,
        double? softCap = null,
        CosineScores<T>? cosines = null)
        : base(rows, dimension, cosines?.Centers ?? 1, hasBias: cosines is null)
    {
        if (rows.Facts.Predictions == Domain.Probabilities)
        {
            throw new ArgumentException("The loss takes probabilities, but a linear layer makes logits.", nameof(rows));
        }

        if (zLoss > 0 && rows.Kernel is not ISoftmaxKernel<T>)
        {
            throw new ArgumentException("A z-loss is only part of losses of a softmax.", nameof(zLoss));
        }

        _cosines = cosines;
        ZLoss = Parameter.NotNegative(zLoss).In<T>(nameof(zLoss)).Value;
        SoftCap = softCap is { } cap ? Parameter.Positive(cap, nameof(softCap)).In<T>(nameof(softCap)).Value : null;
    }

    /// <param name="groups">A loss of the cosines of a row with all prototypes.</param>
    /// <param name="classes">How many classes there are, and which labels are ignored.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    internal LinearLoss(BlockKernel<T> groups, ClassOptions<T> classes, int dimension)
        : this(new(MatchScores<T>.Softmax, classes), dimension, cosines: new(T.One, 1)) => _groups = groups;

    /// <summary>λ, what the square of a row's log Σ eˣ counts.</summary>
    public double ZLoss { get; }

    /// <summary>c, if logits x are c·tanh(x/c).</summary>
    public double? SoftCap { get; }

    /// <summary>The bytes that logits may take at a time.</summary>
    public int Scratch { get; private set; } = UsualScratch;

    private protected override string Things => "rows";

    /// <summary>
    /// The same loss with other scratch memory: with 1/50 of all logits it takes about a third longer.
    /// </summary>
    /// <param name="bytes">
    /// The most that logits may take at a time, positive; 16 rows have room whatever it says.
    /// </param>
    public LinearLoss<T> WithScratch(int bytes)
    {
        LinearLoss<T> copy = (LinearLoss<T>)MemberwiseClone();
        copy.Scratch = BatchChecks.Positive(bytes, "the most that logits may take at a time");
        return copy;
    }

    /// <summary>One a row.</summary>
    public override int Losses(Linear<T> batch) => batch.Labels.Length;

    /// <summary>
    /// As <see cref="BatchLoss{T, TBatch, TGradients}.ValueAndGradient"/>, and the z-loss' part of it.
    /// </summary>
    /// <param name="batch">The inputs.</param>
    /// <param name="gradients">Receives the gradients.</param>
    /// <param name="zLoss">The weighted sum of λ·(log Σ eˣ)² alone, with the same weight and count.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradients are those of the mean or of the sum.</param>
    public Cost ValueAndGradient(
        Linear<T> batch,
        LinearGradients<T> gradients,
        out Cost zLoss,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        CheckInputs(batch, weights);
        CheckGradients(batch, gradients, weights);
        return Run(batch, weights, default, gradients, reduction, out zLoss);
    }

    /// <summary>log Σ eˣ of each row's logits x.</summary>
    /// <param name="batch">The inputs; the labels only say how many rows there are, and which are ignored.</param>
    /// <param name="result">Receives one number a row, 0 for those that are ignored.</param>
    public void LogSumExp(Linear<T> batch, Span<T> result)
    {
        CheckInputs(batch, default);
        BatchChecks.Length("result", result.Length, Losses(batch), Things);
        CheckApart("result", result, batch);
        Evaluation evaluation = Of(batch) with { LogSumExps = result };
        result.Clear();
        evaluation.Run(new() { Order = DerivativeOrder.Value, Degree = Degree });
    }

    private protected override Cost Run(
        Linear<T> batch, ReadOnlySpan<T> weights, Span<T> losses, LinearGradients<T> gradients, Reduction reduction) =>
        Run(batch, weights, losses, gradients, reduction, out _);

    private Cost Run(
        Linear<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        LinearGradients<T> gradients,
        Reduction reduction,
        out Cost zLoss)
    {
        Evaluation evaluation = Of(batch) with { Gradients = gradients };
        return Run(evaluation, weights, losses, reduction, out zLoss);
    }

    private Evaluation Of(Linear<T> batch) => new()
    {
        Loss = this,
        Hidden = batch.Hidden,
        Prototypes = batch.Prototypes,
        Bias = batch.Bias,
        Labels = batch.Labels,
    };

    private Cost Run(
        Evaluation evaluation, ReadOnlySpan<T> weights, Span<T> losses, Reduction reduction, out Cost zLoss)
    {
        ReadOnlySpan<int> labels = evaluation.Labels;
        Plan plan = Rows.PlanOf(ref weights, labels, labels.Length, reduction, !losses.IsEmpty, out _);
        losses.Clear();
        Cost cost = Calls<T>.Run(
            ref evaluation,
            plan,
            weights,
            losses,
            evaluation.Gradients.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient,
            Degree);
        zLoss = plan.Cost(evaluation.ZSum);
        return cost;
    }

    private ref struct Evaluation : IEvaluation<T>
    {
        public required LinearLoss<T> Loss { get; init; }

        public required Source<T> Hidden { get; init; }

        public required Source<T> Prototypes { get; init; }

        public required ReadOnlySpan<T> Bias { get; init; }

        public required ReadOnlySpan<int> Labels { get; init; }

        public LinearGradients<T> Gradients { get; init; }

        /// <summary>Receives one number a row; empty if nobody asks.</summary>
        public Span<T> LogSumExps { get; init; }

        /// <summary>What the z-loss adds to the sum.</summary>
        public CompensatedSum ZSum { get; private set; }

        readonly int IEvaluation<T>.Losses => Labels.Length;

        public CompensatedSum Run(in Call<T> call)
        {
            if (call.Order > DerivativeOrder.Value)
            {
                ClearDerivatives();
            }

            CosineScores<T>? cosines = Loss._cosines;
            using UnitRows<T> unit = new(Prototypes, Loss.Dimension, normalizes: cosines is not null);
            Source<T> prototypes = cosines is null ? Prototypes : unit.Rows;
            using Rented<T> widened = new(CrossProducts<T>.Widened(prototypes, Loss.Dimension));
            using Rented<T> classes = new(Loss._groups is null ? 0 : Loss.Classes);
            Spans.Enumerate(classes.Span);

            LabelledScores<T> scores = new()
            {
                Kernel = LogSumExps.IsEmpty ? Loss.Rows.Kernel : MatchScores<T>.Softmax,
                Groups = LogSumExps.IsEmpty ? Loss._groups : null,
                LabelsOfColumns = classes.Span,
                TargetOfSame = T.One,
                Classes = Loss.Rows.ClassOptions,
                Labels = Labels,
                Call = call,
                Numbers = Loss.Scratch / Unsafe.SizeOf<T>(),
                ZLoss = Loss.ZLoss,
                SoftCap = Loss.SoftCap,
                Cosines = cosines,
                LogSumExps = LogSumExps,
            };
            CompensatedSum sum = scores.Run(
                new()
                {
                    Left = Hidden,
                    Right = prototypes,
                    RightScratch = widened.Span,
                    Bias = Bias,
                    Dimension = Loss.Dimension,
                    Factor = cosines?.Scale ?? T.One,
                    Degree = call.Degree,
                    Normalizes = cosines is { HasNorms: false },
                    GradientLeft = Gradients.Hidden,
                    GradientRight = Gradients.Prototypes,
                    GradientBias = Gradients.Bias,
                },
                out CompensatedSum zSum);
            if (call.Order > DerivativeOrder.Value && cosines is not null)
            {
                unit.Backward(Gradients.Prototypes);
            }

            ZSum = zSum;
            return sum;
        }

        public readonly void ClearDerivatives() => Gradients.Clear();
    }
}
