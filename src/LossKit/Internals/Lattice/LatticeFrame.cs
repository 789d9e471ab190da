namespace LossKit.Internals.Lattice;

/// <summary>
/// What one step of a lattice reads and writes: rows of states, by their first state. Probabilities are m · 2ᵉ in two
/// rows, so that they never underflow and lose no digits, as their logarithms would.
/// </summary>
internal ref struct LatticeFrame<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many states there are, padded to whole lanes.</summary>
    public nuint Padded;

    // Where arcs of 0, 1 and 2 states lead.
    public ref T Stay;
    public ref T Advance;
    public ref T Skip;

    /// <summary>Where paths begin; of the last frame, backwards, where they end.</summary>
    public ref T Ends;

    /// <summary>The logits of the states' classes, −∞ beyond the states.</summary>
    public ref T Scores;

    /// <summary>The largest logit of the frame, −∞ aside.</summary>
    public T Largest;

    // The frame that the step comes from.
    public ref T FromMantissas;
    public ref T FromExponents;

    /// <summary>Its largest exponent, which the frame's own are less.</summary>
    public T Offset;

    public ref T Mantissas;
    public ref T Exponents;

    // Backwards, the same frame's forward step, and what is made of both.
    public ref T ForwardMantissas;
    public ref T ForwardExponents;
    public ref T Occupancies;

    /// <summary>The exponent of the summed probability of all paths, by the units of both steps.</summary>
    public T Total;
}
