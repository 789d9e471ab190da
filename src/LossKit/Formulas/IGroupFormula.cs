namespace LossKit.Formulas;

/// <summary>
/// How the entries of a group become one number: <see cref="SumFold"/>, <see cref="LogSumExpFold"/> or
/// <see cref="LargestFold"/>. There are no others.
/// </summary>
public interface IFold;

/// <summary>Σ a over the entries a of a group; 0 of none.</summary>
public readonly struct SumFold : IFold;

/// <summary>
/// log Σ eᵃ over the entries a of a group; −∞ of none. An entry of −∞ is no entry: its derivatives count for nothing.
/// </summary>
public readonly struct LogSumExpFold : IFold;

/// <summary>
/// The largest of the entries of a group; −∞ of none. Its derivative is that of the first of the largest entries. In
/// float, a group has at most 16,777,216 entries.
/// </summary>
public readonly struct LargestFold : IFold;

/// <summary>What an entry of a group adds to its folds.</summary>
/// <typeparam name="TLane">Plain numbers, or numbers with derivatives with respect to the score.</typeparam>
/// <param name="first">What it adds to the first.</param>
/// <param name="second">What it adds to the second.</param>
/// <param name="third">What it adds to the third, if there is one.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Entries<TLane>(TLane first, TLane second, TLane third = default)
    where TLane : struct, ILane<TLane>
{
    /// <summary>What it adds to the first fold.</summary>
    public TLane First { get; } = first;

    /// <summary>What it adds to the second fold.</summary>
    public TLane Second { get; } = second;

    /// <summary>What it adds to the third fold.</summary>
    public TLane Third { get; } = third;
}

/// <summary>
/// A loss of a group of scores, written once: its entries are folded into two numbers, and the loss is a formula on
/// these. <see cref="Loss.FromGroupFormula{T, TFormula, TFirst, TSecond}"/> makes its value, gradient and Hessian
/// diagonal over batches of groups of any sizes.
/// </summary>
/// <remarks>
/// Implement it by a <c>readonly struct</c> with the parameters as fields, both methods with the attribute, as
/// <see cref="IPointwiseFormula"/> says. Where one fold is enough, let the other add 0.0.
/// <code>
/// public readonly struct MultiSimilarity(double alpha, double beta, double center)
///     : IGroupFormula&lt;LogSumExpFold, LogSumExpFold&gt;
/// {
///     private readonly Parameter _alpha = Parameter.Positive(alpha), _beta = Parameter.Positive(beta), _center =
/// center;
///
///     // Targets are 1 for entries that are to be near, 0 for those that are to be far.
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public Entries&lt;TLane&gt; Entry&lt;TLane&gt;(TLane score, TLane target)
///         where TLane : struct, ILane&lt;TLane&gt; =&gt; new(
///         TLane.SelectGreater(target, 0.5, -_alpha * (score - _center), double.NegativeInfinity),
///         TLane.SelectGreater(0.5, target, _beta * (score - _center), double.NegativeInfinity));
///
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public TLane Loss&lt;TLane&gt;(TLane near, TLane far) where TLane : struct, ILane&lt;TLane&gt; =&gt;
///         TLane.Softplus(near) / _alpha + TLane.Softplus(far) / _beta;
/// }
/// </code>
/// A NaN score or target makes the loss of its group and all its derivatives NaN, whatever the formula does with it,
/// and touches no other group. The formula on the folds is evaluated in double.
/// </remarks>
/// <typeparam name="TFirst">How the first number is folded.</typeparam>
/// <typeparam name="TSecond">How the second number is folded.</typeparam>
public interface IGroupFormula<TFirst, TSecond> : IFormula
    where TFirst : struct, IFold
    where TSecond : struct, IFold
{
    /// <summary>What an entry adds to the folds.</summary>
    /// <typeparam name="TLane">Plain numbers, or numbers with derivatives with respect to the score.</typeparam>
    Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>;

    /// <summary>The loss of a group with these folds.</summary>
    /// <typeparam name="TLane">Plain numbers, or numbers with derivatives with respect to a fold.</typeparam>
    TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane>;
}

/// <summary>The same on three folds.</summary>
/// <inheritdoc cref="IGroupFormula{TFirst, TSecond}"/>
/// <typeparam name="TFirst">How the first number is folded.</typeparam>
/// <typeparam name="TSecond">How the second number is folded.</typeparam>
/// <typeparam name="TThird">How the third number is folded.</typeparam>
public interface IGroupFormula<TFirst, TSecond, TThird> : IFormula
    where TFirst : struct, IFold
    where TSecond : struct, IFold
    where TThird : struct, IFold
{
    /// <inheritdoc cref="IGroupFormula{TFirst, TSecond}.Entry"/>
    Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>;

    /// <summary>The loss of a group with these folds.</summary>
    /// <typeparam name="TLane">Plain numbers, or numbers with derivatives with respect to a fold.</typeparam>
    TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane>;
}
