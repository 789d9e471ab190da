namespace LossKit.LightGbm;

/// <summary>
/// Data that no tree is grown on, and what they decide: when a training stops, and which rounds are kept.
/// </summary>
/// <typeparam name="TTarget">What the targets are: <see cref="double"/>, or <see cref="int"/> for labels.</typeparam>
/// <param name="dataset">The data, with as many columns as the training data have.</param>
public sealed class LightGbmValidation<TTarget>(LightGbmDataset<TTarget> dataset) where TTarget : unmanaged
{
    private readonly int? _patience;
    private readonly double _minimumChange;

    /// <summary>The data.</summary>
    public LightGbmDataset<TTarget> Dataset { get; } = dataset ?? throw new ArgumentNullException(nameof(dataset));

    /// <summary>
    /// What is measured besides the loss. The first of them decides which round is the best; without any it is the
    /// loss.
    /// </summary>
    public IReadOnlyList<LightGbmMetric<TTarget>> Metrics { get; init; } = [];

    /// <summary>
    /// How many rounds without a new best are enough to stop, at least 1. The model is then that of the best round,
    /// whether or not it came to that. Not given, all rounds are kept.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? Patience
    {
        get => _patience;
        init => _patience = value is int patience ? Guards.AtLeast(1, patience, nameof(Patience)) : null;
    }

    /// <summary>What share of its size a value has to change by to be a new best; finite and not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or not finite.</exception>
    public double MinimumChange
    {
        get => _minimumChange;
        init => _minimumChange = Parameter.NotNegative(value, nameof(MinimumChange)).Value;
    }
}
