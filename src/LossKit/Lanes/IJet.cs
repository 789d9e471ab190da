namespace LossKit.Lanes;

/// <summary>
/// A lane that carries derivatives with respect to the prediction along with its value, up to <see cref="Order"/>.
/// </summary>
internal interface IJet<TSelf, TLane> : ILane<TSelf>
    where TSelf : struct, ILane<TSelf>
    where TLane : struct
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
}
