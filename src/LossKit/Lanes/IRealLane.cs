namespace LossKit.Lanes;

/// <summary>
/// A lane of plain numbers: what jets are built over. It is its own jet of order 0.
/// </summary>
/// <remarks>
/// Each operation is one inlined call. The JIT compiler stops inlining at 512 locals in a method and each call costs
/// some: that is why there are operations with constants as operands and polynomials of several steps.
/// </remarks>
internal interface IRealLane<TSelf> : IJet<TSelf, TSelf> where TSelf : struct, IRealLane<TSelf>
{
    /// <summary>left · right + addend, fused where the machine has it.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <inheritdoc cref="MultiplyAdd(TSelf, TSelf, TSelf)"/>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, double addend);

    /// <inheritdoc cref="MultiplyAdd(TSelf, TSelf, TSelf)"/>
    static abstract TSelf MultiplyAdd(TSelf left, double right, TSelf addend);

    /// <inheritdoc cref="MultiplyAdd(TSelf, TSelf, TSelf)"/>
    static abstract TSelf MultiplyAdd(TSelf left, double right, double addend);

    /// <summary>left · right − <paramref name="product"/> exactly: what rounding the product has lost.</summary>
    static abstract TSelf ProductError(TSelf left, TSelf right, TSelf product);

    static abstract TSelf operator +(TSelf left, double right);

    static abstract TSelf operator -(TSelf left, double right);

    /// <summary>Four more steps of Horner's rule after p: (((p·x + c3)·x + c2)·x + c1)·x + c0.</summary>
    static abstract TSelf Horner(TSelf p, TSelf x, double c3, double c2, double c1, double c0);

    /// <summary>(((c4·x + c3)·x + c2)·x + c1)·x + c0.</summary>
    static abstract TSelf Polynomial(TSelf x, double c4, double c3, double c2, double c1, double c0);

    static abstract TSelf Clamp(TSelf x, double low, double high);

    static abstract TSelf AtLeast(TSelf x, double low);

    /// <summary><paramref name="ifPositive"/> where x &gt; 0, else <paramref name="otherwise"/>.</summary>
    static abstract TSelf SelectPositive(TSelf x, TSelf ifPositive, TSelf otherwise);

    static abstract TSelf Reciprocal(TSelf x);

    /// <summary>numerator / x, and exactly the numerator where it is 0 or NaN, even if x is 0.</summary>
    static abstract TSelf Ratio(TSelf numerator, TSelf x);

    /// <summary>A function and what <typeparamref name="TJet"/> carries of its derivatives.</summary>
    static abstract Derivatives<TSelf> At<TFunction, TJet>(TSelf x)
        where TFunction : struct, IElementary;

    static TSelf ILane<TSelf>.SharedMin(TSelf left, TSelf right) => TSelf.Min(left, right);

    static TSelf ILane<TSelf>.SharedMax(TSelf left, TSelf right) => TSelf.Max(left, right);

    static int IJet<TSelf, TSelf>.Order => 0;

    static TSelf IJet<TSelf, TSelf>.Variable(TSelf value) => value;

    static TSelf IJet<TSelf, TSelf>.Variable(TSelf value, TSelf slope) => value;

    static TSelf IJet<TSelf, TSelf>.Constant(TSelf value) => value;

    static TSelf IJet<TSelf, TSelf>.Value(TSelf jet) => jet;

    static TSelf IJet<TSelf, TSelf>.First(TSelf jet) => default;

    static TSelf IJet<TSelf, TSelf>.Second(TSelf jet) => default;

    static TSelf IJet<TSelf, TSelf>.Chain(TSelf x, Derivatives<TSelf> at) => at.Value;
}
