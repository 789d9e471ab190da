namespace LossKit;

/// <summary>
/// The one number T &gt; 0 that logits are divided by, so that their probabilities are as sure as they may be: fitted
/// on examples that the model was not trained on.
/// </summary>
/// <remarks>
/// T above 1 makes probabilities less sure, below 1 surer. No decision changes whose threshold is a logit of 0, nor the
/// highest class of any row. Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
/// </remarks>
public sealed record TemperatureScaling
{
    /// <summary>The scaling by a temperature that is known.</summary>
    /// <param name="temperature">T, positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public TemperatureScaling(double temperature) => Temperature = Parameter.Positive(temperature).Value;

    /// <summary>T, which logits are divided by.</summary>
    public double Temperature { get; }

    /// <summary>
    /// The temperature of least <see cref="Loss.BinaryCrossEntropyLogits"/> of logits of being positive.
    /// </summary>
    /// <remarks>
    /// The cross-entropy is convex in 1/T, and the sign of its slope is followed by bisection to the last bit: about 70
    /// passes over a copy of the examples in double, which is allocated.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">Logits of held-out examples, finite.</param>
    /// <param name="targets">In [0, 1]: 1 of a positive example, 0 of a negative one.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">
    /// Lengths differ, a number is not what it has to be, no example has a weight, or no temperature is best: the
    /// cross-entropy falls as long as the temperature does where no logit has the wrong sign, and as long as it rises
    /// where the logits are no better than chance.
    /// </exception>
    public static TemperatureScaling Fit<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        BatchChecks.Length(nameof(targets), targets.Length, nameof(logits), logits.Length);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(logits), logits.Length);
        EntryChecks.Weights(weights);
        List<double> usedLogits = new(logits.Length);
        List<double> usedTargets = new(logits.Length);
        List<double> usedWeights = new(logits.Length);
        double wrong = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (weights.IsEmpty || weights[i] > T.Zero)
            {
                EntryChecks.Number(nameof(logits), i, logits[i], Domain.Reals);
                EntryChecks.Number(nameof(targets), i, targets[i], Domain.Probabilities);
                double logit = double.CreateTruncating(logits[i]);
                double target = double.CreateTruncating(targets[i]);
                usedLogits.Add(logit);
                usedTargets.Add(target);
                usedWeights.Add(weights.IsEmpty ? 1 : double.CreateTruncating(weights[i]));
                wrong = Math.Max(wrong, logit > 0 ? 1 - target : logit < 0 ? target : 0);
            }
        }

        return Fit(
            Loss.BinaryCrossEntropyLogits<double>(),
            [.. usedLogits],
            usedTargets.ToArray(),
            [.. usedWeights],
            wrong > 0);
    }

    /// <summary>The temperature of least <see cref="Loss.SoftmaxCrossEntropy"/> of rows of class logits.</summary>
    /// <remarks>
    /// <inheritdoc cref="Fit{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T})" path="/remarks"/>
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">Rows × classes of held-out examples, finite, or −∞ of a class that is masked.</param>
    /// <param name="labels">The true class of each row, which must not be masked.</param>
    /// <param name="classes">How many classes a row has.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">
    /// Lengths differ, a number is not what it has to be, no row has a weight, or no temperature is best: the
    /// cross-entropy falls without end toward 0 where each row's label has its highest logit, and toward infinity where
    /// the logits are no better than chance.
    /// </exception>
    public static TemperatureScaling Fit<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, int classes, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        RowChecks.Check(nameof(logits), logits, Domain.Logits, labels, classes, weights);
        List<double> usedLogits = new(logits.Length);
        List<int> usedLabels = new(labels.Length);
        List<double> usedWeights = new(labels.Length);
        bool anyWrong = false;
        for (int row = 0; row < labels.Length; row++)
        {
            if (weights.IsEmpty || weights[row] > T.Zero)
            {
                ReadOnlySpan<T> scores = logits.Slice(row * classes, classes);
                T ofLabel = scores[labels[row]];
                if (T.IsNegativeInfinity(ofLabel))
                {
                    throw BatchChecks.Refusal(nameof(logits), $"'{nameof(logits)}' masks the label of row {row}.");
                }

                foreach (T score in scores)
                {
                    usedLogits.Add(double.CreateTruncating(score));
                    anyWrong |= score > ofLabel;
                }

                usedLabels.Add(labels[row]);
                usedWeights.Add(weights.IsEmpty ? 1 : double.CreateTruncating(weights[row]));
            }
        }

        return Fit(
            Loss.SoftmaxCrossEntropy<double>(classes),
            [.. usedLogits],
            usedLabels.ToArray(),
            [.. usedWeights],
            anyWrong);
    }

    /// <summary>Divides logits by the temperature.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">Logits, of one class or of rows.</param>
    /// <param name="scaled">Receives as many; may be the logits themselves.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the buffers overlap partly.</exception>
    public void Apply<T>(ReadOnlySpan<T> logits, Span<T> scaled) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        BatchChecks.Length(nameof(scaled), scaled.Length, nameof(logits), logits.Length);
        BatchChecks.NoPartialOverlap(nameof(scaled), scaled, nameof(logits), logits);
        for (int i = 0; i < logits.Length; i++)
        {
            scaled[i] = T.CreateTruncating(double.CreateTruncating(logits[i]) / Temperature);
        }
    }

    /// <summary>By the sign of the slope in 1/T, where the logits are in units of the largest.</summary>
    private static TemperatureScaling Fit<TTarget>(
        ILoss<double, TTarget> loss, double[] logits, TTarget[] targets, double[] weights, bool anyWrong)
        where TTarget : unmanaged
    {
        if (targets.Length == 0)
        {
            throw new ArgumentException(
                "'logits' has no example with a weight: there is nothing to fit.", nameof(logits));
        }

        double largest = 0;
        foreach (double logit in logits)
        {
            largest = Math.Max(largest, double.IsFinite(logit) ? Math.Abs(logit) : 0);
        }

        int exponent = largest > 0 ? Math.ILogB(largest) : 0;
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = Math.ScaleB(logits[i], -exponent);
        }

        double[] scaled = new double[logits.Length];
        double[] gradient = new double[logits.Length];
        if (!(SlopeAt(0) < 0))
        {
            throw new ArgumentException(
                "'logits' are no better than chance: the cross-entropy is least at an infinite temperature.",
                nameof(logits));
        }

        if (!anyWrong)
        {
            throw new ArgumentException(
                "'logits' are right of every example: the cross-entropy falls without end toward a temperature of 0. "
                + "More held-out examples are needed.",
                nameof(logits));
        }

        // The slope is negative at 0 and, since some are wrong, positive from somewhere on.
        double high = 1;
        while (SlopeAt(high) < 0)
        {
            high *= 2;
        }

        double inverse = Bisection.Root(0, high, SlopeAt);
        return new(Math.ScaleB(1 / inverse, exponent));

        double SlopeAt(double factor)
        {
            for (int i = 0; i < logits.Length; i++)
            {
                // A masked class stays masked, also where all others are equal.
                scaled[i] = double.IsFinite(logits[i]) ? factor * logits[i] : logits[i];
            }

            loss.ValueAndGradient(scaled, targets, gradient, weights);
            CompensatedSum slope = default;
            for (int i = 0; i < logits.Length; i++)
            {
                slope += gradient[i] == 0 ? 0 : gradient[i] * logits[i];
            }

            return slope.Total;
        }
    }
}
