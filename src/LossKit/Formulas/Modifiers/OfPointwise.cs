namespace LossKit.Formulas;

/// <summary>A loss of one prediction and one target as one of tuples.</summary>
internal readonly struct OfPointwise<TFormula>(TFormula formula) : ITupleFormula, IFormulaDomains
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = formula;

    public static int Predictions => 1;

    public static int Targets => 1;

    public bool HasFisherInformation => _formula.HasFisherInformation;

    Domain IFormulaDomains.PredictionDomain(int k) => _formula.Facts.Predictions;

    Domain IFormulaDomains.TargetDomain(int k) => _formula.Facts.Targets;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct => _formula.Loss(x[0], x.Target(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane FisherInformation<TLane, TExample>(TExample x, int k)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct => _formula.FisherInformation(x[0]);
}
