namespace LossKit.Internals.Rows;

/// <summary>
/// A map h of scores to probabilities q_j = h(x_j − λ), λ being what makes their sum 1, and a loss that is a sum over
/// classes of what depends on u = x_j − λ and the target.
/// </summary>
internal interface IImplicitFormula : IFormula
{
    /// <summary>Where h is 1: λ is at most by that below the largest score.</summary>
    static abstract double Lead { get; }

    /// <summary>h(u), which is convex and does not fall, with its derivatives.</summary>
    Derivatives<TLane> Probability<TLane>(TLane u) where TLane : struct, ILane<TLane>;

    /// <summary>What a class adds to the loss, with derivatives with respect to u.</summary>
    Derivatives<TLane> Loss<TLane>(TLane u, TLane target) where TLane : struct, ILane<TLane>;
}

/// <summary>Σ_j e(u_j, t_j) for u_j = x_j − λ with Σ_j h(u_j) = 1, and targets t(1 − s) + s/C.</summary>
/// <remarks>
/// With H = Σh′ the normaliser λ has the derivatives λ_k = h′_k/H, and with E = Σe′ the gradient is e′_k − λ_k·E. The
/// Hessian's diagonal is e″_k(1 − λ_k) − λ_k(e″_k − λ_k·Σe″) − λ_kk·E, where λ_kk = (h″_k(1 − 2λ_k) + λ_k²·Σh″)/H.
/// λ is found by Newton's method from below, where the convex sum is at least 1: it never goes too far.
/// </remarks>
internal readonly struct ImplicitProgram<TFormula, TTargets>(
    TFormula formula, Parameter smoothing, Parameter perClass) : IRowProgram
    where TFormula : struct, IImplicitFormula
    where TTargets : struct, ITargetRow
{
    private const int MostSteps = 200;

    private readonly TFormula _formula = formula;
    private readonly Parameter _kept = 1 - smoothing.Value;
    private readonly Parameter _spread = perClass;

    public static bool HasLabelDerivatives => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        Softmax<T, TLane, TAcross>.Largest(chunk);
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane normalizer = -TFormula.Lead;
            for (int i = 0; i < MostSteps && Step<T, TLane, TAcross>(_formula, chunk, row, ref normalizer); i++)
            {
            }

            chunk.Store(RowNumber.Distance, row, normalizer);
        }

        double sum = Losses<T, TLane, TJet, TAcross>(this, chunk);
        if (TJet.Order > 0)
        {
            Derivatives<T, TLane, TJet, TAcross>(this, chunk);
        }

        return sum;
    }

    /// <summary>One step towards the normalisers of a lane of rows; those that are there stay as they are.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool Step<T, TLane, TAcross>(
        TFormula formula, in RowChunk<T> chunk, nuint row, ref TLane normalizer)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        nuint block = LaneWidths.AddedInLane * step;
        TLane at0 = normalizer;
        TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
        TLane total = 0.0;
        TLane slopes = 0.0;
        for (nuint i = 0; i < length;)
        {
            nuint blockEnd = Math.Min(i + block, length);
            TLane blockTotal = 0.0;
            TLane blockSlopes = 0.0;
            for (; i < blockEnd; i += step)
            {
                nuint at = Math.Min(i, last);
                Derivatives<TLane> probability =
                    formula.Probability(TLane.Load(in source, row + at) - largest - at0);
                blockTotal += Cells<T, TLane, TAcross>.Once(probability.Value, i, at);
                blockSlopes += Cells<T, TLane, TAcross>.Once(probability.First, i, at);
            }

            total += blockTotal;
            slopes += blockSlopes;
        }

        TLane excess = Cells<T, TLane, TAcross>.Sum(total) - 1.0;
        TLane by = excess / Cells<T, TLane, TAcross>.Sum(slopes);
        TLane least = (IeeeFormat<T>.IsSingle ? 2.4e-7 : 4.5e-16) * (1.0 + TLane.Abs(at0));
        normalizer = TLane.SelectGreater(by, least, at0 + by, at0);
        return TLane.Sum(TLane.SelectGreater(by, least, 1.0, 0.0)) > 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Losses<T, TLane, TJet, TAcross>(
        ImplicitProgram<TFormula, TTargets> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane normalizer = chunk.Load<TLane>(RowNumber.Distance, row);
            TLane value = 0.0;
            TLane lossSlopes = 0.0;
            TLane slopes = 0.0;
            TLane lossBends = 0.0;
            TLane bends = 0.0;
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                Cells<T, TLane, TAcross>.PrefetchNextRow(in source, length, i);
                TLane u = TLane.Load(in source, row + at) - largest - normalizer;
                Derivatives<TLane> loss = program._formula.Loss(
                    u, program.Target<T, TLane, TAcross>(chunk, labels, row, cell, at));
                value += Cells<T, TLane, TAcross>.Once(TLane.PropagateNaN(u, loss.Value), i, at);
                if (TJet.Order > 0)
                {
                    Derivatives<TLane> probability = program._formula.Probability(u);
                    lossSlopes += Cells<T, TLane, TAcross>.Once(loss.First, i, at);
                    slopes += Cells<T, TLane, TAcross>.Once(probability.First, i, at);
                    if (TJet.Order > 1)
                    {
                        lossBends += Cells<T, TLane, TAcross>.Once(loss.Second, i, at);
                        bends += Cells<T, TLane, TAcross>.Once(probability.Second, i, at);
                    }
                }
            }

            value = Cells<T, TLane, TAcross>.Sum(value);
            chunk.Store(RowNumber.Loss, row, value);
            if (TJet.Order > 0)
            {
                chunk.Store(RowNumber.Slope, row, Cells<T, TLane, TAcross>.Sum(lossSlopes));
                chunk.Store(RowNumber.Factor, row, TLane.Reciprocal(Cells<T, TLane, TAcross>.Sum(slopes)));
            }

            if (TJet.Order > 1)
            {
                chunk.Store(RowNumber.Curvature, row, Cells<T, TLane, TAcross>.Sum(lossBends));
                chunk.Store(RowNumber.Rest, row, Cells<T, TLane, TAcross>.Sum(bends));
            }

            sum += Cells<T, TLane, TAcross>.SumOfRows(
                chunk, TLane.Weigh(chunk.Load<TLane>(RowNumber.Weight, row), value), row);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Derivatives<T, TLane, TJet, TAcross>(
        ImplicitProgram<TFormula, TTargets> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        ref T gradient = ref chunk.Gradient;
        ref T hessian = ref chunk.Hessian;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane weight = (TLane)double.CreateTruncating(chunk.Scale) * chunk.Load<TLane>(RowNumber.Weight, row);
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane normalizer = chunk.Load<TLane>(RowNumber.Distance, row);
            TLane lossSlopes = chunk.Load<TLane>(RowNumber.Slope, row);
            TLane inverse = chunk.Load<TLane>(RowNumber.Factor, row);
            TLane lossBends = chunk.Load<TLane>(RowNumber.Curvature, row);
            TLane bends = chunk.Load<TLane>(RowNumber.Rest, row);
            TLane next = TLane.Load(in source, row);
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                TLane u = next - largest - normalizer;
                next = TLane.Load(in source, row + Math.Min(i + step, last));
                Derivatives<TLane> probability = program._formula.Probability(u);
                Derivatives<TLane> loss = program._formula.Loss(
                    u, program.Target<T, TLane, TAcross>(chunk, labels, row, cell, at));
                TLane share = probability.First * inverse;
                TLane.Store(weight * (loss.First - share * lossSlopes), ref gradient, row + at);
                if (TJet.Order > 1)
                {
                    Cells<T, TLane, TAcross>.PrefetchOutput(in gradient, at);
                    Cells<T, TLane, TAcross>.PrefetchOutput(in hessian, at);
                    TLane square = share * share;
                    TLane opposite = 1.0 - (share + share);
                    TLane bendOfShare = (probability.Second * opposite + square * bends) * inverse;
                    TLane bend = loss.Second * opposite + square * lossBends - bendOfShare * lossSlopes;
                    TLane.Store(weight * bend, ref hessian, row + at);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Target<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint row, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice =>
        _kept * default(TTargets).At<T, TLane, TAcross>(chunk, labels, row, cell, at) + _spread;
}
