namespace LossKit.Internals.Lattice;

/// <summary>What the states of a lattice score at each step, and where the derivatives go.</summary>
internal interface IEmissions<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// Prepares all steps. Returns what −log of all paths' scores is to be increased by; NaN if any of them is.
    /// </summary>
    double Begin();

    /// <summary>The scores of a step's states; returns what they are to be diminished by.</summary>
    T Read(int step, Span<T> scores);

    /// <summary>
    /// Derivatives from the occupancies of a step: which part of all paths, of <paramref name="all"/>, is in each
    /// state.
    /// </summary>
    void Write(int step, ReadOnlySpan<T> occupancies, double all, double factor);

    /// <summary>All derivatives as one number.</summary>
    void Fill(T slope);
}
