namespace LossKit.Tests.Support;

/// <summary>Compares what a loss declares with its numbers: null, or what is wrong.</summary>
internal delegate string? FactCheck(PointwiseLoss<double> loss, double[] targets);

/// <summary>A check for each of the <see cref="LossFacts"/>. What is not declared passes.</summary>
internal static class FactChecks
{
    public static string? OfConvexity(PointwiseLoss<double> loss, double[] targets)
    {
        Convexity declared = loss.Facts.Convexity;
        if (declared == Convexity.Unknown)
        {
            return null;
        }

        List<string> falls = [];
        List<string> flats = [];
        foreach (double target in targets)
        {
            Curve curve = new(loss, target);
            curve.FallingSlope().AddTo(falls);
            curve.FlatSlope().AddTo(flats);
        }

        return declared switch
        {
            Convexity.None when falls.Count == 0 => "declared not convex, but nothing contradicts convexity",
            Convexity.Convex or Convexity.Strict when falls.Count > 0 => $"declared {declared}, but {falls[0]}",
            Convexity.Strict when flats.Count > 0 => $"declared strictly convex, but {flats[0]}",
            _ => null,
        };
    }

    public static string? OfCurvature(PointwiseLoss<double> loss, double[] targets)
    {
        Curve[] curves = [.. targets.Select(target => new Curve(loss, target))];
        bool HasPoint(Predicate<PointLoss<double>> predicate) =>
            curves.Any(curve => Array.Exists(curve.Points, predicate));

        return loss.Facts.Curvature switch
        {
            Curvature.Zero when HasPoint(point => point.SecondDerivative != 0) => "declared 0, but it is not",
            Curvature.NotNegative when HasPoint(point => point.SecondDerivative < -1e-12) =>
                "declared not negative, but it is somewhere",
            Curvature.NotNegative when !HasPoint(point => point.SecondDerivative > 0) =>
                "declared not negative, but it is 0 everywhere",
            Curvature.AnySign when !curves.Any(curve => curve.HasNegativeCurvature()) =>
                "declared negative in places, but there are none",
            _ => null,
        };
    }

    public static string? OfSymmetry(PointwiseLoss<double> loss, double[] targets)
    {
        LossFacts facts = loss.Facts;
        bool mustBeAsymmetric = !facts.IsSymmetric && facts.Convexity != Convexity.Unknown
            && facts.Link == Link.Identity && facts.KinkVariable == KinkVariable.Error;
        if (!facts.IsSymmetric && !mustBeAsymmetric)
        {
            return null;
        }

        // Errors and targets of few bits, so that their sums are exact.
        bool isSymmetric = true;
        string? difference = null;
        foreach (double target in targets.Select(target => Math.Round(target * 64) / 64))
        {
            for (int exponent = -12; exponent <= 24; exponent++)
            {
                foreach (double factor in new[] { 1, 1.25, 1.5 })
                {
                    double error = factor * Math.ScaleB(1, exponent);
                    if (facts.Predictions.Contains(target + error) && facts.Predictions.Contains(target - error))
                    {
                        double above = loss.At(target + error, target).Loss;
                        double below = loss.At(target - error, target).Loss;
                        if (!above.Equals(below)
                            && !(Math.Abs(above - below) <= 1e-12 * Math.Max(Math.Abs(above), Math.Abs(below))))
                        {
                            isSymmetric = false;
                            difference ??= $"at {target} ± {error} it is {above} and {below}";
                        }
                    }
                }
            }
        }

        return (facts.IsSymmetric, isSymmetric) switch
        {
            (true, false) => $"declared symmetric, but {difference}",
            (false, true) => "not declared symmetric, but it is",
            _ => null,
        };
    }

    public static string? OfMinimum(PointwiseLoss<double> loss, double[] targets)
    {
        if (!loss.Facts.IsLeastAtTarget)
        {
            return null;
        }

        int compared = 0;
        foreach (double target in targets)
        {
            double best = loss.Facts.Link.Apply(target);
            if (!double.IsFinite(best) || !loss.Facts.Predictions.Contains(best))
            {
                continue;
            }

            double least = loss.At(best, target).Loss;
            foreach (double prediction in Curve.Grid(loss.Facts, target))
            {
                compared++;
                double other = loss.At(prediction, target).Loss;
                if (other < least - 1e-12 * Math.Abs(least) - 1e-15 || double.IsNaN(least))
                {
                    return $"declared least at the target {target}, but it is {least} there, {other} at {prediction}";
                }
            }
        }

        return compared > 0 ? null : "declared least at the target, but no target could be compared";
    }

