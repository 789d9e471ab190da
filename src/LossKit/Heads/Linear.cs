namespace LossKit;

/// <summary>
/// The last layer of a classifier or a language model, with what goes into it: the logits of row i are
/// hidden_i·prototypesᵀ + bias, or cosines instead, and are never all in memory.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Linear<T> where T : unmanaged
{
    /// <summary>Rows × dimension, row by row: what the model's body makes of each example or token.</summary>
    public required ReadOnlySpan<T> Hidden { get; init; }

    /// <summary>Classes × dimension, row by row: the layer's weight, a row a class.</summary>
    public required ReadOnlySpan<T> Prototypes { get; init; }

    /// <summary>One a class, added to its logits; −∞ masks a class. None means 0.</summary>
    public ReadOnlySpan<T> Bias { get; init; }

    /// <summary>One a row: a class, or the label that is to be ignored.</summary>
    public required ReadOnlySpan<int> Labels { get; init; }
}
