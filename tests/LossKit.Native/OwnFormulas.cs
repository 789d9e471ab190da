using System.Runtime.CompilerServices;
using LossKit.FSharp;

namespace LossKit.Native;

/// <summary>½d²/(1 + d²), with derivatives by hand.</summary>
internal readonly struct Bounded : IPointwiseFormula, IExplicitFormula
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        TLane square = TLane.Square(error);
        TLane shrink = 1.0 / (1.0 + square);
        return new()
        {
            Value = 0.5 * square * shrink,
            First = error * TLane.Square(shrink),
            Second = (1.0 - 3.0 * square) * shrink * TLane.Square(shrink),
        };
    }
}

/// <summary>The answer that was chosen should be e times as likely as the other, by what the reference says.</summary>
internal readonly struct ByE : IPreferenceFormula
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(1.0 - (chosen - rejected));
}

/// <summary>Squares at the price of each example, as languages without <c>ref struct</c>s write it.</summary>
internal readonly struct PricedSquare : IPlainTupleFormula
{
    public static int Predictions => 1;

    public static int Targets => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane> => x.Target(1) * TLane.Square(x[0] - x.Target(0));
}

/// <summary>Pairs count by how far apart their targets are, those that are far enough all alike.</summary>
internal readonly struct AtMostOne : IPairWeight
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Weight<TLane>(TLane higher, TLane lower) where TLane : struct, ILane<TLane> =>
        TLane.Min(higher - lower, 1.0);
}

/// <summary>cos(0.9·angle + margin).</summary>
internal readonly struct NarrowedAngle : IAngleFormula
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Score<TLane>(TLane angle, TLane margin) where TLane : struct, ILane<TLane> =>
        Functions.Cos(0.9 * angle + margin);
}

/// <summary>A log-sum-exp, a sum and a largest of each group, multiplied with each other.</summary>
internal readonly struct ThreeFolds : IGroupFormula<LogSumExpFold, SumFold, LargestFold>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        new(2.0 * score, TLane.Square(score - target), TLane.Exp(score));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(first) * second + TLane.Square(third);
}
