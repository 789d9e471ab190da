namespace LossKit;

/// <summary>The loss of <see cref="Loss.Elbo"/>: a reconstruction's and β times a divergence.</summary>
/// <remarks>
/// There is one loss and one weight an example. Six numbers for each of a posterior's are rented from the shared array
/// pool for the time of a call, and as many as an example's losses and slopes need.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class ElboLoss<T> : BatchLoss<T, Variational<T>, VariationalGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly string[] s_gradients =
    [
        "gradients.Predictions", "gradients.Means", "gradients.LogVariances",
        "gradients.PredictionsHessian", "gradients.MeansHessian", "gradients.LogVariancesHessian",
    ];

    private readonly RowSumKernel<T> _reconstruction;
    private readonly TupleRowsKernel<T> _divergence;

    internal ElboLoss(PointwiseLoss<T> reconstruction, double beta, double freeBits)
    {
        Inner = reconstruction;
        Beta = Parameter.NotNegative(beta).In<T>(nameof(beta)).Value;
        _reconstruction = new(reconstruction.Kernel);
        _divergence = new(
            new TupleKernel<T, TupleProgram<GaussianKlStandard>>(new(new(freeBits))),
            GaussianKlStandard.Predictions,
            GaussianKlStandard.Targets,
            ofRow: 0,
            isMean: false);
    }

    /// <summary>What the divergence counts.</summary>
    public double Beta { get; }

    private protected override string Things => "rows";

    /// <summary>One an example.</summary>
    public override int Losses(Variational<T> batch) => batch.Rows;

    /// <summary>
    /// As <see cref="BatchLoss{T, TBatch, TGradients}.ValueAndGradient"/>, and the divergence's part of it: what is
    /// left is the reconstruction's.
    /// </summary>
    /// <param name="batch">The inputs.</param>
    /// <param name="gradients">Receives the gradients.</param>
    /// <param name="divergence">The weighted sum of the divergences, before β, with the same weight and count.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradients are those of the mean or of the sum.</param>
    public Cost ValueAndGradient(
        Variational<T> batch,
        VariationalGradients<T> gradients,
        out Cost divergence,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        CheckInputs(batch, weights);
        CheckGradients(batch, gradients, weights);
        return Run(batch, weights, default, gradients, reduction, out divergence);
    }

    private protected override void Check(Variational<T> batch, ReadOnlySpan<T> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch.Rows, "rows");
        CheckRows("predictions", batch.Predictions.Length, batch.Rows);
        CheckRows("means", batch.Means.Length, batch.Rows);
        BatchChecks.Length("targets", batch.Targets.Length, "predictions", batch.Predictions.Length);
        BatchChecks.Length("logVariances", batch.LogVariances.Length, "means", batch.Means.Length);
        BatchChecks.LengthIfGiven("weights", weights.Length, batch.Rows, Things);
    }

    private static void CheckRows(string name, int length, int rows)
    {
        if (rows == 0 ? length > 0 : length % rows != 0)
        {
            throw Refusal(name, $"'{name}' has {length} entries, which are no {rows} rows of equal lengths.");
        }
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Variational<T> batch)
    {
        BatchChecks.Apart(name, output, "predictions", batch.Predictions);
        BatchChecks.Apart(name, output, "targets", batch.Targets);
        BatchChecks.Apart(name, output, "means", batch.Means);
        BatchChecks.Apart(name, output, "logVariances", batch.LogVariances);
    }

    private protected override void CheckNumbers(Variational<T> batch)
    {
        LossFacts facts = ((PointwiseLoss<T>)Inner!).Facts;
        EntryChecks.Numbers("predictions", batch.Predictions, facts.Predictions);
        EntryChecks.Numbers("targets", batch.Targets, facts.Targets);
        EntryChecks.Numbers("means", batch.Means, Domain.Reals);
        EntryChecks.Numbers("logVariances", batch.LogVariances, Domain.Reals);
    }

    private protected override void CheckGradients(
        Variational<T> batch, VariationalGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        for (int k = 0; k < s_gradients.Length; k++)
        {
            bool isOfOutputs = k % 3 == 0;
            CheckGradient(
                s_gradients[k],
                Of(gradients, k),
                isOfOutputs ? "predictions" : "means",
                isOfOutputs ? batch.Predictions.Length : batch.Means.Length,
                batch,
                weights);
            for (int j = 0; j < k; j++)
            {
                BatchChecks.Apart<T, T>(s_gradients[k], Of(gradients, k), s_gradients[j], Of(gradients, j));
            }
        }
    }

    private static Span<T> Of(in VariationalGradients<T> gradients, int k) => k switch
    {
        0 => gradients.Predictions,
        1 => gradients.Means,
        2 => gradients.LogVariances,
        3 => gradients.PredictionsHessian,
        4 => gradients.MeansHessian,
        _ => gradients.LogVariancesHessian,
    };

    private protected override Cost Run(
        Variational<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        VariationalGradients<T> gradients,
        Reduction reduction) => Run(batch, weights, losses, gradients, reduction, out _);

    private Cost Run(
        Variational<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        VariationalGradients<T> gradients,
        Reduction reduction,
        out Cost divergence)
    {
        Evaluation evaluation = new() { Loss = this, Batch = batch, Gradients = gradients };
        Plan plan = Plan.Of(ref weights, batch.Rows, reduction, !losses.IsEmpty, Degree);
        Cost cost = Calls<T>.Run(ref evaluation, plan, weights, losses, evaluation.Order, Degree);
        divergence = plan.Cost(evaluation.Divergence);
        return cost;
    }

    private ref struct Evaluation : IEvaluation<T>
    {
        public required ElboLoss<T> Loss { get; init; }

        public required Variational<T> Batch { get; init; }

        public required VariationalGradients<T> Gradients { get; init; }

        /// <summary>The sum of the divergences.</summary>
        public CompensatedSum Divergence { readonly get; private set; }

        public readonly int Losses => Batch.Rows;

        public readonly DerivativeOrder Order => Gradients switch
        {
            { PredictionsHessian.IsEmpty: false } or { MeansHessian.IsEmpty: false }
                or { LogVariancesHessian.IsEmpty: false } => DerivativeOrder.Hessian,
            { Predictions.IsEmpty: false } or { Means.IsEmpty: false }
                or { LogVariances.IsEmpty: false } => DerivativeOrder.Gradient,
            _ => DerivativeOrder.Value,
        };

        public CompensatedSum Run(in Call<T> call)
        {
            int latents = Batch.Means.Length;
            bool hasGradient = call.Order >= DerivativeOrder.Gradient;
            bool hasHessian = call.Order >= DerivativeOrder.Hessian;
            int outputs = Batch.Predictions.Length;
            using Rented<T> joined = new(2 * latents);
            using Rented<T> slopes = new(hasGradient ? Math.Max(2 * latents, outputs) : 0);
            using Rented<T> curvatures = new(hasHessian ? Math.Max(2 * latents, outputs) : 0);
            using Rented<T> losses = new(call.Losses.Length);
            CompensatedSum sum = default;
            if (outputs > 0)
            {
                Batch<T> reconstruction = new()
                {
                    Predictions = Batch.Predictions,
                    Targets = Batch.Targets,
                    Weights = call.Weights,
                    Losses = call.Losses,
                    Gradient = hasGradient ? slopes.Span[..outputs] : default,
                    Hessian = hasHessian ? curvatures.Span[..outputs] : default,
                    Columns = outputs / Batch.Rows,
                    TargetColumns = outputs / Batch.Rows,
                    Scale = call.Scale,
                };
                sum = BatchWork<T>.Run(Loss._reconstruction, reconstruction, call.Order, call.Degree);
                CopyIfWanted(reconstruction.Gradient, Gradients.Predictions);
                CopyIfWanted(reconstruction.Hessian, Gradients.PredictionsHessian);
            }
            else
            {
                call.Losses.Clear();
            }

            if (latents > 0)
            {
                int width = latents / Batch.Rows;
                for (int row = 0; row < Batch.Rows; row++)
                {
                    Batch.Means.Slice(row * width, width).CopyTo(joined.Span[(2 * row * width)..]);
                    Batch.LogVariances.Slice(row * width, width).CopyTo(joined.Span[((2 * row + 1) * width)..]);
                }

                T beta = T.CreateTruncating(Loss.Beta);
                Batch<T> divergence = new()
                {
                    Predictions = joined.Span,
                    Weights = call.Weights,
                    Losses = losses.Span,
                    Gradient = hasGradient ? slopes.Span[..(2 * latents)] : default,
                    Hessian = hasHessian ? curvatures.Span[..(2 * latents)] : default,
                    Columns = 2 * width,
                    Scale = beta * call.Scale,
                };
                Divergence = BatchWork<T>.Run(Loss._divergence, divergence, call.Order, call.Degree);
                sum += new CompensatedSum(Loss.Beta * Divergence.Sum, Loss.Beta * Divergence.Error);
                Spans.AddScaled(call.Losses, beta, losses.Span);
                Part(divergence.Gradient, Gradients.Means, Gradients.LogVariances);
                Part(divergence.Hessian, Gradients.MeansHessian, Gradients.LogVariancesHessian);
            }

            return sum;
        }

        public readonly void ClearDerivatives()
        {
            Gradients.Predictions.Clear();
            Gradients.Means.Clear();
            Gradients.LogVariances.Clear();
            Gradients.PredictionsHessian.Clear();
            Gradients.MeansHessian.Clear();
            Gradients.LogVariancesHessian.Clear();
        }

        private static void CopyIfWanted(ReadOnlySpan<T> derivatives, Span<T> wanted)
        {
            if (!derivatives.IsEmpty && !wanted.IsEmpty)
            {
                derivatives.CopyTo(wanted);
            }
        }

        /// <summary>Derivatives of rows of means, then log-variances.</summary>
        private readonly void Part(ReadOnlySpan<T> derivatives, Span<T> ofMeans, Span<T> ofLogVariances)
        {
            int width = Batch.Means.Length / Batch.Rows;
            for (int row = 0; row < Batch.Rows && !derivatives.IsEmpty; row++)
            {
                ReadOnlySpan<T> both = derivatives.Slice(2 * row * width, 2 * width);
                CopyIfWanted(both[..width], ofMeans.IsEmpty ? default : ofMeans.Slice(row * width, width));
                CopyIfWanted(
                    both[width..], ofLogVariances.IsEmpty ? default : ofLogVariances.Slice(row * width, width));
            }
        }
    }
}
