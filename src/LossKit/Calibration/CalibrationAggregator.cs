namespace LossKit;

/// <summary>
/// Probabilities beside what came true, over batches of any sizes: what a reliability table, the calibration errors and
/// the Brier score are made of.
/// </summary>
/// <remarks>
/// <para>
/// Targets are 0 or 1, or a share between. Of rows of classes it is the class of the highest score that counts: its
/// probability is the prediction, and the target whether it is the label (Guo et al., "On Calibration of Modern Neural
/// Networks", ICML 2017); among equal scores, the first.
/// </para>
/// <para>
/// One thread at a time: give each thread or process its own, and <see cref="Merge(CalibrationAggregator)"/> them, or
/// their <see cref="State"/>. A batch that is refused adds nothing. What has a weight of 0 may be anything, and is in
/// no bin. Bins of equal width take constant memory, and adding to them allocates nothing.
/// </para>
/// </remarks>
public sealed class CalibrationAggregator
{
    private const int Chunk = 256;

    private readonly CalibrationBinState[] _bins;
    private readonly WeightedMean[] _predictions;
    private readonly WeightedMean[] _targets;
    private readonly WeightedMean[] _weights;
    private readonly List<CalibrationExample> _examples = [];

    /// <summary>An aggregator without examples.</summary>
    /// <param name="bins">How many bins, at least 1.</param>
    /// <param name="rule">How predictions are put into them.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no bin, or no such rule.</exception>
    public CalibrationAggregator(int bins = 15, CalibrationBins rule = CalibrationBins.EqualWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (!Enum.IsDefined(rule))
        {
            throw new ArgumentOutOfRangeException(nameof(rule), rule, "Expected EqualWidth or EqualCount.");
        }

        BinCount = bins;
        Rule = rule;
        int sums = rule == CalibrationBins.EqualWidth ? bins : 0;
        _bins = new CalibrationBinState[sums];
        _predictions = new WeightedMean[sums];
        _targets = new WeightedMean[sums];
        _weights = new WeightedMean[sums];
    }

    /// <summary>How many bins.</summary>
    public int BinCount { get; }

    /// <summary>How predictions are put into bins.</summary>
    public CalibrationBins Rule { get; }

    /// <summary>
    /// The Brier score so far, the weighted mean of (prediction − target)², with its standard error. Of rows of classes
    /// it is that of the highest class.
    /// </summary>
    public MeanEstimate Brier { get; private set; }

    /// <summary>All of it, for any serialiser.</summary>
    public CalibrationState State => new(BinCount, Rule, [.. _bins], [.. _examples], Brier.State);

