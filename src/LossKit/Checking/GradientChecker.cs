namespace LossKit;

/// <summary>
/// Tells whether the derivatives of a loss agree with finite differences of its values, and where they jump: run it
/// once over a formula of your own.
/// </summary>
/// <remarks>
/// Derivatives come from the formula by themselves; what can go wrong is the formula, as by an operation whose value
/// hides the branch that its derivative takes. Points too close to a kink for a difference quotient are left out. Of a
/// loss with a <see cref="PointwiseLoss{T}.HessianFloor"/> the second derivative may be more than the true one; of one
/// that holds a part constant when differentiating (<c>stopWeights</c>), derivatives are not those of the values, and
/// are reported.
/// </remarks>
public static class GradientChecker
{
    /// <summary>Checks first and second derivatives at evenly spaced predictions.</summary>
    /// <param name="loss">The loss, in double.</param>
    /// <param name="from">The smallest prediction.</param>
    /// <param name="to">The largest prediction.</param>
    /// <param name="targets">The targets to check with.</param>
    /// <param name="points">How many predictions, at least 2.</param>
    /// <param name="tolerance">How far they may be apart, relative to the derivative or, if that is larger, 1.</param>
    /// <exception cref="ArgumentException">The range is empty, or there is no target or too few points.</exception>
    public static GradientReport Check(
        PointwiseLoss<double> loss,
        double from,
        double to,
        ReadOnlySpan<double> targets,
        int points = 1001,
        double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        Parameter.Finite(from);
        Parameter.Finite(to);
        Parameter.Positive(tolerance);
        if (from >= to)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'from' is {from} and 'to' is {to}: the range must not be empty."),
                nameof(to));
        }

        if (targets.IsEmpty)
        {
            throw new ArgumentException("'targets' is empty: at least one is needed.", nameof(targets));
        }

        List<Kink> kinks = [];
        List<GradientMismatch> mismatches = [];
        foreach (double target in targets)
        {
            Curve curve = new(loss, target, tolerance);
            for (int i = 0; i + 1 < points; i++)
            {
                curve.FindKinks(Point(i), Point(i + 1), kinks);
            }

            for (int i = 0; i < points; i++)
            {
                curve.Compare(Point(i), kinks, mismatches);
            }
        }

        return new(kinks, mismatches);

        double Point(int i) => from + (to - from) * i / (points - 1);
    }

    /// <summary>A loss as a function of the prediction.</summary>
    private sealed class Curve(PointwiseLoss<double> loss, double target, double tolerance)
    {
        public void FindKinks(double below, double above, List<Kink> kinks)
        {
            if (!TryFindKink(below, above, 1, kinks))
            {
                TryFindKink(below, above, 2, kinks);
            }
        }

        public void Compare(double x, List<Kink> kinks, List<GradientMismatch> mismatches)
        {
            double size = Math.Max(1, Math.Abs(x));
            foreach (int order in (ReadOnlySpan<int>)[1, 2])
            {
                // Next to a jump of a higher derivative only a small step is accurate, elsewhere only a large one.
                double derivative = Derivative(x, order);
                double difference = double.NaN;
                foreach (double step in (ReadOnlySpan<double>)[1e-4 * size, 1e-5 * size, 1e-6 * size])
                {
                    double candidate = Difference(x, step, order - 1);
                    if (!(Math.Abs(candidate - derivative) >= Math.Abs(difference - derivative)))
                    {
                        difference = candidate;
                    }
                }

                double roundOff = 1e-10 * Math.Abs(Derivative(x, order - 1));
                double allowed = tolerance * Math.Max(1, Math.Abs(difference)) + roundOff;
                bool mayBeMore = order == 2 && !loss.Facts.IsHessianExact;
                if (!((mayBeMore ? difference - derivative : Math.Abs(derivative - difference)) <= allowed)
                    && !derivative.Equals(difference)
                    && !kinks.Exists(kink => IsNear(kink, x, 1.01e-4 * size, order)))
                {
                    mismatches.Add(new(target, x, order, derivative, difference));
                }
            }
        }

        /// <summary>Narrows the interval down to the steepest change of a derivative: at a jump it remains.</summary>
        private bool TryFindKink(double below, double above, int order, List<Kink> kinks)
        {
            double atBelow = Derivative(below, order);
            double atAbove = Derivative(above, order);
            double size = Math.Max(1, Math.Max(Math.Abs(below), Math.Abs(above)));
            while (above - below > 1e-12 * size)
            {
                double middle = below + (above - below) / 2;
                double atMiddle = Derivative(middle, order);
                if (Math.Abs(atMiddle - atBelow) >= Math.Abs(atAbove - atMiddle))
                {
                    (above, atAbove) = (middle, atMiddle);
                }
                else
                {
                    (below, atBelow) = (middle, atMiddle);
                }
            }

            if (!(Math.Abs(atAbove - atBelow) > 1e-6 * Math.Max(1, Math.Abs(atAbove))))
            {
                return false;
            }

            // A kink on the border of two intervals is met from both sides.
            int known = kinks.FindIndex(kink => kink.Order == order && IsNear(kink, below, 1e-9 * size, order));
            if (known < 0)
            {
                kinks.Add(new(target, above, order, atBelow, atAbove));
            }
            else
            {
                kinks[known] = kinks[known] with { Above = atAbove };
            }

            return true;
        }

        private bool IsNear(Kink kink, double x, double distance, int order) =>
            kink.Target == target && kink.Order <= order && Math.Abs(kink.Prediction - x) <= distance;

        /// <summary>The central difference quotient, extrapolated once (Richardson).</summary>
        private double Difference(double x, double step, int order)
        {
            return (4 * Quotient(step / 2) - Quotient(step)) / 3;

            double Quotient(double h) =>
                (Derivative(x + h, order) - Derivative(x - h, order)) / (x + h - (x - h));
        }

        private double Derivative(double x, int order)
        {
            PointLoss<double> point = loss.At(x, target);
            return order switch
            {
                0 => point.Loss,
                1 => point.Derivative,
                _ => point.SecondDerivative,
            };
        }
    }
}
