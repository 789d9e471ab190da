namespace LossKit;

/// <summary>
/// The numbers a formula is written in. One value of a lane is one example, a whole SIMD register of examples, or
/// either of them together with its derivatives: a formula that is generic over its lane is written once and yields
/// the value, the gradient and the Hessian diagonal, in <see cref="float"/> and <see cref="double"/>, at every width.
/// </summary>
/// <remarks>
/// A formula has no branches on its data: it computes both sides and picks one with
/// <see cref="SelectGreater"/>. Branches on its own parameters are fine. Numbers and parameters convert implicitly;
/// as the left factor of a product they are cheaper than converted.
/// At a kink every operation has a fixed derivative, stated with it.
/// </remarks>
/// <typeparam name="TSelf">The lane itself.</typeparam>
public interface ILane<TSelf> where TSelf : struct, ILane<TSelf>
{
    /// <summary>The smallest positive normal number: what keeps a logarithm or a quotient finite.</summary>
    static abstract TSelf SmallestNormal { get; }

    /// <summary>The constant <paramref name="value"/>, rounded to the lane's precision.</summary>
    static abstract implicit operator TSelf(double value);

    /// <summary>The parameter <paramref name="value"/>, in the lane's precision.</summary>
    static abstract implicit operator TSelf(Parameter value);

    /// <summary>The sum.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>The difference.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>The negative.</summary>
    static abstract TSelf operator -(TSelf value);

    /// <summary>The product.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>The product with a constant.</summary>
    static abstract TSelf operator *(double left, TSelf right);

    /// <summary>The product with a parameter.</summary>
    static abstract TSelf operator *(Parameter left, TSelf right);

    /// <summary>The quotient.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>
    /// <paramref name="ifGreater"/> where <paramref name="left"/> &gt; <paramref name="right"/>, else
    /// <paramref name="otherwise"/>: the comparison of a formula.
    /// </summary>
    static abstract TSelf SelectGreater(TSelf left, TSelf right, TSelf ifGreater, TSelf otherwise);

    /// <summary>
    /// <paramref name="weight"/> · <paramref name="value"/>, and exactly 0 where the weight is 0, even if the value is
    /// infinite: 0 · log 0 = 0.
    /// </summary>
    static abstract TSelf Weigh(TSelf weight, TSelf value);

    /// <summary>The same number as a constant: its derivatives are 0.</summary>
    static abstract TSelf StopGradient(TSelf x);

    /// <summary>
    /// x, but NaN where it is ±∞: as a denominator that would make a quotient 0, which nobody sees to be wrong.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static virtual TSelf NaNIfInfinite(TSelf x) => x + 0.0 * x;

    /// <summary>The loss of a formula with its own derivatives; the target has none.</summary>
    static abstract TSelf Evaluate<TFormula>(TFormula formula, TSelf prediction, TSelf target)
        where TFormula : struct, IExplicitFormula;

    /// <summary>A function of <paramref name="x"/>: one of <see cref="Functions"/>, or an own.</summary>
    static abstract TSelf Apply<TFunction>(TFunction f, TSelf x) where TFunction : struct, IFunction;

    internal static abstract TSelf ApplyElementary<TFunction>(TSelf x)
        where TFunction : struct, IElementary;

    /// <summary>The same number, with a second derivative of at least <paramref name="minimum"/>.</summary>
    static abstract TSelf FloorCurvature(TSelf x, Parameter minimum);

    /// <summary>The square.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Square(TSelf x) => TSelf.ApplyElementary<SquareFunction>(x);

    /// <summary>The absolute value; its derivative at 0 is 0.</summary>
    static abstract TSelf Abs(TSelf x);

    /// <summary>max(0, x); its derivative is 1 only where x is strictly positive, so 0 at 0.</summary>
    static abstract TSelf PositivePart(TSelf x);

    /// <summary>The smaller; where they are equal, the derivative is that of <paramref name="left"/>.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The larger; where they are equal, the derivative is that of <paramref name="left"/>.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>
    /// The smaller; where they are equal, the derivative is the mean of both, as it has to be where the loss is least
    /// there: edges of boxes.
    /// </summary>
    static abstract TSelf SharedMin(TSelf left, TSelf right);

    /// <summary>The larger; where they are equal, the derivative is the mean of both.</summary>
    static abstract TSelf SharedMax(TSelf left, TSelf right);

    /// <summary>
    /// <paramref name="x"/> brought into [<paramref name="low"/>, <paramref name="high"/>]; on the bounds themselves
    /// the derivative is that of <paramref name="x"/>.
    /// </summary>
    static abstract TSelf Clamp(TSelf x, TSelf low, TSelf high);

    /// <summary>The square root; its derivative at 0 is taken as 0, as that of a distance.</summary>
    static abstract TSelf Sqrt(TSelf x);

    /// <summary>
    /// x to the power of a parameter, for x ≥ 0 and NaN below; at 0 the derivative of a power of 0 is taken as 0, as
    /// that of <see cref="Sqrt"/>. Squares and square roots are cheaper by themselves.
    /// </summary>
    static abstract TSelf Pow(TSelf x, Parameter exponent);

    /// <summary>eˣ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Exp(TSelf x) => TSelf.ApplyElementary<ExpFunction>(x);

    /// <summary>eˣ − 1, accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Expm1(TSelf x) => TSelf.ApplyElementary<Expm1Function>(x);

    /// <summary>eˣ − 1 − x, accurate near 0, where it is ½x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Expm1Excess(TSelf x) => TSelf.ApplyElementary<Expm1ExcessFunction>(x);

    /// <summary>The natural logarithm: −∞ at 0, NaN below.</summary>
    static abstract TSelf Log(TSelf x);

    /// <summary>log(1 + x), accurate near 0: −∞ at −1, NaN below.</summary>
    static abstract TSelf Log1p(TSelf x);

    /// <summary>x − log(1 + x), accurate near 0, where it is ½x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Log1pDeficit(TSelf x) => TSelf.ApplyElementary<Log1pDeficitFunction>(x);

    /// <summary>softplus(x) = log(1 + eˣ); its derivative is the sigmoid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Softplus(TSelf x) => TSelf.ApplyElementary<SoftplusFunction>(x);

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Sigmoid(TSelf x) => TSelf.ApplyElementary<SigmoidFunction>(x);

    /// <summary>Softplus and sigmoid of x and of −x, all at the price of one.</summary>
    static abstract Logistic<TSelf> Logistic(TSelf x);

    /// <summary>sin πx, exact for x of any size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf SinPi(TSelf x) => TSelf.ApplyElementary<SinPiFunction>(x);

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Tanh(TSelf x) => TSelf.ApplyElementary<TanhFunction>(x);

    /// <summary>log cosh x, accurate near 0 and free of overflow; its derivative is the hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf LogCosh(TSelf x) => TSelf.ApplyElementary<LogCoshFunction>(x);
}
