namespace LossKit.Formulas;

/// <summary>The sum of two losses of the same prediction and target.</summary>
/// <remarks>
/// Predictions and targets are those of both. The link is the one that both share or one of them declares; of parts
/// that contradict each other, as a log-rate and a rate, it is <see cref="Link.Mixed"/>: that is no error, but there is
/// nothing then that such a sum could be compared with its targets by. Infinite losses of opposite sign make NaN.
/// </remarks>
/// <typeparam name="TFirst">The first formula.</typeparam>
/// <typeparam name="TSecond">The second formula.</typeparam>
/// <param name="first">The first formula.</param>
/// <param name="second">The second formula.</param>
public readonly struct Sum<TFirst, TSecond>(TFirst first, TSecond second) : IPointwiseFormula, IChoosesKernel
    where TFirst : struct, IPointwiseFormula
    where TSecond : struct, IPointwiseFormula
{
    private readonly TFirst _first = first;
    private readonly TSecond _second = second;

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts first = _first.Facts;
            LossFacts second = _second.Facts;
            bool bothConvex = first.Convexity >= Convexity.Convex && second.Convexity >= Convexity.Convex;
            bool bothCurved = first.Curvature is Curvature.Zero or Curvature.NotNegative
                && second.Curvature is Curvature.Zero or Curvature.NotNegative;
            Link link = first.Link.And(second.Link);
            return new()
            {
                Predictions = first.Predictions.And(second.Predictions),
                Targets = first.Targets.And(second.Targets),
                Link = link,
                Convexity = bothConvex ? (Convexity)Math.Max((int)first.Convexity, (int)second.Convexity) : default,
                Curvature = bothCurved ? (Curvature)Math.Max((int)first.Curvature, (int)second.Curvature) : default,
                IsHessianExact = first.IsHessianExact && second.IsHessianExact,
                IsSymmetric = first.IsSymmetric && second.IsSymmetric,
                IsLeastAtTarget = first.IsLeastAtTarget && second.IsLeastAtTarget && link != Link.Mixed,
                LossAtTarget = link == Link.Mixed ? double.NaN : first.LossAtTarget + second.LossAtTarget,
                Kinks = null,
                KinkVariable = first.KinkVariable == second.KinkVariable ? first.KinkVariable : default,
            };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _first.Loss(prediction, target) + _second.Loss(prediction, target);

    Kernel<T> IChoosesKernel.Kernel<T>() =>
        new SumKernel<T>(PointwiseKernel<T>.For(_first), PointwiseKernel<T>.For(_second));
}
