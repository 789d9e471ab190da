using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Kernels;

namespace LossKit;

/// <summary>The sum of two losses of the same prediction and target.</summary>
/// <typeparam name="TFirst">The first formula.</typeparam>
/// <typeparam name="TSecond">The second formula.</typeparam>
/// <param name="first">The first formula.</param>
/// <param name="second">The second formula.</param>
public readonly struct Sum<TFirst, TSecond>(TFirst first, TSecond second) : IPointwiseFormula, ISumFormula
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
            return new()
            {
                Predictions = first.Predictions == Domain.Reals ? second.Predictions : first.Predictions,
                Targets = first.Targets == Domain.Reals ? second.Targets : first.Targets,
                Link = first.Link,
                Convexity = bothConvex ? (Convexity)Math.Max((int)first.Convexity, (int)second.Convexity) : default,
                Curvature = bothCurved ? (Curvature)Math.Max((int)first.Curvature, (int)second.Curvature) : default,
                IsSymmetric = first.IsSymmetric && second.IsSymmetric,
                IsLeastAtTarget = first.IsLeastAtTarget && second.IsLeastAtTarget && first.Link == second.Link,
                Kinks = null,
                HasGradient = first.HasGradient && second.HasGradient,
            };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _first.Loss(prediction, target) + _second.Loss(prediction, target);

    PointwiseKernel<T> ISumFormula.KernelOfParts<T>() =>
        new SumKernel<T>(PointwiseKernel<T>.For(_first), PointwiseKernel<T>.For(_second));
}
