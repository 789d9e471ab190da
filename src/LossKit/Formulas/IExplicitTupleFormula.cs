namespace LossKit.Formulas;

/// <summary>
/// A loss of several predictions and targets of one example with all its derivatives by hand, in plain numbers: where
/// the number of predictions is the instance's, or a pass for each would compute the same costly functions again.
/// </summary>
/// <remarks>
/// A function that is as long as a formula has a loop of its own, before: the formula says of which arguments it wants
/// it, and reads the answers.
/// </remarks>
internal interface IExplicitTupleFormula : IFormula
{
    /// <summary>How many predictions an example has: 1 or more.</summary>
    int Predictions { get; }

    /// <summary>How many targets and side inputs an example has: 0 or more.</summary>
    int Targets { get; }

    /// <summary>How many numbers of an example it keeps meanwhile.</summary>
    int Spare => 0;

    /// <summary>Of how many arguments it wants its function, with so many predictions.</summary>
    static virtual int Questions(int predictions) => 0;

    /// <summary>Asks for all of these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void Ask<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
    }

    /// <summary>Its function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual Derivatives<TLane> Function<TLane, TJet>(TLane x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => default;

    /// <summary>Whether <see cref="Expect"/> knows the Fisher information of some predictions.</summary>
    static virtual bool HasFisherInformation => false;

    /// <summary>Notes it in place of second derivatives, which have been noted before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void Expect<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
    }

    /// <summary>The loss of an example, whose derivatives are noted there.</summary>
    TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct;
}

/// <summary>The numbers of one example, as an <see cref="IExplicitTupleFormula"/> sees them.</summary>
internal interface IExplicitExample<TLane> : IExample<TLane> where TLane : struct, IRealLane<TLane>, ILane<TLane>
{
    /// <summary>How many derivatives are asked for.</summary>
    static abstract int Order { get; }

    /// <summary>Wants the function of <paramref name="argument"/> as answer <paramref name="k"/>.</summary>
    void Ask(int k, TLane argument);

    /// <summary>The function of argument <paramref name="k"/>, and as many derivatives as are asked for.</summary>
    Derivatives<TLane> Answer(int k);

    /// <summary>
    /// Notes the derivatives with respect to prediction <paramref name="k"/>, as far as they are asked for.
    /// </summary>
    void Differentiate(int k, TLane slope, TLane curvature);

    /// <summary>
    /// Notes what the second derivative with respect to prediction <paramref name="k"/> is expected to be.
    /// </summary>
    void Expect(int k, TLane information);

    /// <summary>The first derivative with respect to prediction <paramref name="k"/>, if it has been noted.</summary>
    TLane Slope(int k);

    /// <summary>The second derivative with respect to prediction <paramref name="k"/>, likewise.</summary>
    TLane Curvature(int k);

    /// <summary>Keeps a number.</summary>
    void Keep(int k, TLane value);

    /// <summary>A number that has been kept.</summary>
    TLane Spare(int k);
}
