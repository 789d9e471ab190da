namespace LossKit.Formulas;

/// <summary>
/// Σ log Γ(αₖ) − log Γ(Σ αₖ) − Σ (αₖ − 1)·log tₖ: the negative log-likelihood of a Dirichlet distribution whose
/// concentrations α are predicted.
/// </summary>
/// <remarks>
/// Predictions K concentrations or their logarithms, as <typeparamref name="TLink"/> says; K targets, shares that add
/// up to 1; in nats. Gradient αₖ(ψ(αₖ) − ψ(Σα) − log tₖ) of log αₖ, Fisher information
/// αₖ²(ψ′(αₖ) − ψ′(Σα)). Large concentrations lose no digits. Source: Minka,
/// "Estimating a Dirichlet Distribution", 2000.
/// </remarks>
/// <param name="components">K, 2 or more.</param>
/// <typeparam name="TLink">How concentrations are given.</typeparam>
internal readonly struct DirichletNll<TLink>(int components) : IExplicitTupleFormula, IFormulaDomains
    where TLink : struct, IScaleLink
{
    /// <summary>How many numbers <see cref="Ask"/> keeps.</summary>
    internal const int Kept = 3;

    public int Predictions => components;

    public int Targets => components;

    Domain IFormulaDomains.PredictionDomain(int k) => TLink.Domain;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.Probabilities;

    public int Spare => Kept;

    public static int Questions(int predictions) => predictions + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane largest = default;
        TLane others = default;
        for (int k = 0; k < predictions; k++)
        {
            TLane concentration = TLink.Scale(x[k]);
            others += TLane.Min(largest, concentration);
            largest = TLane.Max(largest, concentration);
            x.Ask(k, TLink.Log(x[k]));
        }

        TLane logTotal = TLane.Log(largest + others);
        x.Ask(predictions, logTotal);
        x.Keep(0, largest);
        x.Keep(1, others);
        x.Keep(2, logTotal);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Function<TLane, TJet>(TLane x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.At<StirlingErrorFunction, TJet>(x);

    public static bool HasFisherInformation => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expect<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane largest = x.Spare(0);
        TLane others = x.Spare(1);
        TLane total = largest + others;
        TLane ofTotal = Trigammas.Excess(x.Answer(predictions));
        for (int k = 0; k < predictions; k++)
        {
            TLane concentration = TLink.Scale(x[k]);
            TLane share = concentration / total;
            TLane rest = TLane.SelectGreater(largest, concentration, 1.0 - share, others / total);
            x.Expect(k, TLink.Information(
                concentration * rest + Trigammas.Excess(x.Answer(k)) - TLane.Square(share) * ofTotal, x[k]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct =>
        Of<TLane, TExample, GivenShares>(x, components);

    /// <summary>The loss, whose derivatives are noted.</summary>
    /// <remarks>
    /// Gamma functions by what Stirling's formula lacks, which leaves Σ αₖ·log(pₖ/tₖ) with pₖ = αₖ/Σα: in
    /// u = tₖ/pₖ − 1 its first order is Σα·(Σt − 1), and the rest cannot cancel. What the largest share leaves of 1 is
    /// the sum of the others, and what it leaves more than its target does is what it falls short by.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane, TExample, TShares>(TExample x, int components)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
        where TShares : struct, IShares
    {
        TLane shares = -1.0;
        for (int k = 0; k < components; k++)
        {
            shares += TShares.Share<TLane, TExample>(x, k);
        }

        TLane largest = x.Spare(0);
        TLane others = x.Spare(1);
        TLane total = largest + others;
        TLane logTotal = x.Spare(2);
        Derivatives<TLane> ofTotal = x.Answer(components);
        TLane loss = 0.5 * logTotal - ofTotal.Value - total * shares + (components - 1) * 0.5 * Math.Log(2 * Math.PI);
        for (int k = 0; k < components; k++)
        {
            TLane given = TShares.Share<TLane, TExample>(x, k);
            TLane logGiven = TLane.Log(given);
            TLane concentration = TLink.Scale(x[k]);
            TLane log = TLink.Log(x[k]);
            TLane share = concentration / total;
            TLane rest = TLane.SelectGreater(largest, concentration, 1.0 - share, others / total);
            TLane surplus = TLane.SelectGreater(
                largest, concentration, given - share, rest - TShares.Rest<TLane, TExample>(x, k));
            TLane rise = surplus / share;
            TLane near = TLane.Clamp(rise, -0.5, 1.0);
            TLane logRatio = log - logTotal - logGiven;
            TLane pull = concentration * TLane.SelectGreater(
                TLane.Abs(rise - near), 0.0, logRatio, -TLane.Log1p(near));
            TLane excess = LogRatio.Deficit(concentration, total * surplus, rise, -logRatio);
            TLane misfit = TLane.SelectGreater(
                given,
                0.0,
                excess + logGiven,
                concentration * (log - logTotal - 1.0)
                    + TLane.Weigh(concentration - 1.0, double.PositiveInfinity));
            Derivatives<TLane> stirling = x.Answer(k);
            loss += stirling.Value - 0.5 * log + misfit;
            TLink.Differentiate(
                x,
                k,
                stirling.First - share * ofTotal.First - 0.5 * rest + pull,
                stirling.Second - share * (rest * ofTotal.First + share * ofTotal.Second)
                    + 0.5 * share * rest + pull + concentration * rest);
        }

        return loss;
    }
}

/// <summary>Where the shares are that a distribution of shares is judged by.</summary>
internal interface IShares
{
    static abstract TLane Share<TLane, TExample>(TExample x, int k)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct;

    /// <summary>What share <paramref name="k"/> leaves of 1.</summary>
    static abstract TLane Rest<TLane, TExample>(TExample x, int k)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct;
}

/// <summary>Each is a target.</summary>
internal readonly struct GivenShares : IShares
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Share<TLane, TExample>(TExample x, int k)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct => x.Target(k);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Rest<TLane, TExample>(TExample x, int k)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct => 1.0 - x.Target(k);
}

/// <summary>The first is a target, the second what it leaves of 1.</summary>
internal readonly struct ShareAndRest : IShares
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Share<TLane, TExample>(TExample x, int k)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct => k == 0 ? x.Target(0) : 1.0 - x.Target(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Rest<TLane, TExample>(TExample x, int k)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct => Share<TLane, TExample>(x, 1 - k);
}
