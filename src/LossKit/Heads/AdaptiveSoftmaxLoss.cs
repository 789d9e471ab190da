namespace LossKit;

/// <summary>
/// Cross-entropy of very many classes, the rare ones of which share a logit a tail with each other:
/// <see cref="Loss.AdaptiveSoftmax"/>. Value and gradients of all that goes into it, without the matrices of logits.
/// </summary>
/// <remarks>
/// There is one loss and one weight a row; less the loss is the log-probability of the label. Only rows whose label is
/// in a tail meet its classes. Head and tails are evaluated as <see cref="LinearLoss{T}"/> does it, with scratch memory
/// of <see cref="WithScratch"/>, 32 MiB unless it says otherwise, a label a row, and half a MiB a thread. Rows that are
/// ignored, or whose weight is 0, are left out before anything is computed. On several threads the result is the same
/// to the last bit.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class AdaptiveSoftmaxLoss<T> : BatchLoss<T, AdaptiveLinear<T>, AdaptiveLinearGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>So many rows of a tail have room whatever the scratch memory is.</summary>
    private const int FewRows = 16;

    /// <summary>What is ignored in the head: no row of it, whatever label the caller ignores.</summary>
    private const int NoRow = -1;

    /// <summary>All classes, for labels and the mean.</summary>
    private readonly RowLoss<T, int> _rows;

    private readonly RowLoss<T, int> _head;
    private readonly Tail[] _tails;

    internal AdaptiveSoftmaxLoss(
        int classes, int dimension, IReadOnlyList<int> cutoffs, double divValue, int ignoreIndex)
    {
        _rows = Loss.SoftmaxCrossEntropy<T>(classes, ignoreIndex: ignoreIndex);
        Dimension = EmbeddingChecks.Dimension(dimension);
        double divisor = Parameter.AtLeast(1, divValue).Value;
        int[] ends = [.. Checked(cutoffs, classes), classes];
        _head = Loss.SoftmaxCrossEntropy<T>(ends[0] + cutoffs.Count, ignoreIndex: NoRow);
        EmbeddingChecks.Numbers((long)_head.Classes * dimension, "numbers of the head");
        _tails = new Tail[cutoffs.Count];
        (long projections, long prototypes) = (0, 0);
        for (int tail = 0; tail < _tails.Length; tail++)
        {
            int own = (int)Math.Floor(dimension / Math.Pow(divisor, tail + 1));
            if (own < 1)
            {
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"'divValue' is {divisor}: of {dimension} numbers tail {tail} has none, but 1 is needed."),
                    nameof(divValue));
            }

            int count = ends[tail + 1] - ends[tail];
            _tails[tail] = new(
                ends[tail],
                own,
                EmbeddingChecks.Numbers(projections, "numbers of projections"),
                EmbeddingChecks.Numbers(prototypes, "numbers of tails"),
                Loss.SoftmaxCrossEntropy<T>(count, ignoreIndex: NoRow));
            projections += (long)own * dimension;
            prototypes += (long)own * count;
        }

        Projections = EmbeddingChecks.Numbers(projections, "numbers of projections");
        Prototypes = EmbeddingChecks.Numbers(prototypes, "numbers of tails");
        TailDimensions = Array.AsReadOnly(Array.ConvertAll(_tails, tail => tail.Dimension));
        Cutoffs = Array.AsReadOnly(ends[..^1]);
    }

    /// <summary>How many numbers a row has.</summary>
    public int Dimension { get; }

    /// <summary>How many classes there are.</summary>
    public int Classes => _rows.Classes;

    /// <summary>The first class of each tail.</summary>
    public IReadOnlyList<int> Cutoffs { get; }

    /// <summary>How many numbers a row has in each tail.</summary>
    public IReadOnlyList<int> TailDimensions { get; }

    /// <summary>How many rows the head has: those of the classes before the first tail, then one a tail.</summary>
    public int HeadRows => _head.Classes;

    /// <summary>The bytes that logits and copies of rows may take at a time.</summary>
    public int Scratch { get; private set; } = PrototypeLoss<T>.UsualScratch;

    private int Projections { get; }

    private int Prototypes { get; }

    private protected override string Things => "rows";

    /// <summary>Where the projection of a tail lies among <see cref="AdaptiveLinear{T}.Projections"/>.</summary>
    /// <param name="tail">Which tail, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none such.</exception>
    public Range ProjectionOf(int tail) => Part(TailAt(tail).FirstOfProjection, TailAt(tail).Dimension * Dimension);

    /// <summary>Where the prototypes of a tail's classes lie among <see cref="AdaptiveLinear{T}.Tails"/>.</summary>
    /// <inheritdoc cref="ProjectionOf"/>
    public Range PrototypesOf(int tail) => Part(
        TailAt(tail).FirstOfPrototypes, TailAt(tail).Rows.Classes * TailAt(tail).Dimension);

    /// <summary>The same loss with other scratch memory.</summary>
    /// <param name="bytes">
    /// The most that logits and copies of rows may take at a time, positive; 16 rows have room whatever it says.
    /// </param>
    public AdaptiveSoftmaxLoss<T> WithScratch(int bytes)
    {
        AdaptiveSoftmaxLoss<T> copy = (AdaptiveSoftmaxLoss<T>)MemberwiseClone();
        copy.Scratch = BatchChecks.Positive(bytes, "the most that logits may take at a time");
        return copy;
    }

    /// <summary>One a row.</summary>
    public override int Losses(AdaptiveLinear<T> batch) => batch.Labels.Length;

    private protected override void Check(AdaptiveLinear<T> batch, ReadOnlySpan<T> weights)
    {
        int rows = BatchChecks.Rows("hidden", batch.Hidden.Length, Dimension, "numbers");
        BatchChecks.Table("head", batch.Head.Length, HeadRows, "classes and tails", Dimension);
        BatchChecks.LengthIfGiven("headBias", batch.HeadBias.Length, HeadRows, "classes and tails");
        BatchChecks.Table(
            "projections", batch.Projections.Length, Projections / Dimension, "rows of projections", Dimension);
        CheckTails(batch.Tails.Length);
        BatchChecks.Length("labels", batch.Labels.Length, rows, "rows");
        BatchChecks.LengthIfGiven("weights", weights.Length, rows, Things);
        _rows.CheckLabels(batch.Labels, "labels");
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, AdaptiveLinear<T> batch)
    {
        BatchChecks.Apart(name, output, "hidden", batch.Hidden);
        BatchChecks.Apart(name, output, "head", batch.Head);
        BatchChecks.Apart(name, output, "headBias", batch.HeadBias);
        BatchChecks.Apart(name, output, "projections", batch.Projections);
        BatchChecks.Apart(name, output, "tails", batch.Tails);
        BatchChecks.Apart(name, output, "labels", batch.Labels);
    }

    private protected override void CheckNumbers(AdaptiveLinear<T> batch)
    {
        EntryChecks.Rows("hidden", batch.Hidden, Domain.Reals, Dimension, batch.Labels, _rows.IgnoreIndex);
        EntryChecks.Numbers("head", batch.Head, Domain.Reals, Dimension);
        EntryChecks.Numbers("headBias", batch.HeadBias, Domain.Logits);
        EntryChecks.Numbers("projections", batch.Projections, Domain.Reals, Dimension);
        EntryChecks.Numbers("tails", batch.Tails, Domain.Reals);
    }

    private protected override void CheckGradients(
        AdaptiveLinear<T> batch, AdaptiveLinearGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        const string Hidden = "gradients.Hidden", Head = "gradients.Head", Bias = "gradients.HeadBias";
        const string OfProjections = "gradients.Projections", OfTails = "gradients.Tails";
        CheckGradient(Hidden, gradients.Hidden, "hidden", batch.Hidden.Length, batch, weights);
        CheckGradient(Head, gradients.Head, "head", batch.Head.Length, batch, weights);
        CheckGradient(Bias, gradients.HeadBias, "classes and tails of the head", HeadRows, batch, weights);
        CheckGradient(OfProjections, gradients.Projections, "projections", Projections, batch, weights);
        CheckGradient(OfTails, gradients.Tails, "tails", Prototypes, batch, weights);
        BatchChecks.Apart(Head, gradients.Head, Hidden, gradients.Hidden);
        BatchChecks.Apart(Bias, gradients.HeadBias, Hidden, gradients.Hidden);
        BatchChecks.Apart(Bias, gradients.HeadBias, Head, gradients.Head);
        BatchChecks.Apart(OfProjections, gradients.Projections, Hidden, gradients.Hidden);
        BatchChecks.Apart(OfProjections, gradients.Projections, Head, gradients.Head);
        BatchChecks.Apart(OfProjections, gradients.Projections, Bias, gradients.HeadBias);
        BatchChecks.Apart(OfTails, gradients.Tails, Hidden, gradients.Hidden);
        BatchChecks.Apart(OfTails, gradients.Tails, Head, gradients.Head);
        BatchChecks.Apart(OfTails, gradients.Tails, Bias, gradients.HeadBias);
        BatchChecks.Apart(OfTails, gradients.Tails, OfProjections, gradients.Projections);
    }

    private protected override Cost Run(
        AdaptiveLinear<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        AdaptiveLinearGradients<T> gradients,
        Reduction reduction)
    {
        Plan plan = _rows.PlanOf(ref weights, batch.Labels, batch.Labels.Length, reduction, !losses.IsEmpty, out _);
        Evaluation evaluation = new() { Loss = this, Batch = batch, Gradients = gradients };
        losses.Clear();
        DerivativeOrder order = gradients.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient;
        return Calls<T>.Run(ref evaluation, plan, weights, losses, order, Degree);
    }

    private static IReadOnlyList<int> Checked(IReadOnlyList<int> cutoffs, int classes)
    {
        ArgumentNullException.ThrowIfNull(cutoffs);
        if (cutoffs.Count == 0)
        {
            throw BatchChecks.Refusal(
                nameof(cutoffs), "'cutoffs' is empty: the first class of at least one tail is needed.");
        }

        for (int tail = 0; tail < cutoffs.Count; tail++)
        {
            int least = tail == 0 ? 1 : cutoffs[tail - 1] + 1;
            if (cutoffs[tail] < least || cutoffs[tail] >= classes)
            {
                throw BatchChecks.Refusal(
                    nameof(cutoffs),
                    $"cutoffs[{tail}] is {cutoffs[tail]}, but must be between {least} and {classes - 1}: the first class "
                    + "of a tail, after that of the tail before it.");
            }
        }

        return cutoffs;
    }

    private void CheckTails(int given)
    {
        if (given != Prototypes)
        {
            string each = string.Join(" + ", _tails.Select(tail => $"{tail.Rows.Classes}·{tail.Dimension}"));
            throw Refusal("tails", $"'tails' has {given} entries, but must have {Prototypes}: {each} of the tails.");
        }
    }

    private Tail TailAt(int tail) => (uint)tail < (uint)_tails.Length
        ? _tails[tail]
        : throw new ArgumentOutOfRangeException(
            nameof(tail), tail, $"'tail' is {tail}, but there are {_tails.Length}: it must be between 0 and "
            + $"{_tails.Length - 1}.");

    /// <summary>Which row of the head a label is in: its own, or its tail's.</summary>
    private int HeadRowOf(int label)
    {
        int frequent = HeadRows - _tails.Length;
        int tail = _tails.Length - 1;
        while (tail >= 0 && label < _tails[tail].First)
        {
            tail--;
        }

        return label == _rows.IgnoreIndex ? NoRow : tail < 0 ? label : frequent + tail;
    }

    private static Range Part(int first, int count) => first..(first + count);

    /// <summary>A part of an input or of its gradient, which may have been left out.</summary>
    private static Span<T> IfAny(Span<T> gradient, Range part) => gradient.IsEmpty ? gradient : gradient[part];

    /// <param name="First">Its first class.</param>
    /// <param name="Dimension">How many numbers a row has in it.</param>
    /// <param name="FirstOfProjection">Where its projection begins.</param>
    /// <param name="FirstOfPrototypes">Where the prototypes of its classes begin.</param>
    /// <param name="Rows">The loss of its classes' logits.</param>
    private sealed record Tail(
        int First, int Dimension, int FirstOfProjection, int FirstOfPrototypes, RowLoss<T, int> Rows)
    {
        public bool Has(int label) => label >= First && label - First < Rows.Classes;
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required AdaptiveSoftmaxLoss<T> Loss { get; init; }

        public required AdaptiveLinear<T> Batch { get; init; }

        public required AdaptiveLinearGradients<T> Gradients { get; init; }

        int IEvaluation<T>.Losses => Batch.Labels.Length;

        private int Numbers => Loss.Scratch / Unsafe.SizeOf<T>();

        public CompensatedSum Run(in Call<T> call)
        {
            if (call.Order > DerivativeOrder.Value)
            {
                ClearDerivatives();
            }

            CompensatedSum sum = RunHead(call);
            for (int tail = 0; tail < Loss._tails.Length; tail++)
            {
                sum += RunTail(tail, call);
            }

            return sum;
        }

        public void ClearDerivatives() => Gradients.Clear();

        private CompensatedSum RunHead(in Call<T> call)
        {
            using Rented<int> labels = new(Batch.Labels.Length);
            for (int row = 0; row < labels.Span.Length; row++)
            {
                labels.Span[row] = Loss.HeadRowOf(Batch.Labels[row]);
            }

            return Evaluate(
                Loss._head,
                labels.Span,
                call,
                Numbers,
                new()
                {
                    Left = Batch.Hidden,
                    Right = Batch.Head,
                    Bias = Batch.HeadBias,
                    Dimension = Loss.Dimension,
                    Factor = T.One,
                    Degree = call.Degree,
                    GradientLeft = Gradients.Hidden,
                    GradientRight = Gradients.Head,
                    GradientBias = Gradients.HeadBias,
                });
        }

        /// <summary>The rows of a tail, so many at a time as have room in half of the scratch memory.</summary>
        private CompensatedSum RunTail(int tail, in Call<T> call)
        {
            Tail own = Loss._tails[tail];
            int count = 0;
            for (int row = 0; row < Batch.Labels.Length; row++)
            {
                count += Counts(own, row, call) ? 1 : 0;
            }

            int numbersOfRow = 2 * (Loss.Dimension + own.Dimension) + 2;
            int most = Math.Min(count, Math.Max(FewRows, Numbers / 2 / numbersOfRow));
            EmbeddingChecks.Numbers((long)most * Math.Max(Loss.Dimension, own.Dimension));
            using Rented<int> rows = new(most);
            using Rented<int> labels = new(most);
            using Rented<T> weights = new(most);
            using Rented<T> losses = new(call.Losses.IsEmpty ? 0 : most);
            using Rented<T> hidden = new(most * Loss.Dimension);
            using Rented<T> projected = new(most * own.Dimension);
            CompensatedSum sum = default;
            for (int next = 0; count > 0; count -= most)
            {
                int some = Math.Min(most, count);
                for (int k = 0; k < some; next++)
                {
                    if (Counts(own, next, call))
                    {
                        rows.Span[k] = next;
                        labels.Span[k] = Batch.Labels[next] - own.First;
                        weights.Span[k] = call.WeightOf(next);
                        Batch.Hidden[Internals.Embedding.Rows.At(next, Loss.Dimension)]
                            .CopyTo(hidden.Span[Internals.Embedding.Rows.At(k, Loss.Dimension)]);
                        k++;
                    }
                }

                sum += RunRows(
                    tail,
                    new()
                    {
                        Rows = rows.Span[..some],
                        Labels = labels.Span[..some],
                        Hidden = hidden.Span[..(some * Loss.Dimension)],
                        Projected = projected.Span[..(some * own.Dimension)],
                    },
                    new()
                    {
                        Weights = weights.Span[..some],
                        Losses = call.Losses.IsEmpty ? default : losses.Span[..some],
                        Order = call.Order,
                        Scale = call.Scale,
                        Degree = call.Degree,
                    });
                for (int k = 0; k < some && !call.Losses.IsEmpty; k++)
                {
                    call.Losses[rows.Span[k]] += losses.Span[k];
                }
            }

            return sum;
        }

        /// <summary>Some rows of a tail, and what its losses make of the gradients.</summary>
        private CompensatedSum RunRows(int tail, in TailRows rows, in Call<T> call)
        {
            int dimension = Loss.Dimension;
            Tail own = Loss._tails[tail];
            Range projectionAt = Loss.ProjectionOf(tail);
            Range prototypesAt = Loss.PrototypesOf(tail);
            ReadOnlySpan<T> projection = Batch.Projections[projectionAt];
            MatrixProduct<T>.RowsByRows<Dot>(rows.Hidden, projection, dimension, rows.Projected, call.Degree);

            bool goesOn = call.Order > DerivativeOrder.Value
                && !(Gradients.Hidden.IsEmpty && Gradients.Projections.IsEmpty);
            using Rented<T> slopes = new(goesOn ? rows.Projected.Length : 0);
            slopes.Span.Clear();
            call.Losses.Clear();
            CompensatedSum sum = Evaluate(
                own.Rows,
                rows.Labels,
                call,
                Numbers / 2,
                new()
                {
                    Left = rows.Projected,
                    Right = Batch.Tails[prototypesAt],
                    Dimension = own.Dimension,
                    Factor = T.One,
                    Degree = call.Degree,
                    GradientLeft = slopes.Span,
                    GradientRight = IfAny(Gradients.Tails, prototypesAt),
                });
            if (!goesOn)
            {
                return sum;
            }

            Matrix<T> pulls = new(slopes.Span, rows.Rows.Length, own.Dimension);
            if (!Gradients.Projections.IsEmpty)
            {
                Span<T> ofProjection = Gradients.Projections[projectionAt];
                MatrixProduct<T>.MultiplyAdd(pulls.Transposed, rows.Hidden, dimension, ofProjection, call.Degree);
            }

            if (!Gradients.Hidden.IsEmpty)
            {
                // The rows' copies are not needed any more.
                rows.Hidden.Clear();
                MatrixProduct<T>.MultiplyAdd(pulls, projection, dimension, rows.Hidden, call.Degree);
                for (int k = 0; k < rows.Rows.Length; k++)
                {
                    Spans.Add<T>(
                        Gradients.Hidden[Internals.Embedding.Rows.At(rows.Rows[k], dimension)],
                        rows.Hidden[Internals.Embedding.Rows.At(k, dimension)]);
                }
            }

            return sum;
        }

        private static CompensatedSum Evaluate(
            RowLoss<T, int> rows, ReadOnlySpan<int> labels, in Call<T> call, long numbers, CrossProducts<T> products)
        {
            LabelledScores<T> scores = new()
            {
                Kernel = rows.Kernel,
                Classes = rows.ClassOptions,
                Labels = labels,
                Call = call,
                Numbers = numbers,
            };
            return scores.Run(products, out _);
        }

        /// <summary>Whether a row's label is in a tail, and it makes a difference.</summary>
        private bool Counts(Tail tail, int row, in Call<T> call)
        {
            int label = Batch.Labels[row];
            return tail.Has(label)
                && label != Loss._rows.IgnoreIndex
                && (!call.Losses.IsEmpty || call.WeightOf(row) != T.Zero);
        }
    }

    /// <summary>Some rows of a tail in memory of their own.</summary>
    private readonly ref struct TailRows
    {
        public required ReadOnlySpan<int> Rows { get; init; }

        public required ReadOnlySpan<int> Labels { get; init; }

        public required Span<T> Hidden { get; init; }

        /// <summary>Receives them in the tail's dimension.</summary>
        public required Span<T> Projected { get; init; }
    }
}
