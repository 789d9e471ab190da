namespace LossKit;

/// <summary>What a discriminator or critic says of real and of generated examples.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Adversarial<T> where T : unmanaged
{
    /// <summary>Of real examples.</summary>
    public ReadOnlySpan<T> Real { get; init; }

    /// <summary>Of generated ones, as many as there are.</summary>
    public required ReadOnlySpan<T> Fake { get; init; }
}

/// <summary>Where the derivatives of an adversarial loss go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct AdversarialGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Adversarial{T}.Real"/>.</summary>
    public Span<T> Real { get; init; }

    /// <summary>With respect to <see cref="Adversarial{T}.Fake"/>.</summary>
    public Span<T> Fake { get; init; }

    /// <summary>The diagonal of the Hessian with respect to <see cref="Adversarial{T}.Real"/>.</summary>
    public Span<T> RealHessian { get; init; }

    /// <summary>The diagonal of the Hessian with respect to <see cref="Adversarial{T}.Fake"/>.</summary>
    public Span<T> FakeHessian { get; init; }
}

/// <summary>The kinds of generative adversarial networks.</summary>
public enum AdversarialKind
{
    /// <summary>softplus(−x) of what should be real, softplus(x) of what should not.</summary>
    Logistic,

    /// <summary>½(x − 1)² and ½x².</summary>
    LeastSquares,

    /// <summary>max(0, 1 − x) and max(0, 1 + x); its generator has −x.</summary>
    Hinge,

    /// <summary>−x and x.</summary>
    Wasserstein,
}

/// <summary>Whose loss it is.</summary>
public enum AdversarialSide
{
    /// <summary>The discriminator's or critic's.</summary>
    Critic,

    /// <summary>The generator's.</summary>
    Generator,
}
