namespace LossKit.Formulas;

/// <summary>(−1)ᵏ·cos mθ − 2k, k = ⌊mθ/π⌋: cos mθ, put together so that it only falls.</summary>
/// <remarks>
/// k is constant when differentiating. The margin m is the formula's own, that of the class is not used. Source: Liu et
/// al., "SphereFace: Deep Hypersphere Embedding for Face Recognition", CVPR 2017.
/// </remarks>
/// <param name="margin">m, from 1 to 100.</param>
public readonly struct SphereFace(int margin) : IAngleFormula
{
    private readonly int _margin = margin is >= 1 and <= 100
        ? margin
        : throw new ArgumentOutOfRangeException(nameof(margin), margin, "'margin' must be between 1 and 100.");

    /// <summary>With the usual margin, 4.</summary>
    public SphereFace() : this(4)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Score<TLane>(TLane angle, TLane margin) where TLane : struct, ILane<TLane>
    {
        // A half-turn less changes the sign of a cosine.
        TLane turned = _margin * angle;
        TLane halfTurns = 0.0;
        for (int k = 1; k <= _margin; k++)
        {
            halfTurns += TLane.SelectGreater(turned, k * Math.PI, 1.0, 0.0);
        }

        return Functions.Cos(turned - Math.PI * halfTurns) - 2.0 * halfTurns;
    }
}
