namespace LossKit;

/// <summary>
/// A loss of rows of classes whose logits are those of a linear layer: <see cref="Loss.LinearCrossEntropy"/>, and what
/// <see cref="RowLosses.OfLinear"/> makes of any other. Value and gradients of all that goes into the layer, without the
/// matrix of logits.
/// </summary>
/// <remarks>
/// There is one loss and one weight a row. The rows are evaluated some at a time, as many as let their logits and
/// copies fit the scratch memory: <see cref="WithScratch"/>, 32 MiB unless it says otherwise, and always at least one
/// row, rented from the shared array pool for the time of a call; each thread takes half a MiB besides, and with a soft
/// cap or a z-loss the logits of a few rows. Rows that are ignored, or whose weight is 0, are left out before anything
/// is computed. The result is that of the matrix but for rounding; on several threads it is the same to the last bit.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class LinearLoss<T> : BatchLoss<T, Linear<T>, LinearGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int UsualScratch = 1 << 25;

    /// <summary>How many rows lanes of any width and tiles of products have room for.</summary>
    private const int RowsOfTile = 16;

    private readonly RowLoss<T, int> _rows;

    internal LinearLoss(RowLoss<T, int> rows, int dimension, double zLoss, double? softCap)
    {
        if (rows.Facts.Predictions == Domain.Probabilities)
        {
            throw new ArgumentException("The loss takes probabilities, but a linear layer makes logits.", nameof(rows));
        }

        _rows = rows;
        Dimension = EmbeddingChecks.Dimension(dimension);
        EmbeddingChecks.Numbers((long)Classes * Dimension, "numbers of prototypes");
        ZLoss = Parameter.NotNegative(zLoss).In<T>(nameof(zLoss)).Value;
        SoftCap = softCap is { } cap ? Parameter.Positive(cap, nameof(softCap)).In<T>(nameof(softCap)).Value : null;
    }

    /// <summary>How many numbers a row of hidden states has.</summary>
    public int Dimension { get; }

    /// <summary>How many prototypes there are.</summary>
    public int Classes => _rows.Classes;

    /// <summary>λ, what the square of a row's log Σ eˣ counts.</summary>
    public double ZLoss { get; }

    /// <summary>c, if logits x are c·tanh(x/c).</summary>
    public double? SoftCap { get; }

    /// <summary>The bytes that logits may take at a time.</summary>
    public int Scratch { get; private set; } = UsualScratch;

    private protected override string Things => "rows";

    private bool NeedsMore => ZLoss > 0 || SoftCap is not null;

    /// <summary>The same loss with other scratch memory: less is slower, from about 1/50 of all logits on.</summary>
    /// <param name="bytes">The most that logits may take at a time, positive; one row has room whatever it says.</param>
    public LinearLoss<T> WithScratch(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        LinearLoss<T> copy = (LinearLoss<T>)MemberwiseClone();
        copy.Scratch = bytes;
        return copy;
    }

    /// <summary>One a row.</summary>
    public override int Losses(Linear<T> batch) => batch.Labels.Length;

    /// <summary>As <see cref="BatchLoss{T, TBatch, TGradients}.ValueAndGradient"/>, and the z-loss' part of it.</summary>
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
        Evaluation evaluation = new() { Loss = this, Batch = batch, LogSumExps = result };
        result.Clear();
        evaluation.Run(new() { Order = DerivativeOrder.Value, Degree = Degree });
    }

    private protected override void Check(Linear<T> batch, ReadOnlySpan<T> weights)
    {
        int rows = BatchChecks.Rows("hidden", batch.Hidden.Length, Dimension, "numbers");
        BatchChecks.Length("prototypes", batch.Prototypes.Length, Classes * Dimension, "numbers");
        BatchChecks.LengthIfGiven("bias", batch.Bias.Length, Classes, "classes");
        BatchChecks.Length("labels", batch.Labels.Length, rows, Things);
        BatchChecks.LengthIfGiven("weights", weights.Length, rows, Things);
        _rows.CheckLabels(batch.Labels, "labels");
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Linear<T> batch)
    {
        BatchChecks.Apart(name, output, "hidden", batch.Hidden);
        BatchChecks.Apart(name, output, "prototypes", batch.Prototypes);
        BatchChecks.Apart(name, output, "bias", batch.Bias);
        BatchChecks.Apart(name, output, "labels", batch.Labels);
    }

    private protected override void CheckNumbers(Linear<T> batch)
    {
        EntryChecks.Numbers("hidden", batch.Hidden, Domain.Reals, Dimension);
        EntryChecks.Numbers("prototypes", batch.Prototypes, Domain.Reals, Dimension);
        EntryChecks.Numbers("bias", batch.Bias, Domain.Logits);
    }

    private protected override void CheckGradients(
        Linear<T> batch, LinearGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        CheckGradient("gradients.Hidden", gradients.Hidden, "hidden", batch.Hidden.Length, batch, weights);
        CheckGradient(
            "gradients.Prototypes", gradients.Prototypes, "prototypes", batch.Prototypes.Length, batch, weights);
        CheckGradient("gradients.Bias", gradients.Bias, "classes", Classes, batch, weights);
        BatchChecks.Apart("gradients.Prototypes", gradients.Prototypes, "gradients.Hidden", gradients.Hidden);
        BatchChecks.Apart("gradients.Bias", gradients.Bias, "gradients.Hidden", gradients.Hidden);
        BatchChecks.Apart("gradients.Bias", gradients.Bias, "gradients.Prototypes", gradients.Prototypes);
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
        int rows = batch.Labels.Length;
        Plan plan = _rows.PlanOf(ref weights, batch.Labels, rows, reduction, !losses.IsEmpty, out _);
        bool differentiates =
            !gradients.Hidden.IsEmpty || !gradients.Prototypes.IsEmpty || !gradients.Bias.IsEmpty;
        Evaluation evaluation = new() { Loss = this, Batch = batch, Gradients = gradients };
        losses.Clear();
        Cost cost = Calls<T>.Run(
            ref evaluation,
            plan,
            weights,
            losses,
            differentiates ? DerivativeOrder.Gradient : DerivativeOrder.Value,
            Degree);
        zLoss = plan.Cost(evaluation.ZSum);
        return cost;
    }

    private ref struct Evaluation : IEvaluation<T>
    {
        public required LinearLoss<T> Loss { get; init; }

        public required Linear<T> Batch { get; init; }

        public LinearGradients<T> Gradients { get; init; }

        /// <summary>Receives one number a row; empty if nobody asks.</summary>
        public Span<T> LogSumExps { get; init; }

        /// <summary>What the z-loss adds to the sum.</summary>
        public CompensatedSum ZSum { get; private set; }

        readonly int IEvaluation<T>.Losses => Batch.Labels.Length;

        public CompensatedSum Run(in Call<T> call)
        {
            ZSum = default;
            if (call.Order > DerivativeOrder.Value)
            {
                ClearDerivatives();
            }

            int classes = Loss.Classes;
            int dimension = Loss.Dimension;
            int most = RowsAtOnce(Batch.Labels.Length);
            using Rented<int> rows = new(most);
            using Rented<int> labels = new(most);
            using Rented<T> weights = new(call.Weights.IsEmpty ? 0 : most);
            using Rented<T> ofRows = new(3 * most);
            using Rented<T> hidden = new(most * dimension);
            using Rented<T> logits = new(most * classes);
            CompensatedSum sum = default;
            int next = 0;
            while (Select(call, rows.Span, ref next) is > 0 and int count)
            {
                Block block = new()
                {
                    Rows = rows.Span[..count],
                    Labels = labels.Span[..count],
                    Weights = call.Weights.IsEmpty ? default : weights.Span[..count],
                    Losses = ofRows.Span[..count],
                    LogSumExps = ofRows.Span.Slice(most, count),
                    ZLosses = ofRows.Span.Slice(2 * most, count),
                    Hidden = hidden.Span[..(count * dimension)],
                    Logits = logits.Span[..(count * classes)],
                };
                Gather(call, block);
                MatrixProduct<T>.RowsByRows<Dot>(block.Hidden, Batch.Prototypes, dimension, block.Logits, call.Degree);
                RowWork work = new()
                {
                    Loss = Loss,
                    Bias = Batch.Bias,
                    Block = block,
                    Call = call,
                    WantsLogSumExps = !LogSumExps.IsEmpty,
                };
                sum += Segments.Run(work, count, classes, call.Degree);
                Keep(call, block, ref sum);
                if (call.Order > DerivativeOrder.Value)
                {
                    Differentiate(block, call.Degree);
                }
            }

            return sum;
        }

        public readonly void ClearDerivatives()
        {
            Gradients.Hidden.Clear();
            Gradients.Prototypes.Clear();
            Gradients.Bias.Clear();
        }

        private readonly int RowsAtOnce(int rows)
        {
            long numbers = Loss.Scratch / Unsafe.SizeOf<T>() / ((long)Loss.Classes + Loss.Dimension);
            long whole = numbers < RowsOfTile ? Math.Max(1, numbers) : numbers / RowsOfTile * RowsOfTile;
            return (int)Math.Min(Math.Min(rows, whole), Array.MaxLength / Math.Max(Loss.Classes, Loss.Dimension));
        }

        /// <summary>The next rows that are not ignored and count, or whose losses are asked for.</summary>
        private readonly int Select(in Call<T> call, Span<int> rows, ref int next)
        {
            bool wantsAll = !call.Losses.IsEmpty || call.Weights.IsEmpty;
            int count = 0;
            for (; next < Batch.Labels.Length && count < rows.Length; next++)
            {
                if (!Loss._rows.ClassOptions.IsIgnored(Batch.Labels[next])
                    && (wantsAll || call.Weights[next] != T.Zero))
                {
                    rows[count++] = next;
                }
            }

            return count;
        }

        private readonly void Gather(in Call<T> call, in Block block)
        {
            for (int k = 0; k < block.Rows.Length; k++)
            {
                int row = block.Rows[k];
                block.Labels[k] = Batch.Labels[row];
                Batch.Hidden[Rows.At(row, Loss.Dimension)].CopyTo(block.Hidden[Rows.At(k, Loss.Dimension)]);
                if (!block.Weights.IsEmpty)
                {
                    block.Weights[k] = call.Weights[row];
                }
            }
        }

        /// <summary>Keeps what there is one of a row, and adds the z-losses, which do not depend on the label.</summary>
        private void Keep(in Call<T> call, in Block block, ref CompensatedSum sum)
        {
            for (int k = 0; k < block.Rows.Length; k++)
            {
                int row = block.Rows[k];
                double weight = block.Weights.IsEmpty ? 1 : double.CreateTruncating(block.Weights[k]);
                T loss = block.Losses[k];
                if (Loss.ZLoss > 0)
                {
                    double ofRow = double.CreateTruncating(block.ZLosses[k]);
                    loss += block.ZLosses[k];
                    if (weight != 0)
                    {
                        ZSum += weight * ofRow;
                        sum += weight * ofRow;
                    }
                }

                if (!call.Losses.IsEmpty)
                {
                    call.Losses[row] = loss;
                }

                if (!LogSumExps.IsEmpty)
                {
                    LogSumExps[row] = block.LogSumExps[k];
                }
            }
        }

        /// <summary>From slopes with respect to logits, which have taken their place.</summary>
        private readonly void Differentiate(in Block block, int degree)
        {
            int count = block.Rows.Length;
            int dimension = Loss.Dimension;
            Matrix<T> slopes = new(block.Logits, count, Loss.Classes);
            if (!Gradients.Bias.IsEmpty)
            {
                using Rented<T> ofBlock = new(Loss.Classes);
                ofBlock.Span.Clear();
                for (int k = 0; k < count; k++)
                {
                    Spans.Add<T>(ofBlock.Span, block.Logits[Rows.At(k, Loss.Classes)]);
                }

                Spans.Add<T>(Gradients.Bias, ofBlock.Span);
            }

            if (!Gradients.Prototypes.IsEmpty)
            {
                ClearWithoutSlopes(block);
                MatrixProduct<T>.MultiplyAdd(
                    slopes.Transposed, block.Hidden, dimension, Gradients.Prototypes, degree);
            }

            if (!Gradients.Hidden.IsEmpty)
            {
                // In place of the copies, which nobody needs any more.
                block.Hidden.Clear();
                MatrixProduct<T>.MultiplyAdd(slopes, Batch.Prototypes, dimension, block.Hidden, degree);
                for (int k = 0; k < count; k++)
                {
                    block.Hidden[Rows.At(k, dimension)].CopyTo(Gradients.Hidden[Rows.At(block.Rows[k], dimension)]);
                }
            }
        }

        /// <summary>
        /// Clears the copies of hidden rows that a class of weight 0 leaves without slopes: whatever they hold, they count
        /// for nothing.
        /// </summary>
        private readonly void ClearWithoutSlopes(in Block block)
        {
            ClassOptions<T> options = Loss._rows.ClassOptions;
            for (int k = 0; k < block.Rows.Length && !options.Weights.IsEmpty; k++)
            {
                if (options.WeightOf(block.Labels[k]) == T.Zero
                    && Spans.CountNotZero<T>(block.Logits[Rows.At(k, Loss.Classes)]) == 0)
                {
                    block.Hidden[Rows.At(k, Loss.Dimension)].Clear();
                }
            }
        }
    }

    /// <summary>Some rows, one after the other.</summary>
    private readonly ref struct Block
    {
        public required Span<int> Rows { get; init; }

        public required Span<int> Labels { get; init; }

        /// <summary>Empty if all are 1.</summary>
        public required Span<T> Weights { get; init; }

        public required Span<T> Losses { get; init; }

        public required Span<T> LogSumExps { get; init; }

        public required Span<T> ZLosses { get; init; }

        public required Span<T> Hidden { get; init; }

        /// <summary>Without bias and cap at first, then slopes, if these are asked for.</summary>
        public required Span<T> Logits { get; init; }
    }

    /// <summary>Makes losses and slopes of the products of a block.</summary>
    private readonly ref struct RowWork : ISegmentWork
    {
        public required LinearLoss<T> Loss { get; init; }

        public required ReadOnlySpan<T> Bias { get; init; }

        public required Block Block { get; init; }

        public required Call<T> Call { get; init; }

        public required bool WantsLogSumExps { get; init; }

        private bool Differentiates => Call.Order > DerivativeOrder.Value;

        public CompensatedSum Run(int start, int length)
        {
            int classes = Loss.Classes;
            for (int row = start; row < start + length && !Bias.IsEmpty; row++)
            {
                Spans.Add(Block.Logits[Rows.At(row, classes)], Bias);
            }

            if (!Loss.NeedsMore && !WantsLogSumExps)
            {
                Span<T> logits = Block.Logits.Slice(start * classes, length * classes);
                return Evaluate(start, length, logits, logits);
            }

            // Few enough that they stay in a cache.
            int most = Math.Min(length, Math.Max(1, Segments.LeastNumbers / 8 / classes));
            using Rented<T> rented = new(2 * most * classes);
            CompensatedSum sum = default;
            for (int row = start; row < start + length; row += most)
            {
                int count = Math.Min(most, start + length - row);
                Span<T> capped = rented.Span[..(count * classes)];
                Span<T> slopes = rented.Span.Slice(most * classes, count * classes);
                Span<T> logits = Block.Logits.Slice(row * classes, count * classes);
                logits.CopyTo(capped);
                if (Loss.SoftCap is { } cap)
                {
                    Spans.Scale(capped, T.CreateTruncating(1 / cap));
                    Elementary<T>.Tanh(capped);
                    Spans.Scale(capped, T.CreateTruncating(cap));
                }

                sum += Evaluate(row, count, capped, slopes);
                for (int k = 0; k < count; k++)
                {
                    Regularize(row + k, capped[Rows.At(k, classes)], slopes[Rows.At(k, classes)]);
                }

                if (Differentiates)
                {
                    ChainCap(logits, slopes);
                }
            }

            return sum;
        }

        private CompensatedSum Evaluate(int start, int length, ReadOnlySpan<T> logits, Span<T> slopes)
        {
            Batch<T> batch = new()
            {
                Predictions = logits,
                Labels = Block.Labels.Slice(start, length),
                Weights = Block.Weights.IsEmpty ? default : Block.Weights.Slice(start, length),
                Losses = Block.Losses.Slice(start, length),
                Gradient = Differentiates ? slopes : default,
                Scale = Call.Scale,
                Columns = Loss.Classes,
            };
            return Loss._rows.Kernel.Run(batch, Call.Order, LaneWidths.Best);
        }

        /// <summary>Adds the slopes of the z-loss of a row, whose logits are scratch afterwards.</summary>
        private void Regularize(int row, Span<T> logits, Span<T> slopes)
        {
            T largest = Spans.Largest<T>(logits);
            Spans.Shift(logits, -largest, logits);
            Elementary<T>.ExpOfNegative(logits);
            double sum = double.CreateTruncating(Spans.Sum<T>(logits));
            double logSumExp = double.CreateTruncating(largest) + Math.Log(sum);
            Block.LogSumExps[row] = T.CreateTruncating(logSumExp);
            Block.ZLosses[row] = T.CreateTruncating(Loss.ZLoss * logSumExp * logSumExp);
            T weight = Block.Weights.IsEmpty ? T.One : Block.Weights[row];
            if (Differentiates && Loss.ZLoss > 0 && weight != T.Zero)
            {
                double scale = double.CreateTruncating(Call.Scale) * double.CreateTruncating(weight);
                Spans.AddScaled(slopes, T.CreateTruncating(scale * 2 * Loss.ZLoss * logSumExp / sum), logits);
            }
        }

        /// <summary>Slopes with respect to logits before the cap, in their place.</summary>
        private void ChainCap(Span<T> logits, ReadOnlySpan<T> slopes)
        {
            if (Loss.SoftCap is not { } cap)
            {
                slopes.CopyTo(logits);
                return;
            }

            Spans.Scale(logits, T.CreateTruncating(1 / cap));
            Elementary<T>.SquaredSech(logits);
            Spans.Multiply(logits, slopes);
        }
    }
}
