namespace LossKit.Formulas;

/// <summary>
/// 1 − (2μxμy + c₁)(2σxy + c₂)/((μx² + μy² + c₁)(σx² + σy² + c₂)) of a window with means μ, variances σ² and covariance
/// σxy.
/// </summary>
/// <remarks>
/// 1 minus the first factor is u = (μx − μy)²/(μx² + μy² + c₁), 1 minus the second v = Var(x − y)/(σx² + σy² + c₂): of
/// images that are alike the loss u + v − uv keeps its digits. Source: Wang, Bovik, Sheikh and Simoncelli,
/// "Image Quality Assessment: From Error Visibility to Structural Similarity", IEEE Transactions on Image Processing
/// 13(4), 2004.
/// </remarks>
/// <param name="luminance">c₁, of images whose range is 1.</param>
/// <param name="contrast">c₂, likewise.</param>
internal readonly struct StructuralSimilarity(double luminance, double contrast) : IWindowFormula
{
    private readonly Parameter _luminance = luminance;
    private readonly WindowContrast _contrast = new(contrast);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(WindowMoments<TLane> at, out WindowMoments<TLane> slopes)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
    {
        TLane square = at.DifferenceMean * at.DifferenceMean;
        TLane inverse = TLane.Reciprocal(
            TLane.MultiplyAdd(TLane.MultiplyAdd(at.SumMean, at.SumMean, square), 0.5, _luminance));
        TLane unlike = square * inverse;
        TLane spread = _contrast.Loss(at, out slopes);

        TLane left = 1.0 - spread;
        slopes.SumMean = -(left * unlike * inverse * at.SumMean);
        slopes.DifferenceMean = left * (2.0 - unlike) * inverse * at.DifferenceMean;
        left = 1.0 - unlike;
        slopes.SumVariance = left * slopes.SumVariance;
        slopes.DifferenceVariance = left * slopes.DifferenceVariance;
        return TLane.MultiplyAdd(spread, left, unlike);
    }
}

/// <summary>1 − (2σxy + c₂)/(σx² + σy² + c₂) = Var(x − y)/(σx² + σy² + c₂) alone.</summary>
internal readonly struct WindowContrast(double contrast) : IWindowFormula
{
    private readonly Parameter _contrast = contrast;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(WindowMoments<TLane> at, out WindowMoments<TLane> slopes)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
    {
        TLane inverse = TLane.Reciprocal(
            TLane.MultiplyAdd(at.SumVariance + at.DifferenceVariance, 0.5, _contrast));
        TLane spread = at.DifferenceVariance * inverse;
        slopes = default;
        slopes.SumVariance = -0.5 * spread * inverse;
        slopes.DifferenceVariance = inverse + slopes.SumVariance;
        return spread;
    }
}
