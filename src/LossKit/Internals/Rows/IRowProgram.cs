namespace LossKit.Internals.Rows;

/// <summary>How the losses of a chunk of rows are computed; written once for both directions of lanes.</summary>
internal interface IRowProgram : IFormula
{
    /// <summary>Whether it writes all derivatives, or only the label's and the rival's, all others being 0.</summary>
    static virtual bool WritesCells => true;

    /// <summary>Whether the label's derivatives are in a place of their own.</summary>
    static virtual bool HasLabelDerivatives => true;

    static virtual bool HasRivals => false;

    /// <summary>Writes losses and derivatives of the chunk.</summary>
    /// <returns>The weighted sum of the losses.</returns>
    double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice;
}

/// <summary>
/// A program on a softmax of each row, in steps: between them, what is known of a row are a few numbers, so that its
/// columns need not be there all at once.
/// </summary>
internal interface ISoftmaxProgram<TSelf> : IRowProgram where TSelf : struct, ISoftmaxProgram<TSelf>
{
    /// <summary>
    /// Adds up what lies behind the largest logits; where there are derivatives to come, it leaves the exponentials in
    /// their place.
    /// </summary>
    static abstract void Sums<T, TLane, TJet, TAcross>(TSelf program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice;

    /// <summary>Makes losses of the sums, and what <see cref="Derivatives"/> needs.</summary>
    /// <returns>The weighted sum of the losses.</returns>
    static abstract double Losses<T, TLane, TJet, TAcross>(TSelf program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice;

    /// <summary>Makes derivatives of exponentials.</summary>
    static abstract void Derivatives<T, TLane, TJet, TAcross>(TSelf program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice;
}
