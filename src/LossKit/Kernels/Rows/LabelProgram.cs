using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Lanes;

namespace LossKit.Kernels.Rows;

/// <summary>A formula on the label's prediction alone.</summary>
internal readonly struct LabelProgram<TFormula>(TFormula formula) : IRowProgram
    where TFormula : struct, ITrueClassFormula
{
    private readonly TFormula _formula = formula;

    public static bool ReadsCells => false;

    public static bool WritesCells => false;

    public static bool HasLabelDerivatives => true;

    public static bool HasRivals => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice =>
        ScoreFormula<T, TLane, TJet, TAcross>.Evaluate(_formula, chunk, TLane.Load(in chunk.Scores, 0));
}

/// <summary>A formula on log-probabilities, given probabilities.</summary>
internal readonly struct OnProbability<TFormula>(TFormula formula) : ITrueClassFormula
    where TFormula : struct, ITrueClassFormula
{
    private readonly TFormula _formula = formula;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane> =>
        _formula.Loss(TLane.Log(logProbability));
}

internal static class ScoreFormula<T, TLane, TJet, TAcross>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TJet : struct, IJet<TJet, TLane>
    where TAcross : struct, IChoice
{
    /// <summary>The losses of a formula on one score a row, and the derivatives with respect to it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Evaluate<TFormula>(TFormula formula, in RowChunk<T> chunk, in TLane score)
        where TFormula : struct, ITrueClassFormula
    {
        TLane source = score;
        TJet loss = formula.Loss(TJet.Variable(source));
        TLane labelWeight = TLane.Load(in chunk.LabelWeights, 0);
        TLane weight = TLane.Load(in chunk.Weights, 0);
        TLane value = TLane.PropagateNaN(source, TJet.Value(loss)) * labelWeight;
        TLane.Store(value, ref chunk.Losses, 0);
        TLane factor = (TLane)double.CreateTruncating(chunk.Scale) * weight * labelWeight;
        if (TJet.Order > 0)
        {
            TLane.Store(factor * TLane.PropagateNaN(value, TJet.First(loss)), ref chunk.LabelGradients, 0);
        }

        if (TJet.Order > 1)
        {
            TLane.Store(factor * TLane.PropagateNaN(value, TJet.Second(loss)), ref chunk.LabelHessians, 0);
        }

        return Cells<T, TLane, TAcross>.SumOfRows(chunk, value * weight);
    }
}
