namespace LossKit.HalfPrecision;

/// <summary>
/// Where the gradients of a loss on a linear layer go whose numbers are stored in 16 bits. Those of frozen inputs are
/// left out, and cost nothing.
/// </summary>
/// <remarks>
/// What all rows add to, the gradients of prototypes and bias, is float: rounded sum by sum, small terms would be lost.
/// </remarks>
/// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
public readonly ref struct StoredLinearGradients<TNumber> where TNumber : unmanaged
{
    /// <summary>With respect to <see cref="Linear{T}.Hidden"/>.</summary>
    public Span<TNumber> Hidden { get; init; }

    /// <summary>With respect to <see cref="Linear{T}.Prototypes"/>.</summary>
    public Span<float> Prototypes { get; init; }

    /// <summary>With respect to <see cref="Linear{T}.Bias"/>.</summary>
    public Span<float> Bias { get; init; }
}
