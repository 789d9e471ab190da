using System.Runtime.CompilerServices;

namespace LossKit.Formulas;

/// <summary>A loss of boxes by their corners, for boxes given by center, width and height.</summary>
/// <param name="formula">A formula of four predictions and four targets: x₁, y₁, x₂, y₂.</param>
public readonly struct FromCenters<TFormula>(TFormula formula) : ITupleFormula where TFormula : struct, ITupleFormula
{
    private readonly TFormula _formula = formula;

    /// <inheritdoc/>
    public static int Predictions => TFormula.Predictions;

    /// <inheritdoc/>
    public static int Targets => TFormula.Targets;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        _formula.Loss<TLane, Corners<TLane, TExample>>(new(x));

    private readonly ref struct Corners<TLane, TExample>(TExample x) : IExample<TLane>
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        private readonly TExample _x = x;

        public TLane this[int k]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => k < 2 ? _x[k] - 0.5 * _x[k + 2] : _x[k - 2] + 0.5 * _x[k];
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Target(int k) => k < 2
            ? _x.Target(k) - 0.5 * _x.Target(k + 2)
            : _x.Target(k - 2) + 0.5 * _x.Target(k);
    }
}
