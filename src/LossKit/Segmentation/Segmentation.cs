namespace LossKit;

/// <summary>
/// Images of which every pixel has a number for each class. Pixels have any number of axes, flattened.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Segmentation<T> where T : unmanaged
{
    /// <summary>Examples × classes × pixels, the last varying fastest: logits, or probabilities.</summary>
    public required ReadOnlySpan<T> Predictions { get; init; }

    /// <summary>What is true of each, from 0 to 1.</summary>
    public required ReadOnlySpan<T> Targets { get; init; }

    /// <summary>How many pixels an example has.</summary>
    public required int Pixels { get; init; }

    /// <summary>
    /// Which pixels there are, examples × pixels; what is masked has no part, whatever it holds. None means all.
    /// </summary>
    public ReadOnlySpan<bool> Mask { get; init; }
}
