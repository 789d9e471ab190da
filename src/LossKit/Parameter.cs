using System.Globalization;

namespace LossKit;

/// <summary>
/// A parameter of a formula, ready in both precisions. A <see cref="double"/> field works as well, but a loop over
/// <see cref="float"/> then converts it again for every register of examples.
/// </summary>
/// <remarks>
/// The factories check what they are given and name it in their errors: <c>Parameter.Positive(delta)</c>. When a loss
/// is made of a formula, those that its factories have checked must still be what they were in the loss' own precision,
/// and none may be missing, as they are in the <c>default</c> of a formula: errors then name the field that holds them.
/// </remarks>
/// <param name="value">The parameter.</param>
public readonly struct Parameter(double value) : IEquatable<Parameter>
{
    internal readonly float Single = (float)value;

    // In the gap that the two numbers leave.
    private readonly Origin _origin = Origin.Derived;

    private Parameter(double value, float single) : this(value) => Single = single;

    private Parameter(double value, Origin origin) : this(value) => _origin = origin;

    private enum Origin
    {
        /// <summary>The default of the struct: nobody has given it a value.</summary>
        Missing,

        /// <summary>A number made of others, which may be what it likes.</summary>
        Derived,

        /// <summary>What a user has given, and a factory has checked.</summary>
        Given,

        /// <summary>As <see cref="Given"/>, strictly between 0 and 1.</summary>
        GivenInner,
    }

    private const string Inner = "strictly between 0 and 1";

    /// <summary>The parameter.</summary>
    public double Value { get; } = value;

    /// <summary>The parameter <paramref name="value"/>.</summary>
    public static implicit operator Parameter(double value) => new(value);

    /// <summary>The negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Parameter operator -(Parameter parameter) => new(-parameter.Value, -parameter.Single);

    /// <summary>Half of the largest finite number of either precision.</summary>
    internal static Parameter HalfLargest => new(0.5 * double.MaxValue, 0.5f * float.MaxValue);

    /// <summary>Whether it has been given a value at all.</summary>
    internal bool IsMissing => _origin == Origin.Missing;

    /// <summary>Whether both have the same value.</summary>
    public static bool operator ==(Parameter left, Parameter right) => left.Equals(right);

    /// <summary>Whether the values differ.</summary>
    public static bool operator !=(Parameter left, Parameter right) => !left.Equals(right);

    // Each check is written so that NaN fails it.

    /// <summary>A parameter that has to be positive and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 && double.IsFinite(value) ? Given(value) : throw Wrong(value, "positive and finite", name);

    /// <summary>A parameter that has to be finite and at least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 && double.IsFinite(value) ? Given(value) : throw Wrong(value, "finite and at least 0", name);

    /// <summary>A parameter that has to be finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) ? Given(value) : throw Wrong(value, "finite", name);

    /// <summary>A parameter that has to lie in [0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    public static Parameter Probability(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 0 and <= 1 ? Given(value) : throw Wrong(value, "between 0 and 1", name);

    /// <summary>A parameter that has to lie strictly between 0 and 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    public static Parameter InnerProbability(
        double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is > 0 and < 1 ? new(value, Origin.GivenInner) : throw Wrong(value, Inner, name);

    /// <summary>A parameter that has to be finite and not 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter NotZero(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value != 0 && double.IsFinite(value) ? Given(value) : throw Wrong(value, "finite and not 0", name);

    /// <summary>A parameter that has to be finite and at least <paramref name="bound"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter AtLeast(
        double bound, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= bound && double.IsFinite(value)
            ? Given(value)
            : throw Wrong(value, string.Create(CultureInfo.InvariantCulture, $"finite and at least {bound}"), name);

    /// <summary>
    /// A parameter that has to be at least <paramref name="least"/> and below <paramref name="bound"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter InRange(
        double least, double bound, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= least && value < bound
            ? value
            : throw Wrong(
                value, string.Create(CultureInfo.InvariantCulture, $"at least {least} and below {bound}"), name);

    /// <summary>A parameter that has to be finite or −∞.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter BelowInfinity(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value < double.PositiveInfinity ? Given(value) : throw Wrong(value, "finite or −∞", name);

    /// <summary>A parameter that has to lie in [−1, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    public static Parameter Cosine(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= -1 and <= 1 ? Given(value) : throw Wrong(value, "between −1 and 1", name);

    /// <summary>
    /// The parameter, if it is one that <typeparamref name="T"/> holds: subnormal numbers have lost digits, and their
    /// inverses may be infinite.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    internal Parameter In<T>(string name)
    {
        bool isSingle = typeof(T) == typeof(float);
        double held = isSingle ? Single : Value;
        if (_origin >= Origin.Given && double.IsFinite(Value) && Value != 0)
        {
            double smallest = isSingle ? IeeeFormat<float>.SmallestNormal : IeeeFormat<double>.SmallestNormal;
            double largest = isSingle ? float.MaxValue : double.MaxValue;
            if (Math.Abs(held) < smallest || Math.Abs(held) > largest)
            {
                throw Wrong(
                    Value,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"within the range of {(isSingle ? "float" : "double")}, {smallest:g8} to {largest:g8} in size"),
                    name);
            }
        }

        return _origin != Origin.GivenInner || held is > 0 and < 1
            ? this
            : throw Wrong(Value, $"{Inner}, also when rounded to float", name);
    }

    /// <summary>
    /// Two factors of <paramref name="product"/>: itself and 1, or, where it is out of a precision's range, twice its
    /// <paramref name="root"/>, so that a small or large number can be multiplied by it in two steps.
    /// </summary>
    internal static (Parameter Outer, Parameter Inner) Factors(double product, double root)
    {
        (double outer, double inner) = Choose(
            product, root, IeeeFormat<double>.SmallestNormal, double.MaxValue);
        (double outerSingle, double innerSingle) = Choose(
            product, root, IeeeFormat<float>.SmallestNormal, float.MaxValue);
        return (new(outer, (float)outerSingle), new(inner, (float)innerSingle));

        static (double Outer, double Inner) Choose(double product, double root, double smallest, double largest) =>
            Math.Abs(product) >= smallest && Math.Abs(product) <= largest
                ? (product, 1)
                : (Math.CopySign(Math.Min(root, largest), product), Math.Min(root, largest));
    }

    /// <inheritdoc/>
    public bool Equals(Parameter other) => Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Parameter other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The weights of the parts of a sum, each finite, at least 0 and one that <typeparamref name="T"/> holds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not.</exception>
    internal static double[] Weights<T>(
        IEnumerable<double> weights, [CallerArgumentExpression(nameof(weights))] string name = "") =>
    [
        .. weights.Select((weight, part) =>
            NotNegative(weight, $"{name}[{part}]").In<T>($"{name}[{part}]").Value),
    ];

    private static Parameter Given(double value) => new(value, Origin.Given);

    // The exception would format the value by itself, but in the current culture. Of an entry of a list, "weights[2]",
    // the list is the argument.
    private static ArgumentOutOfRangeException Wrong(double value, string expected, string name) => new(
        name.Split('[')[0], FormattableString.Invariant($"'{name}' must be {expected}. Actual value was {value}."));
}
