namespace LossKit.Internals.Rows;

/// <summary>ℓ_y/Σℓ.</summary>
internal readonly struct NormalizedCrossEntropyFormula : ILogSoftmaxFormula
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Entry<TLane, TJet>(TLane logProbability, TLane probability, TLane target)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane> => new() { Value = logProbability, First = 1.0, Second = 0.0 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> OfLabel<TLane>(TLane logProbability, TLane sum) where TLane : struct, ILane<TLane> =>
        new() { Value = logProbability / sum, First = 1.0 / sum, Second = 0.0 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> OfSum<TLane>(TLane logProbability, TLane sum) where TLane : struct, ILane<TLane>
    {
        TLane inverse = 1.0 / sum;
        TLane ratio = logProbability * inverse;
        return new()
        {
            Value = -(inverse * inverse),
            First = -(ratio * inverse),
            Second = 2.0 * (ratio * (inverse * inverse)),
        };
    }
}

/// <summary>−ℓ_y + β·Σ e^ℓ·ℓ.</summary>
/// <param name="beta">β, finite and not negative.</param>
internal readonly struct ConfidencePenaltyFormula(double beta) : ILogSoftmaxFormula
{
    private readonly Parameter _beta = Parameter.NotNegative(beta);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Entry<TLane, TJet>(TLane logProbability, TLane probability, TLane target)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane> => new()
        {
            Value = TLane.Weigh(probability, logProbability),
            First = TLane.Weigh(probability, 1.0 + logProbability),
            Second = TLane.Weigh(probability, 2.0 + logProbability),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> OfLabel<TLane>(TLane logProbability, TLane sum) where TLane : struct, ILane<TLane> =>
        new() { Value = _beta * sum - logProbability, First = -1.0, Second = 0.0 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> OfSum<TLane>(TLane logProbability, TLane sum) where TLane : struct, ILane<TLane> =>
        new() { Value = 0.0, First = _beta, Second = 0.0 };
}

/// <summary>Σ u·f(ℓ), of a formula f on the log-probability of the true class.</summary>
internal readonly struct ExpectedTrueClass<TFormula>(TFormula formula) : ILogSoftmaxFormula
    where TFormula : struct, ITrueClassFormula
{
    private readonly TFormula _formula = formula;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Entry<TLane, TJet>(TLane logProbability, TLane probability, TLane target)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        TJet loss = _formula.Loss(TJet.Variable(logProbability));
        return new()
        {
            Value = TLane.Weigh(target, TJet.Value(loss)),
            First = TLane.Weigh(target, TJet.First(loss)),
            Second = TLane.Weigh(target, TJet.Second(loss)),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> OfLabel<TLane>(TLane logProbability, TLane sum) where TLane : struct, ILane<TLane> =>
        new() { Value = sum, First = 0.0, Second = 0.0 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> OfSum<TLane>(TLane logProbability, TLane sum) where TLane : struct, ILane<TLane> =>
        new() { Value = 0.0, First = 1.0, Second = 0.0 };
}
