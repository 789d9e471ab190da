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

    public static bool ReadsCells => true;

    public static bool WritesCells => true;

    public static bool HasLabelDerivatives => true;

    public static bool HasRivals => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        Softmax<T, TLane, TAcross>.Largest(chunk, out TLane largest);
        TLane rest;
        if (TJet.Order == 0)
        {
            Softmax<T, TLane, TAcross>.Exponentials<No>(chunk, largest, out rest);
        }
        else
        {
            Softmax<T, TLane, TAcross>.Exponentials<Yes>(chunk, largest, out rest);
        }

        double sum = Formula<T, TLane, TJet, TAcross>(_formula, chunk, largest, rest, out Slopes<TLane> slopes);
        if (TJet.Order > 0)
        {
            Derivatives<T, TLane, TJet>(chunk, slopes);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Formula<T, TLane, TJet, TAcross>(
        TFormula formula, in RowChunk<T> chunk, in TLane largest, in TLane rest, out Slopes<TLane> slopes)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        TLane behind = TLane.Load(in chunk.Scores, 0) - largest;
        TLane total = Exponentials<TLane, T>.ExpOfNegative(behind) + rest;

        // Where the label has the largest logit, total − 1 would round away what the others have.
        TLane beside = TLane.SelectPositive(-behind, total - 1.0, rest);
        TLane logProbability = behind - TLane.Log1p(beside);
        TJet loss = formula.Loss(TJet.Variable(logProbability));

        TLane labelWeight = TLane.Load(in chunk.LabelWeights, 0);
        TLane weight = TLane.Load(in chunk.Weights, 0);
        TLane value = TLane.PropagateNaN(logProbability, TJet.Value(loss)) * labelWeight;
        TLane.Store(value, ref chunk.Losses, 0);

        slopes = default;
        if (TJet.Order > 0)
        {
            TLane scale = double.CreateTruncating(chunk.Scale);
            TLane factor = scale * weight * labelWeight;
            TLane inverse = TLane.Reciprocal(total);
            TLane slope = factor * TLane.PropagateNaN(value, TJet.First(loss));
            TLane opposite = rest * inverse;
            slopes.Gradient = -(slope * inverse);
            TLane.Store(slope * opposite, ref chunk.LabelGradients, 0);
            if (TJet.Order > 1)
            {
                TLane curvature = factor * TLane.PropagateNaN(value, TJet.Second(loss));
                slopes.Inverse = inverse;
                slopes.Slope = slope;
                slopes.Curvature = curvature;
                TLane.Store(
                    opposite * (curvature * opposite - slope * (1.0 - opposite)), ref chunk.LabelHessians, 0);
            }
        }

        return Cells<T, TLane, TAcross>.SumOfRows(chunk, value * weight);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Derivatives<T, TLane, TJet>(in RowChunk<T> chunk, in Slopes<TLane> slopes)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        ref T gradient = ref chunk.Gradient;
        ref T hessian = ref chunk.Hessian;
        TLane factor = slopes.Gradient;
        TLane inverse = slopes.Inverse;
        TLane slope = slopes.Slope;
        TLane curvature = slopes.Curvature;
        nuint length = chunk.Length;
        nuint step = (nuint)TLane.Count;
        nuint last = length - step;
        TLane next = TLane.Load(in gradient, 0);
        for (nuint i = 0; i < length; i += step)
        {
            nuint at = Math.Min(i, last);
            TLane exponential = next;
            next = TLane.Load(in gradient, Math.Min(i + step, last));
            TLane.Store(factor * exponential, ref gradient, at);
            if (TJet.Order > 1)
            {
                TLane probability = exponential * inverse;
                TLane.Store(
                    probability * (curvature * probability - slope * (1.0 - probability)), ref hessian, at);
            }
        }
    }

    private struct Slopes<TLane>
    {
        /// <summary>What an exponential is multiplied with to make the gradient.</summary>
        public TLane Gradient;
        public TLane Inverse;
        public TLane Slope;
        public TLane Curvature;
    }
}
