using System.Runtime.CompilerServices;
using LossKit;
using LossKit.Formulas;

namespace GpuCustomLoss;

/// <summary>
/// What an order costs once the demand is known: a margin for each piece that is missing, storage for each that is left.
/// Written once, it is a loop of the processor and a kernel of the device, with its derivatives.
/// </summary>
public readonly struct ShelfCost(double margin, double storage) : IPointwiseFormula
{
    private readonly Parameter _margin = Parameter.Positive(margin);
    private readonly Parameter _storage = Parameter.Positive(storage);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane left = prediction - target;
        return _storage * TLane.Softplus(left) + _margin * TLane.Softplus(-left);
    }
}
