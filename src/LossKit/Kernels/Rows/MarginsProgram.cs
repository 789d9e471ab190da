using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Lanes;

namespace LossKit.Kernels.Rows;

/// <summary>1/C·Σ_{j≠y} of a formula on the margin x_y − x_j of the label over each other class.</summary>
internal readonly struct MarginsProgram<TFormula>(TFormula formula) : IRowProgram
    where TFormula : struct, IMarginFormula
{
    private readonly TFormula _formula = formula;

    public static bool ReadsCells => true;

    public static bool WritesCells => true;

    public static bool HasLabelDerivatives => true;

    public static bool HasRivals => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice => Loop<T, TLane, TJet, TAcross>(_formula, chunk);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Loop<T, TLane, TJet, TAcross>(TFormula formula, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        ref T gradient = ref chunk.Gradient;
        ref T hessian = ref chunk.Hessian;
        TLane labels = TLane.Load(in chunk.Labels, 0);
        TLane score = TLane.Load(in chunk.Scores, 0);
        TLane weight = TLane.Load(in chunk.Weights, 0);
        TLane labelWeight = (TLane)(1.0 / chunk.Columns) * TLane.Load(in chunk.LabelWeights, 0);
        TLane scale = (TLane)double.CreateTruncating(chunk.Scale) * labelWeight * weight;
        nuint length = chunk.Length;
        nuint step = (nuint)TLane.Count;
        nuint last = length - step;
        nuint block = Softmax<T, TLane, TAcross>.AddedInLane * step;
        TLane value = 0.0;
        TLane slope = 0.0;
        TLane curvature = 0.0;
        TLane next = TLane.Load(in source, 0);
        for (nuint i = 0; i < length;)
        {
            nuint blockEnd = Math.Min(i + block, length);
            TLane blockValue = 0.0;
            TLane blockSlope = 0.0;
            TLane blockCurvature = 0.0;
            for (; i < blockEnd; i += step)
            {
                nuint at = Math.Min(i, last);
                TLane margin = score - next;
                next = TLane.Load(in source, Math.Min(i + step, last));
                TJet loss = formula.Loss(TJet.Variable(margin));
                TLane counted = Cells<T, TLane, TAcross>.Select(chunk, labels, 1.0, 0.0, i, at);
                TLane once = Cells<T, TLane, TAcross>.Once(counted, i, at);
                blockValue += TLane.Weigh(once, TLane.PropagateNaN(margin, TJet.Value(loss)));
                if (TJet.Order > 0)
                {
                    TLane first = TJet.First(loss);
                    blockSlope += TLane.Weigh(once, first);
                    TLane.Store(-(scale * first), ref gradient, at);
                }

                if (TJet.Order > 1)
                {
                    TLane second = TJet.Second(loss);
                    blockCurvature += TLane.Weigh(once, second);
                    TLane.Store(scale * second, ref hessian, at);
                }
            }

            value += blockValue;
            slope += blockSlope;
            curvature += blockCurvature;
        }

        value = Cells<T, TLane, TAcross>.Sum(value) * labelWeight;
        TLane.Store(value, ref chunk.Losses, 0);
        if (TJet.Order > 0)
        {
            TLane.Store(scale * Cells<T, TLane, TAcross>.Sum(slope), ref chunk.LabelGradients, 0);
        }

        if (TJet.Order > 1)
        {
            TLane.Store(scale * Cells<T, TLane, TAcross>.Sum(curvature), ref chunk.LabelHessians, 0);
        }

        return Cells<T, TLane, TAcross>.SumOfRows(chunk, value * weight);
    }
}
