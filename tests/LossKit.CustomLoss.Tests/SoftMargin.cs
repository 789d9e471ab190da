using System.Runtime.CompilerServices;
using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

/// <summary>log(1 + e^(b − margin)): a margin of any size keeps pulling a little.</summary>
public readonly struct SoftMargin(double lead) : IMarginFormula
{
    private readonly Parameter _lead = Parameter.Finite(lead);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Softplus(_lead - margin);
}

/// <summary>Similar rows cost their distance, others e^(−D).</summary>
public readonly struct Repulsion : IPointwiseFormula
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(target, 0.5, prediction, TLane.Exp(-prediction));
}
