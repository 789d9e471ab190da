namespace LossKit.Formulas;

/// <summary>The evidence for a class; no more than a float, and its square by a unit, can hold.</summary>
internal interface IEvidence
{
    /// <summary>Of a logit.</summary>
    static abstract TLane Of<TLane>(TLane logit) where TLane : struct, ILane<TLane>;
}

/// <summary>max(0, x).</summary>
internal readonly struct ReluEvidence : IEvidence
{
    /// <summary>The most evidence there is.</summary>
    public const double Largest = 2e23;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane logit) where TLane : struct, ILane<TLane> =>
        TLane.PositivePart(TLane.Min(logit, Largest));
}

/// <summary>softplus(x).</summary>
internal readonly struct SoftplusEvidence : IEvidence
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane logit) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(TLane.Min(logit, ReluEvidence.Largest));
}

/// <summary>eˣ.</summary>
internal readonly struct ExpEvidence : IEvidence
{
    /// <summary>The logarithm of the most evidence, about.</summary>
    private const double Largest = 53.5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane logit) where TLane : struct, ILane<TLane> =>
        TLane.Exp(TLane.Min(logit, Largest));
}

/// <summary>
/// Σ_c ([c = y] − p_c)² + p_c(1 − p_c)/(S + 1) of the mean p = α/S of a Dirichlet distribution, α = 1 + evidence.
/// </summary>
/// <remarks>With what the label leaves of 1 nothing cancels, however sure it is.</remarks>
internal readonly struct EvidenceSquares<TEvidence>(int classes) : IGroupFormula<SumFold, SumFold, SumFold>
    where TEvidence : struct, IEvidence
{
    private readonly Parameter _others = Evidence.Unit * (classes - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane evidence = TEvidence.Of(score);
        TLane square = TLane.Square(Evidence.UnitOfRoots * (1.0 + evidence));
        evidence = Evidence.Unit * evidence;
        return new(
            TLane.SelectGreater(target, 0.5, 0.0, evidence),
            TLane.SelectGreater(target, 0.5, evidence, 0.0),
            TLane.SelectGreater(target, 0.5, 0.0, square));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane>
    {
        TLane others = first + _others;
        TLane total = others + (Evidence.Unit + second);
        TLane miss = others / total;
        TLane squares = third / TLane.Square(Evidence.UnitOfRoots / Evidence.Unit * total);
        return miss * miss + squares + Evidence.Unit * (miss * (2.0 - miss) - squares) / (total + Evidence.Unit);
    }
}

/// <summary>log S − log α_y.</summary>
internal readonly struct EvidenceLog<TEvidence>(int classes) : IGroupFormula<SumFold, SumFold>
    where TEvidence : struct, IEvidence
{
    private readonly Parameter _others = Evidence.Unit * (classes - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane evidence = Evidence.Of<TLane, TEvidence>(score);
        return new(
            TLane.SelectGreater(target, 0.5, 0.0, evidence), TLane.SelectGreater(target, 0.5, evidence, 0.0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.Log1p((first + _others) / (Evidence.Unit + second));
}

/// <summary>ψ(S) − ψ(α_y).</summary>
internal readonly struct EvidenceDigamma<TEvidence>(int classes) : IGroupFormula<SumFold, SumFold>
    where TEvidence : struct, IEvidence
{
    private readonly EvidenceLog<TEvidence> _log = new(classes);
    private readonly Parameter _others = classes - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        _log.Entry(score, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane>
    {
        TLane own = 1.0 + 1 / Evidence.Unit * second;
        return Evidence.Digamma(1 / Evidence.Unit * first + _others + own) - Evidence.Digamma(own);
    }
}

/// <summary>What all losses of evidence do with it.</summary>
/// <remarks>
/// Functions of much of it have second derivatives below the range of a float where the square of its own is above it;
/// those of a logarithm or a quotient are chained in range.
/// </remarks>
internal static class Evidence
{
    /// <summary>A power of 2, by which concentrations are so small that their squares are floats.</summary>
    public const double Unit = 1.0 / (1L << 16);

    /// <summary>
    /// One by which the squares of their squares are, and inverse third powers of the least sum, times any usual
    /// weight.
    /// </summary>
    public const double UnitOfRoots = 1.0 / (1L << 46);

    /// <summary>From here on what is left of a series in 1/x is nothing to a double.</summary>
    private const double Much = 1e8;

    /// <summary>By the unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane, TEvidence>(TLane logit)
        where TLane : struct, ILane<TLane>
        where TEvidence : struct, IEvidence => Unit * TEvidence.Of(logit);

    // By themselves, or a loop of several would outgrow what the JIT compiler is willing to inline.

    /// <summary>ψ of a sum of concentrations, by which logarithms of shares are expected.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static TLane Digamma<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.SelectGreater(
        x, Much, TLane.Log(x) - 0.5 / x, Functions.Digamma(TLane.Min(x, Much)));

    /// <summary>log Γ(1 + a) − a·ψ(1 + a) + a.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static TLane GammaExcess<TLane>(TLane a) where TLane : struct, ILane<TLane> => TLane.SelectGreater(
        a,
        Much,
        0.5 * TLane.Log(a) + (0.5 * Math.Log(Math.Tau) - 0.5) + 1.0 / 6 / a,
        TLane.ApplyElementary<GammaExcessFunction>(TLane.Min(a, Much)));
}

/// <summary>
/// The Kullback–Leibler divergence from the uniform Dirichlet distribution of that with the concentrations α, but 1
/// at the label: log Γ(S) − log Γ(K) − Σ log Γ(α_c) + Σ(α_c − 1)(ψ(α_c) − ψ(S)).
/// </summary>
/// <remarks>
/// With h(a) = log Γ(1 + a) − a·ψ(1 + a) + a it is h(S − 1) − h(K − 1) + (K − 1)(ψ(S) − ψ(K)) − Σ h(α_c − 1): 0 without
/// evidence, and nothing large is left of much.
/// </remarks>
internal readonly struct EvidenceDivergence<TEvidence>(int classes) : IGroupFormula<SumFold, SumFold>
    where TEvidence : struct, IEvidence
{
    private readonly Parameter _others = classes - 1;
    private readonly Parameter _atNone = At(classes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane evidence = TEvidence.Of(score);
        return new(
            TLane.SelectGreater(target, 0.5, 0.0, Evidence.Unit * evidence),
            TLane.SelectGreater(target, 0.5, 0.0, Evidence.GammaExcess(evidence)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        Whole(1 / Evidence.Unit * first + _others, (TLane)_others) - _atNone - second;

    private static double At(int classes) =>
        Whole<ScalarLane<double>>(classes - 1.0, classes - 1.0).Number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Whole<TLane>(TLane evidence, TLane others) where TLane : struct, ILane<TLane> =>
        Evidence.GammaExcess(evidence) + others * Evidence.Digamma(1.0 + evidence);
}
