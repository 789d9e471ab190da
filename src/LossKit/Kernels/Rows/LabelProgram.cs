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
        ScoreFormula<T, TLane, TJet, TAcross>.Evaluate(_formula, chunk);
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

/// <summary>A formula on a margin, as one on a score.</summary>
internal readonly struct OnMargin<TFormula>(TFormula formula) : ITrueClassFormula
    where TFormula : struct, IMarginFormula
{
    private readonly TFormula _formula = formula;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane> => _formula.Loss(logProbability);
}

internal static class ScoreFormula<T, TLane, TJet, TAcross>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TJet : struct, IJet<TJet, TLane>
    where TAcross : struct, IChoice
{
    /// <summary>The losses of a formula on the scores of the rows, and the derivatives with respect to them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Evaluate<TFormula>(TFormula formula, in RowChunk<T> chunk)
        where TFormula : struct, ITrueClassFormula
    {
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane score = chunk.Load<TLane>(RowNumber.Score, row);
            TJet loss = formula.Loss(TJet.Variable(score));
            TLane labelWeight = chunk.Load<TLane>(RowNumber.LabelWeight, row);
            TLane weight = chunk.Load<TLane>(RowNumber.Weight, row);
            TLane value = TLane.PropagateNaN(score, TJet.Value(loss)) * labelWeight;
            chunk.Store(RowNumber.Loss, row, value);
            TLane factor = (TLane)double.CreateTruncating(chunk.Scale) * weight * labelWeight;
            if (TJet.Order > 0)
            {
                chunk.Store(RowNumber.LabelGradient, row, factor * TLane.PropagateNaN(value, TJet.First(loss)));
            }

            if (TJet.Order > 1)
            {
                chunk.Store(RowNumber.LabelHessian, row, factor * TLane.PropagateNaN(value, TJet.Second(loss)));
            }

            sum += Cells<T, TLane, TAcross>.SumOfRows(chunk, value * weight, row);
        }

        return sum;
    }
}
