using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Lanes;

namespace LossKit.Kernels.Rows;

/// <summary>A formula on the log-probability of the label, log-softmax of a row of logits taken there.</summary>
/// <remarks>
/// With ℓ = log p_y the gradient is f′(ℓ)·(δ_jy − p_j), and the Hessian's diagonal
/// f″(ℓ)·(δ_jy − p_j)² − f′(ℓ)·p_j(1 − p_j).
/// </remarks>
internal readonly struct TrueClassProgram<TFormula>(TFormula formula) : IRowProgram
    where TFormula : struct, ITrueClassFormula
{
    private readonly TFormula _formula = formula;

    public static bool WritesCells => true;

    public static bool HasLabelDerivatives => true;

    public static bool HasRivals => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        Softmax<T, TLane, TAcross>.Largest(chunk);
        if (TJet.Order == 0)
        {
            Softmax<T, TLane, TAcross>.Exponentials<No>(chunk);
            return Formula<T, TLane, TJet, TAcross>(_formula, chunk);
        }

        Softmax<T, TLane, TAcross>.Exponentials<Yes>(chunk);
        double sum = Formula<T, TLane, TJet, TAcross>(_formula, chunk);
        Derivatives<T, TLane, TJet, TAcross>(chunk);
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Formula<T, TLane, TJet, TAcross>(TFormula formula, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane rest = chunk.Load<TLane>(RowNumber.Total, row);
            TLane behind = chunk.Load<TLane>(RowNumber.Score, row) - chunk.Load<TLane>(RowNumber.Largest, row);
            TLane total = Exponentials<TLane, T>.ExpOfNegative(behind) + rest;

            // Where the label has the largest logit, total − 1 would round away what the others have.
            TLane beside = TLane.SelectPositive(-behind, total - 1.0, rest);
            TLane logProbability = behind - TLane.Log1p(beside);
            TJet loss = formula.Loss(TJet.Variable(logProbability));

            TLane labelWeight = chunk.Load<TLane>(RowNumber.LabelWeight, row);
            TLane weight = chunk.Load<TLane>(RowNumber.Weight, row);
            TLane value = TLane.PropagateNaN(logProbability, TJet.Value(loss)) * labelWeight;
            chunk.Store(RowNumber.Loss, row, value);
            if (TJet.Order > 0)
            {
                TLane factor = (TLane)double.CreateTruncating(chunk.Scale) * weight * labelWeight;
                TLane inverse = TLane.Reciprocal(total);
                TLane slope = factor * TLane.PropagateNaN(value, TJet.First(loss));
                TLane opposite = rest * inverse;
                chunk.Store(RowNumber.LabelGradient, row, slope * opposite);
                chunk.Store(RowNumber.Factor, row, -(slope * inverse));
                if (TJet.Order > 1)
                {
                    TLane curvature = factor * TLane.PropagateNaN(value, TJet.Second(loss));
                    chunk.Store(
                        RowNumber.LabelHessian, row, opposite * (curvature * opposite - slope * (1.0 - opposite)));
                    chunk.Store(RowNumber.Inverse, row, inverse);
                    chunk.Store(RowNumber.Slope, row, slope);
                    chunk.Store(RowNumber.Curvature, row, curvature);
                }
            }

            sum += Cells<T, TLane, TAcross>.SumOfRows(chunk, value * weight, row);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Derivatives<T, TLane, TJet, TAcross>(in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T gradient = ref chunk.Gradient;
        ref T hessian = ref chunk.Hessian;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane factor = chunk.Load<TLane>(RowNumber.Factor, row);
            TLane inverse = chunk.Load<TLane>(RowNumber.Inverse, row);
            TLane slope = chunk.Load<TLane>(RowNumber.Slope, row);
            TLane curvature = chunk.Load<TLane>(RowNumber.Curvature, row);
            TLane next = TLane.Load(in gradient, row);
            for (nuint i = 0; i < length; i += step)
            {
                nuint at = row + Math.Min(i, last);
                TLane exponential = next;
                next = TLane.Load(in gradient, row + Math.Min(i + step, last));
                TLane.Store(factor * exponential, ref gradient, at);
                if (TJet.Order > 1)
                {
                    Cells<T, TLane, TAcross>.PrefetchOutput(in hessian, at);
                    TLane probability = exponential * inverse;
                    TLane.Store(
                        probability * (curvature * probability - slope * (1.0 - probability)), ref hessian, at);
                }
            }
        }
    }
}
