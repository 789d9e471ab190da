namespace LossKit;

/// <summary>
/// A loss of each person's intervals, as far as the person was watched: those of <see cref="Loss.DiscreteTimeHazard"/>,
/// <see cref="Loss.DiscreteTimeMass"/> and <see cref="Loss.PiecewiseConstantHazard"/>.
/// </summary>
/// <remarks>
/// A NaN prediction makes its person's loss and derivatives NaN. Two to four times as many numbers as there are
/// predictions are rented from the shared array pool for the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class IntervalLoss<T> : IntervalsLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly GroupedLoss<T> _entries;
    private readonly Kind _kind;

    internal IntervalLoss(int intervals, GroupedLoss<T> entries, Kind kind) : base(intervals) =>
        (_entries, _kind) = (entries, kind);

    /// <summary>What an interval is, and what is known of the last one without an event.</summary>
    internal enum Kind
    {
        HazardSurvived,
        HazardIgnored,
        ConstantHazard,

        /// <summary>A class of a softmax, in which what is after all intervals has a logit of 0.</summary>
        Mass,
    }

    private protected override bool TakesFractions => _kind == Kind.ConstantHazard;

    private protected override Cost Run(
        IntervalSurvival<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        IntervalSurvivalGradients<T> gradients,
        Reduction reduction)
    {
        int people = batch.Intervals.Length;
        bool isMass = _kind == Kind.Mass;
        int width = Intervals + (isMass ? 1 : 0);
        int entries = EmbeddingChecks.Numbers((long)people * width);
        bool differentiates = !gradients.Predictions.IsEmpty || !gradients.Hessian.IsEmpty;
        using Rented<T> targets = new(entries);
        using Rented<T> exposures = new(isMass ? 0 : entries);
        using Rented<T> scores = new(isMass ? entries : 0);
        bool isApart = differentiates && (isMass || gradients.Predictions.IsEmpty);
        using Rented<T> gradient = new(isApart ? entries : 0);
        using Rented<T> hessian = new(isMass && !gradients.Hessian.IsEmpty ? entries : 0);
        for (int i = 0; i < people; i++)
        {
            Span<T> ofPerson = targets.Span.Slice(i * width, width);
            ofPerson.Clear();
            if (isMass)
            {
                MarkMass(ofPerson, batch.Intervals[i], batch.Events[i] == 1);
                Shift(batch.Predictions.Slice(i * Intervals, Intervals), scores.Span.Slice(i * width, width));
            }
            else
            {
                Expose(batch, i, ofPerson, exposures.Span.Slice(i * width, width));
            }
        }

        Cost cost = _entries.Run(
            new()
            {
                Predictions = isMass ? scores.Span : batch.Predictions,
                Targets = targets.Span,
                Weights = weights,
                Losses = losses,
                Gradient = isApart ? gradient.Span : gradients.Predictions,
                Hessian = isMass ? hessian.Span : gradients.Hessian,
            },
            exposures.Span,
            Groups.OfWidth(width),
            reduction);
        if (isMass)
        {
            Keep(gradient.Span, width, gradients.Predictions);
            Keep(hessian.Span, width, gradients.Hessian);
        }

        return cost;
    }

    /// <summary>Marks the intervals that the event may be in.</summary>
    private static void MarkMass(Span<T> targets, int interval, bool isEvent) =>
        (isEvent ? targets.Slice(interval, 1) : targets[(interval + 1)..]).Fill(T.One);

    /// <summary>The logits and that of what is after them, less the largest: the same softmax.</summary>
    private static void Shift(ReadOnlySpan<T> logits, Span<T> shifted)
    {
        T largest = T.Zero;
        foreach (T logit in logits)
        {
            largest = T.Max(largest, logit);
        }

        for (int k = 0; k < shifted.Length; k++)
        {
            shifted[k] = (k < logits.Length ? logits[k] : T.Zero) - largest;
        }
    }

    /// <summary>How long each interval was watched, and where the event was.</summary>
    private void Expose(IntervalSurvival<T> batch, int person, Span<T> targets, Span<T> exposures)
    {
        int interval = batch.Intervals[person];
        bool isEvent = batch.Events[person] == 1;
        targets[interval] = isEvent ? T.One : T.Zero;
        exposures[..interval].Fill(T.One);
        exposures[interval..].Clear();
        exposures[interval] = _kind switch
        {
            Kind.ConstantHazard => batch.Fractions[person],
            Kind.HazardSurvived when !isEvent => T.One,
            _ => T.Zero,
        };
    }

    /// <summary>All columns of each row but the last.</summary>
    private static void Keep(ReadOnlySpan<T> rows, int width, Span<T> kept)
    {
        for (int from = 0, to = 0; to < kept.Length; from += width, to += width - 1)
        {
            rows.Slice(from, width - 1).CopyTo(kept[to..]);
        }
    }
}
