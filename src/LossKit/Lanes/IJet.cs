namespace LossKit.Lanes;

/// <summary>
/// A lane that carries derivatives with respect to the prediction along with its value, up to <see cref="Order"/>. A
/// jet says how derivatives combine; all functions follow from <see cref="Chain"/>, once for all orders.
/// </summary>
internal interface IJet<TSelf, TLane> : ILane<TSelf>
    where TSelf : struct, IJet<TSelf, TLane>, ILane<TSelf>
    where TLane : struct, IRealLane<TLane>, ILane<TLane>
{
    static abstract int Order { get; }

    /// <summary>What is differentiated with respect to: derivative 1.</summary>
    static abstract TSelf Variable(TLane value);

    /// <summary>What depends on that with derivative <paramref name="slope"/>.</summary>
    static abstract TSelf Variable(TLane value, TLane slope);

    /// <summary>What is not: derivative 0.</summary>
    static abstract TSelf Constant(TLane value);

    static abstract TLane Value(TSelf jet);

    static abstract TLane First(TSelf jet);

    static abstract TLane Second(TSelf jet);

    /// <summary>The chain rule: a function's value and derivatives at <paramref name="x"/>.</summary>
    static abstract TSelf Chain(TSelf x, Derivatives<TLane> at);

    static TSelf ILane<TSelf>.SmallestNormal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSelf.Constant(TLane.SmallestNormal);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.StopGradient(TSelf x) => TSelf.Constant(TSelf.Value(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.FloorCurvature(TSelf x, Parameter minimum) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.Evaluate<TFormula>(TFormula formula, TSelf prediction, TSelf target) =>
        TSelf.Chain(prediction, formula.Derivatives(TSelf.Value(prediction), TSelf.Value(target)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.Apply<TFunction>(TFunction f, TSelf x) =>
        TSelf.Chain(x, f.At(TSelf.Value(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.ApplyElementary<TFunction>(TSelf x) =>
        TSelf.Chain(x, TLane.At<TFunction, TSelf>(TSelf.Value(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.Pow(TSelf x, Parameter exponent)
    {
        TLane at = TSelf.Value(x);
        TLane power = TLane.Pow(at, exponent);
        TLane slope = TLane.Ratio(exponent * power, at);
        return TSelf.Chain(
            x, new() { Value = power, First = slope, Second = TLane.Ratio((exponent.Value - 1) * slope, at) });
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Logistic<TSelf> ILane<TSelf>.Logistic(TSelf x)
    {
        Logistic<TLane> at = TLane.Logistic(TSelf.Value(x));
        TLane slope = at.Sigmoid * at.OppositeSigmoid;
        TLane curvature = slope * (at.OppositeSigmoid - at.Sigmoid);
        return new()
        {
            Softplus = TSelf.Chain(x, new() { Value = at.Softplus, First = at.Sigmoid, Second = slope }),
            OppositeSoftplus = TSelf.Chain(
                x, new() { Value = at.OppositeSoftplus, First = -at.OppositeSigmoid, Second = slope }),
            Sigmoid = TSelf.Chain(x, new() { Value = at.Sigmoid, First = slope, Second = curvature }),
            OppositeSigmoid = TSelf.Chain(
                x, new() { Value = at.OppositeSigmoid, First = -slope, Second = -curvature }),
        };
    }
}
