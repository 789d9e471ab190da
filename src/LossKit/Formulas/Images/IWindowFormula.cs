namespace LossKit.Formulas;

/// <summary>The loss of a window of two images, by its means and variances.</summary>
internal interface IWindowFormula : IFormula
{
    /// <summary>The loss, and its derivatives with respect to each of <paramref name="at"/>.</summary>
    TLane Loss<TLane>(WindowMoments<TLane> at, out WindowMoments<TLane> slopes)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>;
}

/// <summary>
/// The means and variances of the sum x + y and of the difference x − y of two images within a window: with them
/// nothing cancels where the images are alike, as it does with the covariance of x and y.
/// </summary>
internal struct WindowMoments<TLane> where TLane : struct
{
    public TLane SumMean;
    public TLane SumVariance;
    public TLane DifferenceMean;
    public TLane DifferenceVariance;
}
