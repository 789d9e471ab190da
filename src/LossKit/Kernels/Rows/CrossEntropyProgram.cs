using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Lanes;

namespace LossKit.Kernels.Rows;

/// <summary>Where the probabilities come from that a row's softmax is to have.</summary>
internal interface ITargetRow
{
    TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice;
}

/// <summary>Given, as a row of targets.</summary>
internal readonly struct GivenTargets : ITargetRow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice => TLane.Load(in chunk.Targets, at);
}

/// <summary>All on the label.</summary>
internal readonly struct OneHotTargets : ITargetRow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice =>
        TLane.SelectPositive(TLane.Abs(labels - Cells<T, TLane, TAcross>.Columns(at)), default, 1.0);
}

/// <summary>Σ_c u_c·(−log p_c) for p = softmax(row) and u_c = w_c·(t_c(1 − s) + s/C).</summary>
/// <remarks>
/// With U = Σ u_c the gradient is U·p_c − u_c and the Hessian's diagonal U·p_c(1 − p_c).
/// </remarks>
internal readonly struct CrossEntropyProgram<TTargets>(Parameter smoothing, Parameter perClass) : IRowProgram
    where TTargets : struct, ITargetRow
{
    private readonly Parameter _kept = 1 - smoothing.Value;
    private readonly Parameter _spread = perClass;

    public static bool ReadsCells => true;

    public static bool WritesCells => true;

    public static bool HasLabelDerivatives => false;

    public static bool HasRivals => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        Softmax<T, TLane, TAcross>.Largest(chunk, out TLane largest);
        Sums<T, TLane, TJet, TAcross>(this, chunk, largest, out Totals<TLane> totals);
        TLane weight = TLane.Load(in chunk.Weights, 0);
        TLane value = totals.Distance + TLane.Weigh(totals.Target, TLane.Log(totals.Exponentials));
        value = TLane.PropagateNaN(totals.Exponentials, value);
        TLane.Store(value, ref chunk.Losses, 0);
        if (TJet.Order > 0)
        {
            Derivatives<T, TLane, TJet, TAcross>(this, chunk, totals);
        }

        return Cells<T, TLane, TAcross>.SumOfRows(chunk, value * weight);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sums<T, TLane, TJet, TAcross>(
        CrossEntropyProgram<TTargets> program, in RowChunk<T> chunk, in TLane largest, out Totals<TLane> totals)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        ref T destination = ref chunk.Gradient;
        TLane labels = TLane.Load(in chunk.Labels, 0);
        TLane shift = largest;
        nuint length = chunk.Length;
        nuint step = (nuint)TLane.Count;
        nuint last = length - step;
        nuint block = Softmax<T, TLane, TAcross>.AddedInLane * step;
        TLane exponentials = 0.0;
        TLane distances = 0.0;
        TLane targets = 0.0;
        TLane next = TLane.Load(in source, 0);
        for (nuint i = 0; i < length;)
        {
            nuint blockEnd = Math.Min(i + block, length);
            TLane blockExponentials = 0.0;
            TLane blockDistances = 0.0;
            TLane blockTargets = 0.0;
            for (; i < blockEnd; i += step)
            {
                nuint at = Math.Min(i, last);
                TLane behind = next - shift;
                next = TLane.Load(in source, Math.Min(i + step, last));
                TLane exponential = Exponentials<TLane, T>.ExpOfNegative(behind);
                if (TJet.Order > 0)
                {
                    TLane.Store(exponential, ref destination, at);
                }

                TLane target = Cells<T, TLane, TAcross>.Once(
                    program.Target<T, TLane, TAcross>(chunk, labels, at), i, at);
                blockExponentials += Cells<T, TLane, TAcross>.Once(exponential, i, at);
                blockDistances += TLane.Weigh(target, -behind);
                blockTargets += target;
            }

            exponentials += blockExponentials;
            distances += blockDistances;
            targets += blockTargets;
        }

        totals = new()
        {
            Exponentials = Cells<T, TLane, TAcross>.Sum(exponentials),
            Distance = Cells<T, TLane, TAcross>.Sum(distances),
            Target = Cells<T, TLane, TAcross>.Sum(targets),
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Derivatives<T, TLane, TJet, TAcross>(
        CrossEntropyProgram<TTargets> program, in RowChunk<T> chunk, in Totals<TLane> totals)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T gradient = ref chunk.Gradient;
        ref T hessian = ref chunk.Hessian;
        TLane labels = TLane.Load(in chunk.Labels, 0);
        TLane weight = (TLane)double.CreateTruncating(chunk.Scale) * TLane.Load(in chunk.Weights, 0);
        TLane inverse = TLane.Reciprocal(totals.Exponentials);
        TLane total = totals.Target;
        nuint length = chunk.Length;
        nuint step = (nuint)TLane.Count;
        nuint last = length - step;
        TLane next = TLane.Load(in gradient, 0);
        for (nuint i = 0; i < length; i += step)
        {
            nuint at = Math.Min(i, last);
            TLane probability = next * inverse;
            next = TLane.Load(in gradient, Math.Min(i + step, last));
            TLane target = program.Target<T, TLane, TAcross>(chunk, labels, at);
            TLane.Store(weight * (total * probability - target), ref gradient, at);
            if (TJet.Order > 1)
            {
                TLane.Store(weight * (total * probability) * (1.0 - probability), ref hessian, at);
            }
        }
    }

    /// <summary>u of the cell at <paramref name="at"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Target<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        TLane target = _kept * default(TTargets).At<T, TLane, TAcross>(chunk, labels, at) + _spread;
        return Unsafe.IsNullRef(ref chunk.ClassWeights)
            ? target
            : target * Cells<T, TLane, TAcross>.OfColumns(in chunk.ClassWeights, at);
    }

    private struct Totals<TLane>
    {
        public TLane Exponentials;

        /// <summary>Σ u_c·(largest − x_c).</summary>
        public TLane Distance;
        public TLane Target;
    }
}
