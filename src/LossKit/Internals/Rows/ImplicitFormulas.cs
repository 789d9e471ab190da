namespace LossKit.Internals.Rows;

/// <summary>Sparsemax: h(u) = max(0, u), and ½(q − t)² + t·max(0, −u) of a class.</summary>
internal readonly struct SparsemaxFormula : IImplicitFormula
{
    public static double Lead => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Probability<TLane>(TLane u) where TLane : struct, ILane<TLane> => new()
    {
        Value = TLane.PositivePart(u),
        First = TLane.SelectGreater(u, 0.0, 1.0, 0.0),
        Second = 0.0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Loss<TLane>(TLane u, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane miss = TLane.PositivePart(u) - target;
        return new()
        {
            Value = 0.5 * TLane.Square(miss) + TLane.Weigh(target, TLane.PositivePart(-u)),
            First = miss,
            Second = TLane.SelectGreater(u, 0.0, 1.0, 0.0),
        };
    }
}

/// <summary>
/// 1.5-entmax: h(u) = r², r = max(0, ½u), and ⅔(r − √t)²(r + 2√t) + t·max(0, −u) of a class.
/// </summary>
internal readonly struct Entmax15Formula : IImplicitFormula
{
    public static double Lead => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Probability<TLane>(TLane u) where TLane : struct, ILane<TLane>
    {
        TLane root = TLane.PositivePart(0.5 * u);
        return new()
        {
            Value = TLane.Square(root),
            First = root,
            Second = TLane.SelectGreater(u, 0.0, 0.5, 0.0),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Loss<TLane>(TLane u, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane root = TLane.PositivePart(0.5 * u);
        TLane rootOfTarget = TLane.Sqrt(target);
        TLane miss = root - rootOfTarget;
        return new()
        {
            Value = 2.0 / 3 * TLane.Square(miss) * (root + 2.0 * rootOfTarget)
                + TLane.Weigh(target, TLane.PositivePart(-u)),
            First = miss * (root + rootOfTarget),
            Second = root,
        };
    }
}

/// <summary>
/// Bi-tempered logistic: h(u) = exp_t₂ u, and t(log_t₁ t − log_t₁ q) − (t^(2 − t₁) − q^(2 − t₁))/(2 − t₁) of a class.
/// </summary>
/// <param name="t1">t₁ in [0, 1].</param>
/// <param name="t2">t₂, at least 1.</param>
internal readonly struct BiTemperedFormula(double t1, double t2) : IImplicitFormula
{
    private readonly Parameter _t1 = Parameter.Probability(t1);
    private readonly Parameter _t2 = Parameter.AtLeast(1, t2);
    private readonly Parameter _decay = t2 - 1;
    private readonly Parameter _inverseDecay = 1 / (t2 - 1);
    private readonly Parameter _ofLog = 1 - t1;
    private readonly Parameter _inverseOfLog = 1 / (1 - t1);
    private readonly Parameter _ofPower = 2 - t1;
    private readonly Parameter _inverseOfPower = 1 / (2 - t1);
    private readonly Parameter _gap = t2 - t1;
    private readonly Parameter _twice = 2 * t2 - 1;

    public static double Lead => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Probability<TLane>(TLane u) where TLane : struct, ILane<TLane>
    {
        TLane log = Log(u);
        return new()
        {
            Value = TLane.Exp(log),
            First = TLane.Exp(_t2 * log),
            Second = _t2 * TLane.Exp(_twice * log),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Loss<TLane>(TLane u, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane log = Log(u);
        TLane probability = TLane.Exp(log);
        TLane logOfTarget = TLane.Log(target);
        TLane logs = TLane.Weigh(target, TemperedLog(logOfTarget) - TemperedLog(log));
        TLane powers = Power(logOfTarget, target) - Power(log, target);

        // A power of 0 is 1 also where the probability is 0.
        TLane gap = _gap.Value == 0 ? 1.0 : TLane.Exp(_gap * log);
        TLane miss = probability - target;
        TLane slope = _decay.Value == 0 ? 1.0 : TLane.Exp(_decay * log);
        return new()
        {
            Value = logs - _inverseOfPower * powers,
            First = gap * miss,
            Second = gap * slope * (_gap * miss + probability),
        };
    }

    /// <summary>log exp_t₂ u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Log<TLane>(TLane u) where TLane : struct, ILane<TLane> =>
        _decay.Value == 0 ? u : -_inverseDecay * TLane.Log1p(-_decay * u);

    /// <summary>log_t₁ of a number, given its logarithm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane TemperedLog<TLane>(TLane log) where TLane : struct, ILane<TLane> =>
        _ofLog.Value == 0 ? log : _inverseOfLog * TLane.Expm1(_ofLog * log);

    /// <summary>The power 2 − t₁, less 1 where targets are near 1: then differences of powers do not cancel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Power<TLane>(TLane log, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane exponent = _ofPower * log;
        return TLane.SelectGreater(target, 0.5, TLane.Expm1(exponent), TLane.Exp(exponent));
    }
}