    /// <summary>Adds probabilities of being positive.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="probabilities">In [0, 1].</param>
    /// <param name="targets">In [0, 1]: 1 of a positive example, 0 of a negative one.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a number is not what it has to be.</exception>
    public void AddProbabilities<T>(
        ReadOnlySpan<T> probabilities, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        AddScores(nameof(probabilities), probabilities, Domain.Probabilities, null, targets, weights);

    /// <summary>Adds logits, whose sigmoids are probabilities of being positive.</summary>
    /// <param name="logits">Finite.</param>
    /// <inheritdoc cref="AddProbabilities"/>
    /// <param name="targets"><inheritdoc cref="AddProbabilities" path="/param[@name='targets']"/></param>
    /// <param name="weights"><inheritdoc cref="AddProbabilities" path="/param[@name='weights']"/></param>
    public void AddLogits<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        AddScores(nameof(logits), logits, Domain.Reals, Link.Logit, targets, weights);

    /// <summary>Adds rows of class probabilities: the highest, and whether its class is the label.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="probabilities">Rows × classes, row by row, in [0, 1]. They are taken as they are.</param>
    /// <param name="labels">The true class of each row.</param>
    /// <param name="classes">How many classes a row has.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a number is not what it has to be.</exception>
    public void AddTopProbabilities<T>(
        ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, int classes, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        AddRows(nameof(probabilities), probabilities, Domain.Probabilities, labels, classes, weights);

    /// <summary>Adds rows of class logits: the highest softmax, and whether its class is the label.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">Rows × classes, row by row, finite, or −∞ of a class that is masked.</param>
    /// <param name="labels">The true class of each row.</param>
    /// <param name="classes">How many classes a row has.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a number is not what it has to be.</exception>
    public void AddTopLogits<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, int classes, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        AddRows(nameof(logits), logits, Domain.Logits, labels, classes, weights);

    /// <summary>Adds what another aggregator with as many bins of the same rule has seen.</summary>
    /// <exception cref="ArgumentException">The bins differ, or a number of the state cannot be.</exception>
    /// <exception cref="OverflowException">There are more examples than a count can hold; nothing is added.</exception>
    public void Merge(CalibrationState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.BinCount != BinCount || other.Rule != Rule)
        {
            throw new ArgumentException(
                $"'other' has {other.BinCount} bins of {other.Rule}, this one {BinCount} of {Rule}.", nameof(other));
        }

        if (other.Bins is null || other.Examples is null || other.Bins.Count != _bins.Length)
        {
            throw new ArgumentException(
                $"'other' has the sums of {other.Bins?.Count ?? 0} bins: must have {_bins.Length}.", nameof(other));
        }

        foreach (CalibrationExample example in other.Examples)
        {
            if (!Domain.Probabilities.Contains(example.Prediction) || !Domain.Probabilities.Contains(example.Target)
                || !Domain.NotNegative.Contains(example.Weight))
            {
                throw new ArgumentException(
                    $"'other' has the example {example}: prediction and target must be {Domain.Probabilities}, "
                    + $"the weight {Domain.NotNegative}.",
                    nameof(other));
            }
        }

        // Added only when nothing has been too much.
        MeanEstimate brier = Brier + new MeanEstimate(other.Brier);
        CalibrationBinState[] bins = [.. _bins.Zip(other.Bins, Sum)];
        Brier = brier;
        bins.CopyTo(_bins, 0);
        _examples.AddRange(other.Examples);
    }

    /// <inheritdoc cref="Merge(CalibrationState)"/>
    public void Merge(CalibrationAggregator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Merge(other.State);
    }

    /// <summary>Starts again.</summary>
    public void Reset()
    {
        Array.Clear(_bins);
        _examples.Clear();
        Brier = default;
    }

    /// <summary>The table of all examples so far. Bins of equal counts sort copies.</summary>
    /// <param name="confidence">That of the bins' intervals, strictly between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public ReliabilityTable Table(double confidence = 0.95)
    {
        double z = Distributions.NormalQuantile((1 - Parameter.InnerProbability(confidence).Value) / 2);
        return new(Rule == CalibrationBins.EqualWidth ? OfEqualWidth() : OfEqualCount(), Brier);

        ReliabilityBin[] OfEqualWidth() =>
            [.. _bins.Select((bin, i) => Bin((double)i / BinCount, (i + 1.0) / BinCount, bin))];

        ReliabilityBin[] OfEqualCount()
        {
            CalibrationExample[] sorted = [.. _examples];
            Array.Sort(sorted, (one, other) => one.Prediction.CompareTo(other.Prediction));
            List<ReliabilityBin> bins = [];
            for (int start = 0, i = 1; i <= BinCount; i++)
            {
                int end = Math.Max(start, (int)((long)sorted.Length * i / BinCount));
                while (end > start && end < sorted.Length && sorted[end].Prediction == sorted[end - 1].Prediction)
                {
                    end++;
                }

                if (end > start)
                {
                    ReadOnlySpan<CalibrationExample> inside = sorted.AsSpan(start, end - start);
                    bins.Add(Bin(inside[0].Prediction, inside[^1].Prediction, SumOf(inside)));
                    start = end;
                }
            }

            return [.. bins];
        }

        ReliabilityBin Bin(double low, double high, CalibrationBinState sums)
        {
            double weight = sums.Targets.Weight;
            double effective = weight == 0 ? 0 : weight / sums.Weights.Mean;
            double rate = sums.Targets.Mean;
            return new(
                low,
                high,
                sums.Targets.Count,
                weight,
                effective,
                sums.Predictions.Mean,
                rate,
                Wilson(rate, effective));
        }

        // Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
        ConfidenceInterval Wilson(double rate, double trials)
        {
            double square = z * z / trials;
            double centre = (rate + square / 2) / (1 + square);
            double half = z / (1 + square) * Math.Sqrt((rate * (1 - rate) + square / 4) / trials);
            return new(
                rate == 0 ? 0 : Math.Max(0, centre - half), rate == 1 ? 1 : Math.Min(1, centre + half), confidence);
        }
    }

    private static CalibrationBinState Sum(CalibrationBinState one, CalibrationBinState other) => new(
        one.Predictions + other.Predictions, one.Targets + other.Targets, one.Weights + other.Weights);

    private static CalibrationBinState SumOf(ReadOnlySpan<CalibrationExample> examples)
    {
        (WeightedMean predictions, WeightedMean targets, WeightedMean weights) = (default, default, default);
        foreach (CalibrationExample example in examples)
        {
            predictions.Add(example.Prediction, example.Weight);
            targets.Add(example.Target, example.Weight);
            weights.Add(example.Weight, example.Weight);
        }

        return new(predictions.Cost, targets.Cost, weights.Cost);
    }

    private void AddScores<T>(
        string name,
        ReadOnlySpan<T> scores,
        Domain domain,
        Link? link,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        BatchChecks.Length(nameof(targets), targets.Length, name, scores.Length);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, name, scores.Length);
        EntryChecks.Weights(weights);
        for (int i = 0; i < scores.Length; i++)
        {
            if (WeightOf(weights, i) > 0)
            {
                EntryChecks.Number(name, i, scores[i], domain);
                EntryChecks.Number(nameof(targets), i, targets[i], Domain.Probabilities);
            }
        }

        Span<CalibrationExample> examples = stackalloc CalibrationExample[Chunk];
        Begin();
        for (int start = 0; start < scores.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, scores.Length - start);
            for (int i = 0; i < length; i++)
            {
                double score = double.CreateTruncating(scores[start + i]);
                examples[i] = new(
                    link?.Invert(score) ?? score,
                    double.CreateTruncating(targets[start + i]),
                    WeightOf(weights, start + i));
            }

            AddChunk(examples[..length]);
        }

