namespace LossKit;

/// <summary>The loss of <see cref="Loss.Cox"/>.</summary>
/// <remarks>
/// There is one loss a person, 0 for the censored; the mean divides by the events, or by their weights, and
/// <see cref="Cost.Count"/> is how many events there are. Weights are those of the people: they count in the sums of
/// all at risk as well as in the terms of the events, as if a person of weight 2 were there twice (with
/// <see cref="Ties.Breslow"/>); they must not be negative. A batch without an event has a NaN mean, a gradient of exact
/// zeros, and adds nothing to an aggregate. A NaN spreads to those of its stratum that are at risk at an event with it,
/// and to no other stratum. Everything is computed in double; about 100 bytes of scratch memory a person are rented
/// from the shared array pool for the time of a call, about 50 more with <see cref="Survival{T}.Entries"/>. A call
/// takes one thread: most of its time goes into one order of all people.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class CoxLoss<T> : BatchLoss<T, Survival<T>, SurvivalGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal CoxLoss(Ties ties) => Ties = Enum.IsDefined(ties)
        ? ties
        : throw new ArgumentOutOfRangeException(nameof(ties), ties, "Expected Breslow or Efron.");

    /// <summary>Who is at risk among those whose events happen at the same time.</summary>
    public Ties Ties { get; }

    private protected override string Things => "people";

    /// <summary>One a person.</summary>
    public override int Losses(Survival<T> batch) => batch.Risks.Length;

    private protected override void Check(Survival<T> batch, ReadOnlySpan<T> weights) =>
        SurvivalChecks.People(batch, weights);

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Survival<T> batch)
    {
        BatchChecks.Apart(name, output, "risks", batch.Risks);
        BatchChecks.Apart(name, output, "times", batch.Times);
        BatchChecks.Apart(name, output, "events", batch.Events);
        BatchChecks.Apart(name, output, "strata", batch.Strata);
        BatchChecks.Apart(name, output, "entries", batch.Entries);
    }

    private protected override void CheckNumbers(Survival<T> batch)
    {
        EntryChecks.Numbers("risks", batch.Risks, Domain.Logits);
        EntryChecks.Numbers("times", batch.Times, Domain.Reals);
        EntryChecks.Numbers("entries", batch.Entries, Domain.Logits);
    }

    private protected override void CheckGradients(
        Survival<T> batch, SurvivalGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        CheckGradient("gradients.Risks", gradients.Risks, "risks", batch.Risks.Length, batch, weights);
        CheckGradient("gradients.Hessian", gradients.Hessian, "risks", batch.Risks.Length, batch, weights);
        BatchChecks.Apart("gradients.Hessian", gradients.Hessian, "gradients.Risks", gradients.Risks);
    }

    private protected override Cost Run(
        Survival<T> batch, ReadOnlySpan<T> weights, Span<T> losses, SurvivalGradients<T> gradients, Reduction reduction)
    {
        int events = 0;
        foreach (int isEvent in batch.Events)
        {
            events += isEvent;
        }

        using Rented<T> weightsOfEvents = new(weights.IsEmpty ? 0 : events);
        for (int i = 0, k = 0; i < weights.Length; i++)
        {
            if (batch.Events[i] == 1)
            {
                weightsOfEvents.Span[k++] = weights[i];
            }
        }

        return Calls<T>.Run(
            new Evaluation
            {
                Losses = events,
                Batch = batch,
                Weights = weights,
                Gradients = gradients,
                IsEfron = Ties == Ties.Efron,
            },
            weightsOfEvents.Span,
            losses,
            gradients.Risks.IsEmpty && gradients.Hessian.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient,
            reduction);
    }

    /// <summary>A batch whose losses are those of the events: they alone have terms.</summary>
    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required int Losses { get; init; }

        public required Survival<T> Batch { get; init; }

        /// <summary>Of the people.</summary>
        public required ReadOnlySpan<T> Weights { get; init; }

        public required SurvivalGradients<T> Gradients { get; init; }

        public required bool IsEfron { get; init; }

        public CompensatedSum Run(in Call<T> call)
        {
            int people = Batch.Risks.Length;
            bool hasEntries = !Batch.Entries.IsEmpty;
            using Rented<UInt128> keys = new(people);
            for (int i = 0; i < people; i++)
            {
                keys.Span[i] = Key(i, Batch.Times[i], i);
            }

            JoiningOrder.Sort(keys.Span);
            using Rented<int> ends = new(people);
            JoiningOrder.FindBlocks(keys.Span, ends.Span);
            using Rented<int> lasts = new(hasEntries ? people : 0);
            using Rented<double> ofStays = new(hasEntries ? Stays.NumbersOfPlace * people : 0);
            using NestedMemory memory = new(people, hasSizes: !Weights.IsEmpty, hasOthers: IsEfron);
            NestedSums sums = memory.Sums(ends.Span, lasts.Span, new(ofStays.Span));
            Fill(sums, keys.Span, call.Weights);
            sums.Evaluate();
            CompensatedSum sum = Collect(sums, keys.Span, call.Losses);
            if (call.Order > DerivativeOrder.Value && !Gradients.Risks.IsEmpty)
            {
                sums.Differentiate(sums.Losses);
                Write(sums.Losses, keys.Span, call, Gradients.Risks);
            }

            if (call.Order > DerivativeOrder.Value && !Gradients.Hessian.IsEmpty)
            {
                sums.DifferentiateTwice(sums.Losses);
                Write(sums.Losses, keys.Span, call, Gradients.Hessian);
            }

            return sum;
        }

        public void ClearDerivatives()
        {
            Gradients.Risks.Clear();
            Gradients.Hessian.Clear();
        }

        private void Write(
            ReadOnlySpan<double> derivatives, ReadOnlySpan<UInt128> keys, in Call<T> call, Span<T> into)
        {
            for (int j = 0; j < keys.Length; j++)
            {
                int i = JoiningOrder.TieBreak(keys[j]);
                into[i] = WeightOf(i) == 0
                    ? T.Zero
                    : T.CreateTruncating(double.CreateTruncating(call.Scale) * derivatives[j]);
            }
        }

        private UInt128 Key(int person, T time, int tieBreak) => JoiningOrder.Key(
            Batch.Strata.IsEmpty ? 0 : Batch.Strata[person], -double.CreateTruncating(time), tieBreak);

        private double WeightOf(int person) => Weights.IsEmpty ? 1 : double.CreateTruncating(Weights[person]);

        private void Fill(in NestedSums sums, ReadOnlySpan<UInt128> keys, ReadOnlySpan<T> weightsOfEvents)
        {
            // By person first, because the events' weights come in that order.
            for (int i = 0, k = 0; i < keys.Length; i++)
            {
                bool isEvent = Batch.Events[i] == 1;
                sums.Losses[i] = weightsOfEvents.IsEmpty || !isEvent
                    ? Batch.Events[i]
                    : double.CreateTruncating(weightsOfEvents[k]);
                k += isEvent ? 1 : 0;
            }

            for (int j = 0; j < keys.Length; j++)
            {
                int i = JoiningOrder.TieBreak(keys[j]);
                double score = double.CreateTruncating(Batch.Risks[i]);
                sums.Scores[j] = score;
                sums.Terms[j] = sums.Losses[i];
                if (!Weights.IsEmpty)
                {
                    double weight = WeightOf(i);
                    sums.Sizes[j] = weight == 0 ? double.NegativeInfinity : score + Math.Log(weight);
                }

                if (!sums.Lasts.IsEmpty)
                {
                    // Until the first of the stratum whose time is not after the entry.
                    int end = keys.BinarySearch(Key(i, Batch.Entries[i], 0));
                    sums.Lasts[j] = end < 0 ? ~end : end;
                }
            }
        }

        /// <summary>Writes the losses and adds them up.</summary>
        private CompensatedSum Collect(in NestedSums sums, ReadOnlySpan<UInt128> keys, Span<T> losses)
        {
            CompensatedSum sum = default;
            for (int j = 0; j < keys.Length; j++)
            {
                int i = JoiningOrder.TieBreak(keys[j]);
                sum += NestedSums.Weigh(sums.Terms[j], sums.Losses[j]);
                if (!losses.IsEmpty)
                {
                    losses[i] = Batch.Events[i] == 1 ? T.CreateTruncating(sums.Losses[j]) : T.Zero;
                }
            }

            return sum;
        }
    }
}
