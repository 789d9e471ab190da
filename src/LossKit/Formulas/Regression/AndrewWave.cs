namespace LossKit.Formulas;

/// <summary>
/// a²(1 − cos(d/a)) where |d| ≤ πa, else 2a², with d = prediction − target: errors beyond πa have no pull at all.
/// </summary>
/// <remarks>
/// Gradient a·sin(d/a), or 0; Hessian cos(d/a), or 0. The default a is 95 % efficient for normal errors of unit scale.
/// statsmodels' <c>AndrewWave</c>. Source: Andrews, "A Robust Method for Multiple Linear Regression", Technometrics
/// 16(4), 1974.
/// </remarks>
/// <param name="a">a, the scale of the error; positive and finite.</param>
public readonly struct AndrewWave(double a) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _a = Parameter.Positive(a);
    private readonly Parameter _halfInverse = 0.5 / a;
    private readonly Parameter _end = Math.PI * a;

    /// <summary>With the usual parameters.</summary>
    public AndrewWave() : this(1.339)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = _a.Value,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // By h = d/2a: 2a²·sin² h, 2a·sin h·cos h and cos² h − sin² h. Where h is tiny, and may be 0, the first two are
        // ½d² and d.
        TLane error = prediction - target;
        TLane size = TLane.Abs(error);
        TLane angle = TLane.Clamp(_halfInverse * error, -0.5 * Math.PI, 0.5 * Math.PI);
        TLane sine = Functions.Sin(angle);
        TLane cosine = Functions.Cos(angle);
        TLane part = TLane.SelectGreater(TLane.Abs(angle), 1e-9, _a * sine, 0.5 * error);
        return new()
        {
            Value = 2.0 * part * part,
            First = TLane.SelectGreater(size, _end, 0.0, 2.0 * part * cosine),
            Second = TLane.SelectGreater(size, _end, 0.0, (cosine - sine) * (cosine + sine)),
        };
    }
}
