namespace LossKit.Lanes;

/// <summary>
/// A lane of plain numbers: what jets are built over. It is its own jet of order 0, and hands out those functions
/// together whose derivatives share their dearest part.
/// </summary>
internal interface IRealLane<TSelf> : IJet<TSelf, TSelf> where TSelf : struct, IRealLane<TSelf>
{
    /// <summary>left · right + addend, fused where the machine has it.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>softplus and sigmoid of x and of −x, from one exponential.</summary>
    static abstract Logistic<TSelf> Logistic(TSelf x);

    /// <summary>log cosh, tanh and 1/cosh² of x, from one exponential.</summary>
    static abstract Hyperbolic<TSelf> Hyperbolic(TSelf x);

    static int IJet<TSelf, TSelf>.Order => 0;

    static TSelf IJet<TSelf, TSelf>.Variable(TSelf value) => value;

    static TSelf IJet<TSelf, TSelf>.Constant(TSelf value) => value;

    static TSelf IJet<TSelf, TSelf>.Value(TSelf jet) => jet;

    static TSelf IJet<TSelf, TSelf>.First(TSelf jet) => default;

    static TSelf IJet<TSelf, TSelf>.Second(TSelf jet) => default;
}

internal readonly struct Logistic<TLane>(TLane softplus, TLane oppositeSoftplus, TLane sigmoid, TLane oppositeSigmoid)
    where TLane : struct
{
    public readonly TLane Softplus = softplus;
    public readonly TLane OppositeSoftplus = oppositeSoftplus;
    public readonly TLane Sigmoid = sigmoid;
    public readonly TLane OppositeSigmoid = oppositeSigmoid;
}

internal readonly struct Hyperbolic<TLane>(TLane logCosh, TLane tanh, TLane squaredSech) where TLane : struct
{
    public readonly TLane LogCosh = logCosh;
    public readonly TLane Tanh = tanh;
    public readonly TLane SquaredSech = squaredSech;
}
