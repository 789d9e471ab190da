using System.Runtime.CompilerServices;
using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

/// <summary>Multi-similarity, as somebody would write it who does not find it here.</summary>
public readonly struct Nearness(double alpha, double beta, double center) : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    private readonly Parameter _alpha = Parameter.Positive(alpha), _beta = Parameter.Positive(beta), _center = center;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> => new(
        TLane.SelectGreater(target, 0.5, -_alpha * (score - _center), double.NegativeInfinity),
        TLane.SelectGreater(0.5, target, _beta * (score - _center), double.NegativeInfinity));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane near, TLane far) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(near) / _alpha + TLane.Softplus(far) / _beta;
}
