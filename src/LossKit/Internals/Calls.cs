namespace LossKit.Internals;

/// <summary>What a call asks of a batch whose spans have been checked.</summary>
internal readonly ref struct Call<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>One a loss, or none.</summary>
    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>Receives the losses, before weights; empty if nobody asks.</summary>
    public Span<T> Losses { get; init; }

    /// <summary>How many derivatives are to be written.</summary>
    public DerivativeOrder Order { get; init; }

    /// <summary>What the derivatives of the weighted sum are multiplied with.</summary>
    public T Scale { get; init; }

    /// <summary>The most threads.</summary>
    public int Degree { get; init; }

    /// <summary>What a loss counts.</summary>
    public T WeightOf(int loss) => Weights.IsEmpty ? T.One : Weights[loss];

    /// <summary>Writes a loss, if anybody asks.</summary>
    /// <returns>The loss by its weight; that of weight 0 is left out, even if it is infinite.</returns>
    public double Keep(int index, double loss)
    {
        if (!Losses.IsEmpty)
        {
            Losses[index] = T.CreateTruncating(loss);
        }

        T weight = WeightOf(index);
        return weight == T.Zero ? 0 : double.CreateTruncating(weight) * loss;
    }
}

/// <summary>A loss with a batch of its own kind, and with where its derivatives go.</summary>
internal interface IEvaluation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many losses, and so weights, the batch has.</summary>
    int Losses { get; }

    /// <summary>Writes losses and derivatives as far as the call asks for them.</summary>
    /// <returns>The weighted sum of the losses.</returns>
    CompensatedSum Run(in Call<T> call);

    /// <summary>Makes all derivatives 0.</summary>
    void ClearDerivatives();
}

/// <summary>The sequence of every call, after its checks: plan, run, clear, cost.</summary>
internal static class Calls<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static Cost Run<TEvaluation>(
        TEvaluation evaluation,
        ReadOnlySpan<T> weights,
        Span<T> losses = default,
        DerivativeOrder order = DerivativeOrder.Value,
        Reduction reduction = Reduction.Mean,
        int degree = 1,
        bool evaluatesAlways = false)
        where TEvaluation : struct, IEvaluation<T>, allows ref struct
    {
        Plan plan = Plan.Of(ref weights, evaluation.Losses, reduction, !losses.IsEmpty || evaluatesAlways, degree);
        return Run(ref evaluation, plan, weights, losses, order, degree);
    }

    // The evaluation is passed on as it is, because copies of a batch would be what short calls take.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Cost Run<TEvaluation>(
        ref TEvaluation evaluation,
        in Plan plan,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        DerivativeOrder order,
        int degree)
        where TEvaluation : struct, IEvaluation<T>, allows ref struct
    {
        CompensatedSum sum = default;
        if (plan.Evaluates)
        {
            sum = evaluation.Run(new()
            {
                Weights = weights,
                Losses = losses,
                Order = plan.Order(order),
                Scale = T.CreateTruncating(plan.Scale),
                Degree = degree,
            });
        }

        // Only now: a derivative may be written in place of an input.
        if (!plan.Differentiates)
        {
            evaluation.ClearDerivatives();
        }

        return plan.Cost(sum);
    }
}
