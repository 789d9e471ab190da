namespace LossKit.Internals.Tuples;

/// <summary>How blocks of examples in columns are evaluated.</summary>
internal interface ITupleProgram : IFormula
{
    /// <summary>How many predictions an example has.</summary>
    int Predictions { get; }

    /// <summary>How many targets an example has.</summary>
    int Targets { get; }

    /// <summary>How many columns it wants to itself.</summary>
    int Spare { get; }

    /// <summary>Whether a NaN among the numbers of an example becomes its loss without help.</summary>
    static abstract bool PropagatesNaN { get; }

    /// <summary>
    /// Whether examples with a loss of NaN are evaluated once more, by <see cref="RunInOtherUnits"/>.
    /// </summary>
    static virtual bool IsScaleFree => false;

    /// <summary>Losses, slopes and curvatures of the first <paramref name="padded"/> examples of a block.</summary>
    void Run<T, TLane, TJet>(in TupleInputs<T> inputs, in TupleResults<T> results, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>;

    /// <summary>The same of numbers in another unit than the batch's.</summary>
    void RunInOtherUnits<T, TLane, TJet>(in TupleInputs<T> inputs, in TupleResults<T> results, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane> => throw new NotSupportedException();
}

/// <summary>Where the columns of a block's results are.</summary>
internal ref struct TupleResults<T>
{
    public ref T Losses;
    public ref T Slopes;
    public ref T Curvatures;
    public ref T Spare;

    /// <summary>How far columns are apart.</summary>
    public nuint Pitch;
}
