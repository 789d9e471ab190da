namespace LossKit;

/// <summary>Examples with what a variational autoencoder makes of them: a row of each for every example.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Variational<T> where T : unmanaged
{
    /// <summary>How many examples there are; the rows of all below have equal lengths each.</summary>
    public required int Rows { get; init; }

    /// <summary>The reconstructions.</summary>
    public required ReadOnlySpan<T> Predictions { get; init; }

    /// <summary>What is to be reconstructed, as many numbers.</summary>
    public required ReadOnlySpan<T> Targets { get; init; }

    /// <summary>The means of the posteriors.</summary>
    public required ReadOnlySpan<T> Means { get; init; }

    /// <summary>The logarithms of their variances, as many numbers.</summary>
    public required ReadOnlySpan<T> LogVariances { get; init; }
}

/// <summary>Where the derivatives of a variational loss go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct VariationalGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Variational{T}.Predictions"/>.</summary>
    public Span<T> Predictions { get; init; }

    /// <summary>With respect to <see cref="Variational{T}.Means"/>; goes with that of the variances.</summary>
    public Span<T> Means { get; init; }

    /// <summary>With respect to <see cref="Variational{T}.LogVariances"/>.</summary>
    public Span<T> LogVariances { get; init; }

    /// <summary>The diagonal of the Hessian with respect to <see cref="Variational{T}.Predictions"/>.</summary>
    public Span<T> PredictionsHessian { get; init; }

    /// <summary>The diagonal of the Hessian with respect to <see cref="Variational{T}.Means"/>.</summary>
    public Span<T> MeansHessian { get; init; }

    /// <summary>The diagonal of the Hessian with respect to <see cref="Variational{T}.LogVariances"/>.</summary>
    public Span<T> LogVariancesHessian { get; init; }
}

/// <summary>What an example is reconstructed as.</summary>
public enum Reconstruction
{
    /// <summary>Logits of yes or no: Σ softplus(x) − t·x.</summary>
    Binary,

    /// <summary>Numbers with normal errors of a variance that is given: Σ (x − t)²/(2·variance).</summary>
    Squared,
}
