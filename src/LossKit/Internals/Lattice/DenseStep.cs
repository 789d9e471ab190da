namespace LossKit.Internals.Lattice;

/// <summary>What a step of a lattice with arcs between all states reads and writes.</summary>
internal ref struct DenseStep
{
    /// <summary>How many states there are, padded to whole lanes: the length of a row of arcs.</summary>
    public nuint Width;

    /// <summary>How many states the step comes from: none at the first.</summary>
    public nuint Sources;

    // Arcs from each source, row by row.
    public ref double ArcMantissas;
    public ref double ArcExponents;

    // The step that it comes from.
    public ref double FromMantissas;
    public ref double FromExponents;

    // One more source, whose arcs are not those of all steps.
    public PathNumber Own;
    public ref double OwnMantissas;
    public ref double OwnExponents;

    /// <summary>What the states score, at most 0; −∞ beyond the states.</summary>
    public ref double Scores;

    public ref double Mantissas;
    public ref double Exponents;

    // Backwards, the same frame's forward step, and what is made of both.
    public ref double ForwardMantissas;
    public ref double ForwardExponents;
    public ref double Occupancies;

    /// <summary>The exponent of all paths together.</summary>
    public double Total;
}