    public static string? OfLossAtTarget(PointwiseLoss<double> loss, double[] targets)
    {
        double declared = loss.Facts.LossAtTarget;
        foreach (double target in targets.Where(_ => !double.IsNaN(declared)))
        {
            double best = loss.Facts.Link.Apply(target);
            double there = loss.At(best, target).Loss;
            bool isInside = double.IsFinite(best) && loss.Facts.Predictions.Contains(best);
            if (isInside && !(Math.Abs(there - declared) <= 1e-15 * Math.Max(1, Math.Abs(declared))))
            {
                return $"declared {declared} at the target {target}, but it is {there}";
            }
        }

        return null;
    }

    public static string? OfLipschitz(PointwiseLoss<double> loss, double[] targets)
    {
        double declared = loss.Facts.Lipschitz;
        if (double.IsNaN(declared))
        {
            return null;
        }

        double steepest = 0;
        double[] distant = [.. new[] { -1e4, 1e4 }.Where(loss.Facts.Targets.Contains)];
        foreach (double target in targets.Concat(distant))
        {
            foreach (double prediction in Curve.Grid(loss.Facts, target).Concat(Curve.DistantPoints(loss.Facts)))
            {
                double slope = Math.Abs(loss.At(prediction, target).Derivative);
                if (slope > declared * (1 + 1e-9))
                {
                    return $"declared at most {declared} steep, but it is {slope} at {prediction}, {target}";
                }

                steepest = Math.Max(steepest, double.IsNaN(slope) ? 0 : slope);
            }
        }

        double expected = double.IsInfinity(declared) ? 1e3 : 0.9 * declared;
        return steepest >= expected ? null : $"declared up to {declared} steep, but nowhere more than {steepest}";
    }

    public static string? OfKinks(PointwiseLoss<double> loss, double[] targets)
    {
        if (loss.Facts.Kinks is not { } declared)
        {
            return null;
        }

        DomainShape shape = DomainShape.Of(loss.Facts.Predictions);
        double margin = shape.IsBounded ? 0.01 * (shape.Upper - shape.Lower) : 0.01;
        foreach (double target in targets)
        {
            double[] expected = [.. declared.Select(kink => loss.Facts.KinkVariable switch
            {
                KinkVariable.Error => target + kink,
                KinkVariable.Margin => kink / target,
                _ => kink,
            }).Where(double.IsFinite)];

            // Ranges of several sizes around everything that may matter, and one around each kink: the checker finds
            // at most one in each of its steps.
            List<(double From, double To)> ranges = [(-6, 6.1), (target - 0.0613, target + 0.0614), (-49, 50)];
            foreach (double kink in expected)
            {
                double gap = expected.Where(other => other != kink)
                    .Select(other => Math.Abs(other - kink)).Append(1).Min();
                ranges.Add((kink - 0.31 * gap, kink + 0.32 * gap));
            }

            List<double> found = [];
            foreach ((double from, double to) in ranges)
            {
                double start = Math.Max(from, shape.Lower + margin);
                double end = Math.Min(to, shape.Upper - margin);
                if (start < end)
                {
                    found.AddRange(GradientChecker.Check(loss, start, end, [target]).Kinks
                        .Where(kink => kink.Order == 1).Select(kink => kink.Prediction));
                }
            }

            foreach (double kink in found.Where(kink => !Array.Exists(expected, other => AreEqual(other, kink))))
            {
                return $"an undeclared kink at {kink}, {target}";
            }

            foreach (double kink in expected.Where(kink => !found.Exists(other => AreEqual(other, kink))))
            {
                if (kink > shape.Lower + margin && kink < shape.Upper - margin)
                {
                    return $"a kink is declared at {kink}, {target}, but there is none";
                }
            }
        }

        return null;
    }

    public static string? OfPredictions(PointwiseLoss<double> loss, double[] targets)
    {
        DomainShape shape = DomainShape.Of(loss.Facts.Predictions);
        double[] distances = [1e-9, 1e-3, 0.2, 1, 7, 1e4];
        IEnumerable<double> outside = distances
            .SelectMany(distance => new[] { shape.Lower - distance, shape.Upper + distance })
            .Where(double.IsFinite)
            .Where(prediction => !loss.Facts.Predictions.Contains(prediction));
        foreach (double prediction in outside)
        {
            foreach (double target in targets)
            {
                if (double.IsFinite(loss.At(prediction, target).Loss))
                {
                    return $"outside its domain, at {prediction}, {target}, it is {loss.At(prediction, target).Loss}";
                }
            }
        }

        return null;
    }

    public static string? OfGradient(PointwiseLoss<double> loss, double[] targets) =>
        // The factor 0 of a modifier, of which nothing is known, is the exception.
        loss.Facts.Convexity == Convexity.Unknown && loss.Facts.Kinks is null
            || targets.Any(one => Array.Exists(new Curve(loss, one).Points, point => point.Derivative != 0))
            ? null : "its gradient is 0 everywhere";

    private static void AddTo(this string? finding, List<string> findings)
    {
        if (finding is not null)
        {
            findings.Add(finding);
        }
    }