        End();
    }

    private void AddRows<T>(
        string name,
        ReadOnlySpan<T> scores,
        Domain domain,
        ReadOnlySpan<int> labels,
        int classes,
        ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        RowChecks.Check(name, scores, domain, labels, classes, weights);
        Span<CalibrationExample> examples = stackalloc CalibrationExample[Chunk];
        Begin();
        for (int start = 0; start < labels.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, labels.Length - start);
            for (int i = 0; i < length; i++)
            {
                int row = start + i;
                double weight = WeightOf(weights, row);
                examples[i] = weight == 0
                    ? default
                    : Top(scores.Slice(row * classes, classes), labels[row], domain == Domain.Logits, weight);
            }

            AddChunk(examples[..length]);
        }

        End();
    }

    private static CalibrationExample Top<T>(ReadOnlySpan<T> row, int label, bool areLogits, double weight)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int top = 0;
        for (int k = 1; k < row.Length; k++)
        {
            top = row[k] > row[top] ? k : top;
        }

        double highest = double.CreateTruncating(row[top]);
        double prediction = highest;
        if (areLogits)
        {
            double total = 0;
            foreach (T score in row)
            {
                total += Math.Exp(double.CreateTruncating(score) - highest);
            }

            prediction = 1 / total;
        }

        return new(prediction, top == label ? 1 : 0, weight);
    }

    private void Begin()
    {
        Array.Clear(_predictions);
        Array.Clear(_targets);
        Array.Clear(_weights);
    }

    private void AddChunk(ReadOnlySpan<CalibrationExample> examples)
    {
        Span<double> errors = stackalloc double[Chunk];
        Span<double> weights = stackalloc double[Chunk];
        for (int i = 0; i < examples.Length; i++)
        {
            CalibrationExample example = examples[i];
            double off = example.Prediction - example.Target;
            (errors[i], weights[i]) = (off * off, example.Weight);
            if (example.Weight == 0)
            {
                continue;
            }

            if (Rule == CalibrationBins.EqualCount)
            {
                _examples.Add(example);
                continue;
            }

            int bin = IndexOf(example.Prediction);
            _predictions[bin].Add(example.Prediction, example.Weight);
            _targets[bin].Add(example.Target, example.Weight);
            _weights[bin].Add(example.Weight, example.Weight);
        }

        Brier += MeanEstimate.OfChunk(errors[..examples.Length], weights[..examples.Length]);
    }

    private void End()
    {
        for (int i = 0; i < _bins.Length; i++)
        {
            CalibrationBinState batch = new(_predictions[i].Cost, _targets[i].Cost, _weights[i].Cost);
            _bins[i] = Sum(_bins[i], batch);
        }
    }

    /// <summary>By the bins' ends as they are reported, whatever the product is rounded to.</summary>
    private int IndexOf(double prediction)
    {
        int bin = Math.Min((int)(prediction * BinCount), BinCount - 1);
        return bin > 0 && prediction < (double)bin / BinCount ? bin - 1
            : bin < BinCount - 1 && prediction >= (bin + 1.0) / BinCount ? bin + 1
            : bin;
    }

    private static double WeightOf<T>(ReadOnlySpan<T> weights, int index)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        weights.IsEmpty ? 1 : double.CreateTruncating(weights[index]);
}
