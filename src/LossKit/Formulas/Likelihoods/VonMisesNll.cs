namespace LossKit.Formulas;

/// <summary>
/// log 2πI₀(κ) − κ·cos(t − μ): the negative log-likelihood of a von Mises distribution, the circle's normal one, whose
/// location μ and concentration κ are both predicted.
/// </summary>
/// <remarks>
/// Predictions μ and κ or log κ, as <typeparamref name="TLink"/> says; one target; angles in radians, any number of
/// turns; in nats. Gradient κ·sin(μ − t) of the location. Fisher information κA(κ), and κ²A′(κ) of log κ,
/// A = I₁/I₀. Source: Mardia and Jupp, "Directional Statistics", 2000.
/// </remarks>
/// <typeparam name="TLink">How the concentration is given.</typeparam>
internal readonly struct VonMisesNll<TLink> : IExplicitTupleFormula, IFormulaDomains
    where TLink : struct, IScaleLink
{
    // Beyond it what the Bessel function has is its limit to the last bit, and its derivatives may be out of range.
    private const double Far = 1e18;

    public int Predictions => 2;

    public int Targets => 1;

    Domain IFormulaDomains.PredictionDomain(int k) => k == 1 ? TLink.Domain : Domain.Reals;

    public static int Questions(int predictions) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct =>
        x.Ask(0, TLink.Scale(x[1]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Function<TLane, TJet>(TLane x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.At<ScaledLogBesselFunction, TJet>(x);

    public static bool HasFisherInformation => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expect<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane concentration = TLink.Scale(x[1]);
        TLane square = TLane.Square(concentration);
        Derivatives<TLane> bessel = x.Answer(0);
        TLane ratio = bessel.First + 1.0;

        // κA, A = I₁/I₀: of a small κ by what A′ = 1 − A/κ − A² has of it, since A itself is a difference from 1.
        x.Expect(0, TLane.SelectGreater(
            concentration, 1.0, concentration * ratio, square * (1.0 - bessel.Second - TLane.Square(ratio))));
        x.Expect(1, TLink.Information(Bend(concentration, bessel), x[1]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane concentration = TLink.Scale(x[1]);

        // The difference of the angles, and what its rounding has lost: a large concentration would show it.
        TLane target = x.Target(0);
        TLane angle = x[0] - target;
        TLane back = angle - x[0];
        TLane lost = x[0] - (angle - back) - (target + back);
        TLane roundSine = Functions.Sin(angle);
        TLane roundCosine = Functions.Cos(angle);
        TLane sine = roundSine + lost * roundCosine;
        TLane cosine = roundCosine - lost * roundSine;

        // 1 − cos, also of small angles.
        TLane away = TLane.SelectGreater(cosine, 0.0, TLane.Square(sine) / (cosine + 1.0), 1.0 - cosine);
        Derivatives<TLane> bessel = x.Answer(0);
        TLane price = concentration * away;
        TLane slope = price + TLane.SelectGreater(concentration, Far, -0.5, concentration * bessel.First);
        TLane value = TLane.SelectGreater(
            concentration, Far, -0.5 * (TLink.Log(x[1]) + Math.Log(2 * Math.PI)), bessel.Value);
        x.Differentiate(0, concentration * sine, concentration * cosine);
        TLink.Differentiate(x, 1, slope, slope + Bend(concentration, bessel));
        return value + price + Math.Log(2 * Math.PI);
    }

    /// <summary>κ²A′(κ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Bend<TLane>(TLane concentration, Derivatives<TLane> bessel)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> =>
        TLane.SelectGreater(concentration, Far, 0.5, concentration * (concentration * bessel.Second));
}
