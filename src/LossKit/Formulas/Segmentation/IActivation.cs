namespace LossKit.Formulas;

/// <summary>What makes a probability of a prediction.</summary>
public interface IActivation : IFormula
{
    /// <summary>What predictions may be.</summary>
    Domain Predictions => Domain.Reals;

    /// <summary>The probability that a prediction stands for.</summary>
    /// <typeparam name="TLane">Plain numbers, or numbers with derivatives with respect to the prediction.</typeparam>
    TLane Probability<TLane>(TLane prediction) where TLane : struct, ILane<TLane>;
}

/// <summary>Predictions are logits: their sigmoids are probabilities.</summary>
public readonly struct OfLogits : IActivation
{
    /// <inheritdoc/>
    public Domain Predictions => Domain.Logits;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Probability<TLane>(TLane prediction) where TLane : struct, ILane<TLane> => TLane.Sigmoid(prediction);
}

/// <summary>Predictions are probabilities.</summary>
public readonly struct OfProbabilities : IActivation
{
    /// <inheritdoc/>
    public Domain Predictions => Domain.Probabilities;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Probability<TLane>(TLane prediction) where TLane : struct, ILane<TLane> => prediction;
}