    private static bool AreEqual(double left, double right) =>
        Math.Abs(left - right) <= 1e-8 * Math.Max(1, Math.Abs(left));

    /// <summary>A loss for one target, at predictions of all magnitudes around whatever may matter.</summary>
    private sealed class Curve
    {
        private readonly double _target;
        private readonly double[] _predictions;

        public Curve(PointwiseLoss<double> loss, double target)
        {
            _target = target;
            (double Prediction, PointLoss<double> Point)[] known = [.. Grid(loss.Facts, target)
                .Select(prediction => (Prediction: prediction, Point: loss.At(prediction, target)))
                .Where(one => double.IsFinite(one.Point.Loss)
                    && double.IsFinite(one.Point.Derivative) && double.IsFinite(one.Point.SecondDerivative))];
            _predictions = [.. known.Select(one => one.Prediction)];
            Points = [.. known.Select(one => one.Point)];
        }

        public PointLoss<double>[] Points { get; }

        /// <summary>Predictions of the domain, in order and further apart than rounding errors.</summary>
        public static List<double> Grid(LossFacts facts, double target)
        {
            DomainShape shape = DomainShape.Of(facts.Predictions);
            List<double> candidates = [.. Enumerable.Range(-320, 641).Select(i => i / 16.0)];
            double[] centres = [0, target, facts.Link.Apply(target), shape.Lower, shape.Upper];
            foreach (double centre in centres.Distinct())
            {
                if (double.IsFinite(centre))
                {
                    candidates.Add(centre);
                    for (int i = -120; i <= 140; i++)
                    {
                        double distance = Math.Pow(10, i / 20.0);
                        candidates.AddRange([centre - distance, centre + distance]);
                    }
                }
            }

            List<double> grid = [];
            foreach (double candidate in candidates.Where(facts.Predictions.Contains).Order())
            {
                if (grid.Count == 0 || candidate - grid[^1] > 1e-7 * Math.Max(1, Math.Abs(candidate)))
                {
                    grid.Add(candidate);
                }
            }

            return grid;
        }

        /// <summary>Far out, and close to the bounds.</summary>
        public static IEnumerable<double> DistantPoints(LossFacts facts)
        {
            DomainShape shape = DomainShape.Of(facts.Predictions);
            return new[] { 0, shape.Lower, shape.Upper }.Where(double.IsFinite)
                .SelectMany(bound => new[] { 1e-9, 1e-12, 300, 600, 1e9, 1e12 }
                    .SelectMany(distance => new[] { bound - distance, bound + distance }))
                .Where(facts.Predictions.Contains);
        }

        /// <summary>Where the derivative falls, beyond rounding.</summary>
        public string? FallingSlope()
        {
            for (int i = 0; i + 1 < Points.Length; i++)
            {
                if (Rise(i) < -Rounding(i))
                {
                    return $"the derivative falls by {-Rise(i)} {Between(i)}";
                }
            }

            return null;
        }

        /// <summary>
        /// Where the derivative does not rise, other than by rounding: in a flat tail of a strictly convex loss the
        /// second derivative is tiny, but fades to 0.
        /// </summary>
        public string? FlatSlope()
        {
            for (int i = 0; i + 1 < Points.Length; i++)
            {
                if (Rise(i) > Rounding(i))
                {
                    continue;
                }

                int end = i + 1;
                while (end + 1 < Points.Length && !(Rise(end) > Rounding(end)))
                {
                    end++;
                }

                bool isFading = false;
                for (int k = Math.Max(0, i - 1); k <= end && k + 1 < Points.Length; k++)
                {
                    double second = Math.Max(Points[k].SecondDerivative, Points[k + 1].SecondDerivative);
                    double expected = second * (_predictions[k + 1] - _predictions[k]);
                    isFading |= expected > 0 && expected < 1e-8 * Math.Max(1e-3, Math.Abs(Points[k].Derivative));
                }

                if (!isFading)
                {
                    return $"the derivative is constant {Between(i)}";
                }

                i = end;
            }

            return null;
        }

        /// <summary>By both derivatives, because the second alone may be rounding.</summary>
        public bool HasNegativeCurvature()
        {
            for (int i = 0; i + 1 < Points.Length; i++)
            {
                if (Points[i].SecondDerivative < 0 && Points[i + 1].SecondDerivative < 0 && Rise(i) < -Rounding(i))
                {
                    return true;
                }
            }

            return false;
        }

        private double Rise(int i) => Points[i + 1].Derivative - Points[i].Derivative;

        private double Rounding(int i) =>
            1e-11 * Math.Max(Math.Abs(Points[i].Derivative), Math.Abs(Points[i + 1].Derivative)) + 1e-15;

        private string Between(int i) =>
            $"between {_predictions[i]} and {_predictions[i + 1]}, for the target {_target}";
    }
}
