namespace LossKit.Formulas;

/// <summary>
/// log Γ(k) − k·log(k/m) − (k − 1)·log t + k·t/m: the negative log-likelihood of a gamma distribution whose mean m and
/// shape k are both predicted.
/// </summary>
/// <remarks>
/// Predictions log m and log k; one target, above 0; in nats. Smooth: gradient k(1 − t/m) of log m. Fisher
/// information k of log m, k²ψ′(k) − k of log k. Large shapes lose no
/// digits. Source: McCullagh and Nelder, "Generalized Linear Models", 1989.
/// </remarks>
internal readonly struct GammaNll : IExplicitTupleFormula, IFormulaDomains
{
    public int Predictions => 2;

    public int Targets => 1;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.Positive;

    public static int Questions(int predictions) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct => x.Ask(0, x[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Function<TLane, TJet>(TLane x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.At<StirlingErrorFunction, TJet>(x);

    public static bool HasFisherInformation => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expect<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        x.Expect(0, Functions.BoundedExp(x[1]));
        x.Expect(1, Trigammas.Excess(x.Answer(0)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane shape = Functions.BoundedExp(x[1]);
        TLane log = TLane.Log(x.Target(0));
        TLane error = log - x[0];

        // k·t/m by one exponent where t/m is large: k may be as small.
        TLane ratio = Functions.BoundedExp(error + x[1]);
        TLane near = TLane.Min(error, 1.0);
        TLane excess = TLane.SelectGreater(
            error, 1.0, ratio - shape * (error + 1.0), shape * TLane.Expm1Excess(near));
        TLane far = TLane.SelectGreater(error, 1.0, ratio - shape, shape * TLane.Expm1(near));
        Derivatives<TLane> stirling = x.Answer(0);
        x.Differentiate(0, -far, far + shape);
        x.Differentiate(1, stirling.First - 0.5 + excess, stirling.Second + excess);
        return stirling.Value - 0.5 * x[1] + 0.5 * Math.Log(2 * Math.PI) + log + excess;
    }
}
