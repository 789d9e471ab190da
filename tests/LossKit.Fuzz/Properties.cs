using System.Numerics;

namespace LossKit.Fuzz;

/// <summary>What holds of every loss and metric, whatever it is of.</summary>
internal sealed class Properties<T>(Subject<T> subject, Random random) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Entries on either side of an output.</summary>
    private const int Margin = 5;

    private static readonly T s_unwritten = T.CreateTruncating(-123.25);

    private static double Allowed => typeof(T) == typeof(float) ? 2e-5 : 1e-11;

    /// <summary>How many calls of the library there have been.</summary>
    public long Calls { get; private set; }

    /// <summary>How many batches were not refused.</summary>
    public long Taken { get; private set; }

    /// <summary>All properties, of one batch at random.</summary>
    public void Check(Temper temper)
    {
        Draw<T> draw = new(random, temper);
        FuzzBatch<T> batch = subject.Draw(draw);
        Reduction reduction = draw.Any<Reduction>(Enum.GetValues<Reduction>());
        if (!IsTaken(() => batch = batch with { Losses = subject.Losses?.Invoke(batch) ?? batch.Losses })
            || !IsTaken(() => subject.Value(batch, default)))
        {
            CheckRefusal(batch, [], reduction, Room(batch));
            return;
        }

        T[] weights = draw.Weights(batch.Losses);
        if (!IsTaken(() => subject.Value(batch, weights)))
        {
            // Some have weights of rows and losses of pairs, and one of a whole batch may have none at all.
            weights = [];
        }

        Answer<T> answer = Ask(subject, batch, weights, reduction);
        Same("the same call twice", answer, Ask(subject, batch, weights, reduction));
        CheckCosts(answer, weights, subject.WeighsLosses);
        Taken++;
        if (subject.Loss is ParallelLoss loss && Kinds<T>.Of(loss.InParallel(random.Next(2, 5))) is { } parallel)
        {
            Same("the same call on several threads", answer, Ask(parallel, batch, weights, reduction));
        }

        CheckHidden(batch, weights, reduction, answer);
        CheckParts(batch, weights, answer);
        CheckSpoiled(batch, weights, reduction, draw);
        CheckPlaces(batch, weights, reduction, answer);
        if (temper == Temper.Plain && typeof(T) == typeof(double))
        {
            CheckSlopes(batch, weights);
        }
    }

    /// <summary>Whether a call has an answer; all that it may throw says which argument is wrong.</summary>
    private bool IsTaken(Action call)
    {
        Calls++;
        try
        {
            call();
            return true;
        }
        catch (ArgumentException refusal)
        {
            return string.IsNullOrEmpty(refusal.ParamName)
                ? throw new Fault("an argument is refused without its name", refusal)
                : false;
        }
    }

    private Answer<T> Ask(Subject<T> of, FuzzBatch<T> batch, T[] weights, Reduction reduction)
    {
        FuzzBatch<T> given = batch.Copy();
        Cost value = of.Value(given, weights);
        T[] losses = new T[of.PerExample is null ? 0 : batch.Losses];
        Cost? perExample = of.PerExample?.Invoke(given, losses, weights);
        Answer<T> answer = new() { Value = value, PerExample = perExample, Losses = losses };
        Calls += of.PerExample is null ? 1 : 2;
        if (of.Derivatives is { } derivatives)
        {
            Outputs<T> gradient = Room(batch);
            answer.Derivatives.Add((derivatives(given, gradient, null, weights, reduction), gradient));
            Calls++;
            if (of.HasHessian)
            {
                Outputs<T> slopes = Room(batch);
                Outputs<T> hessian = Room(batch);
                Cost cost = derivatives(given, slopes, hessian, weights, reduction);
                answer.Derivatives.Add((cost, slopes));
                answer.Derivatives.Add((cost, hessian));
                Calls++;
            }
        }

        foreach ((_, Outputs<T> outputs) in answer.Derivatives)
        {
            Demand(outputs.IsKeptAround(s_unwritten), "something is written beside a derivative");
        }

        Demand(AreSame(batch, given), "an input is written");
        return answer;
    }

    /// <summary>Derivatives with respect to all that is predicted, with room around them.</summary>
    private static Outputs<T> Room(FuzzBatch<T> batch, int lengthened = 0) => new(batch.Predicted.ToDictionary(
        input => input.Name,
        input =>
        {
            int length = Math.Max(0, input.Length + lengthened);
            T[] memory = new T[length + 2 * Margin];
            memory.AsSpan().Fill(s_unwritten);
            return (memory, Margin, length);
        }));

    private static void Same(string when, Answer<T> left, Answer<T> right)
    {
        Demand(left.Value.Equals(right.Value), $"{when}: the value is {left.Value.Sum:R} and {right.Value.Sum:R}");
        Demand(Equals(left.PerExample, right.PerExample), $"{when}: the cost of the losses is another");
        Equal(when, "loss", left.Losses, right.Losses);
        Same(when, left.Derivatives, right.Derivatives);
    }

    private static void Same(
        string when, List<(Cost Cost, Outputs<T> Outputs)> left, List<(Cost Cost, Outputs<T> Outputs)> right)
    {
        foreach (((Cost one, Outputs<T> ones), (Cost other, Outputs<T> others)) in left.Zip(right))
        {
            Demand(one.Equals(other), $"{when}: the cost of the derivatives is {one.Sum:R} and {other.Sum:R}");
            foreach (string name in ones.Names)
            {
                Equal(when, $"derivative of {name}", ones[name], others[name]);
            }
        }
    }

    private static void Equal(string when, string what, ReadOnlySpan<T> left, ReadOnlySpan<T> right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            Demand(left[i].Equals(right[i]), $"{when}: {what} {i} is {left[i]:R} and {right[i]:R}");
        }
    }

    /// <summary>All calls have one cost, and it is the weighted sum of the losses.</summary>
    private static void CheckCosts(Answer<T> answer, T[] weights, bool weighsLosses)
    {
        double expected = 0;
        double sizes = 0;
        weighsLosses |= weights.Length == 0;
        for (int i = 0; i < answer.Losses.Length && weighsLosses; i++)
        {
            double weight = weights.Length == 0 ? 1 : double.CreateTruncating(weights[i]);
            double loss = double.CreateTruncating(answer.Losses[i]);
            expected += weight == 0 ? 0 : weight * loss;
            sizes += weight == 0 ? 0 : Math.Abs(weight * loss);
        }

        double allowed = Allowed * (sizes + Math.Abs(answer.Value.Sum)) + 1e-300;
        if (answer.PerExample is { } perExample)
        {
            // What a float does not hold may be a sum in double all the same, and a list that is none is NaN.
            bool isKnown = weighsLosses && double.IsFinite(sizes) && Array.TrueForAll(answer.Losses, IsOrdinary);
            Demand(
                !isKnown || Math.Abs(answer.Value.Sum - expected) <= allowed,
                $"the value is {answer.Value.Sum:R}, but the losses add up to {expected:R}");
            Agree(answer.Value, perExample, allowed, "the cost of the losses");
        }

        foreach ((Cost cost, _) in answer.Derivatives)
        {
            Agree(answer.Value, cost, allowed, "the cost of the derivatives");
        }
    }

    /// <summary>Sums of large floats may leave their range by one way and not by another.</summary>
    private static bool IsOrdinary(T loss) =>
        loss == T.Zero || Math.Abs(double.CreateTruncating(loss)) is > 1e-30 and < 1e30;

    private static void Agree(Cost value, Cost other, double allowed, string what)
    {
        Demand(
            value.Weight.Equals(other.Weight) && value.Count == other.Count,
            $"{what} is {other}, but the value {value}");
        Demand(
            !(Math.Abs(value.Sum - other.Sum) > allowed) && double.IsNaN(value.Sum) == double.IsNaN(other.Sum),
            $"{what} is {other.Sum:R}, the value {value.Sum:R}");
    }

    /// <summary>What is hidden, or has no weight, has gradient 0 and may be NaN.</summary>
    private void CheckHidden(FuzzBatch<T> batch, T[] weights, Reduction reduction, Answer<T> answer)
    {
        // A weight that is none makes a mean of all that is none.
        if (T.IsNaN(Sum(weights)))
        {
            return;
        }

        FuzzBatch<T> poisoned = batch.Poisoned(IsCovered);
        Answer<T> other = Ask(subject, poisoned, weights, reduction);
        Demand(
            answer.Value.Equals(other.Value),
            $"NaN in what does not count changes the value from {answer.Value.Sum:R} to {other.Value.Sum:R}");
        Same("NaN in what does not count", answer.Derivatives, other.Derivatives);
        foreach ((_, Outputs<T> outputs) in answer.Derivatives.Concat(other.Derivatives))
        {
            foreach (Numbers<T> input in batch.Predicted)
            {
                for (int i = 0; i < input.Length; i++)
                {
                    Demand(
                        !IsCovered(input, i) || outputs[input.Name][i] == T.Zero,
                        $"the derivative of {input.Name} {i}, which does not count, is {outputs[input.Name][i]:R}");
                }
            }
        }

        bool IsCovered(Input input, int i) => input.IsHidden(i)
            || (weights.Length > 0
                && input is not Numbers<T> { DecidesCount: true }
                && input.Owners[i] >= 0
                && weights[input.Owners[i]] == T.Zero);
    }

    private static T Sum(T[] numbers)
    {
        T sum = T.Zero;
        foreach (T number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    /// <summary>The costs of two parts of a batch are those of the batch.</summary>
    private void CheckParts(FuzzBatch<T> batch, T[] weights, Answer<T> answer)
    {
        if (!batch.IsIndependent || batch.Losses < 2 || !Array.TrueForAll(weights, T.IsFinite))
        {
            return;
        }

        int first = random.Next(1, batch.Losses);
        Cost merged = Part(0, first) + Part(first, batch.Losses - first);
        double sizes = answer.Losses.Select((loss, i) => Math.Abs(double.CreateTruncating(loss)
            * (weights.Length == 0 ? 1 : double.CreateTruncating(weights[i])))).Sum();
        double ofWeights = batch.Losses + weights.Sum(weight => Math.Abs(double.CreateTruncating(weight)));
        Demand(
            merged.Count == answer.Value.Count
                && !(Math.Abs(merged.Weight - answer.Value.Weight) > Allowed * ofWeights)
                && !(Math.Abs(merged.Sum - answer.Value.Sum) > Allowed * (sizes + Math.Abs(merged.Sum)) + 1e-300),
            $"the batch costs {answer.Value}, its parts {merged}, cut at {first}");

        Cost Part(int start, int count)
        {
            Calls++;
            return subject.Value(
                batch.Part(start, count), weights.Length == 0 ? default : weights.AsSpan(start, count));
        }
    }

    /// <summary>Something is wrong: it is refused and nothing is written, or it was not wrong.</summary>
    private void CheckSpoiled(FuzzBatch<T> batch, T[] weights, Reduction reduction, Draw<T> draw)
    {
        int victim = random.Next(batch.Inputs.Length);
        Input input = batch.Inputs[victim];
        FuzzBatch<T> spoiled = batch;
        Outputs<T> outputs = Room(batch);
        switch (random.Next(6))
        {
            case 0:
                spoiled = With(input.Pick([.. Enumerable.Range(0, Math.Max(0, input.Length - 1))]));
                break;
            case 1 when input is Integers { Length: > 0 } integers:
                int[] values = [.. integers.Values];
                values[random.Next(values.Length)] = draw.Any(-1, -2, int.MinValue, int.MaxValue, 1000);
                spoiled = With(integers with { Values = values });
                break;
            case 2:
                weights = new T[batch.Losses + 1];
                break;
            case 3:
                reduction = (Reduction)99;
                break;
            case 4:
                outputs = Room(batch, draw.Any(-1, 1));
                break;
            default:
                spoiled = batch with
                {
                    Sizes = batch.Sizes.ToDictionary(size => size.Key, size => size.Value + draw.Any(-1, 0, 1, -100)),
                };
                break;
        }

        CheckRefusal(spoiled, weights, reduction, outputs);

        FuzzBatch<T> With(Input changed) => batch with
        {
            Inputs = [.. batch.Inputs.Select((each, i) => i == victim ? changed : each)],
        };
    }

    /// <summary>What refuses a call has written nothing.</summary>
    private void CheckRefusal(FuzzBatch<T> batch, T[] weights, Reduction reduction, Outputs<T> outputs)
    {
        FuzzBatch<T> given = batch.Copy();
        T[] losses = new T[given.Losses];
        losses.AsSpan().Fill(s_unwritten);
        IsTaken(() => subject.Value(given, weights));
        Demand(
            subject.PerExample is null
                || IsTaken(() => subject.PerExample(given, losses, weights))
                || losses.AsSpan().IndexOfAnyExcept(s_unwritten) < 0,
            "losses are written, and then an argument is refused");
        Demand(
            subject.Derivatives is null
                || IsTaken(() => subject.Derivatives(given, outputs, null, weights, reduction))
                || outputs.IsUnwritten(s_unwritten),
            "a gradient is written, and then an argument is refused");
        Demand(AreSame(batch, given), "an input is written");
    }

    /// <summary>An output that lies on an input is refused, or is what it would be elsewhere.</summary>
    private void CheckPlaces(FuzzBatch<T> batch, T[] weights, Reduction reduction, Answer<T> answer)
    {
        if (subject.Derivatives is not { } derivatives || !batch.Predicted.Any(input => input.Length > 0))
        {
            return;
        }

        FuzzBatch<T> given = batch.Copy();
        Numbers<T>[] all = [.. given.Inputs.OfType<Numbers<T>>()];
        Numbers<T> lain = all[random.Next(all.Length)];
        Numbers<T> predicted = given.Predicted.First(input => input.Length > 0);
        int start = Math.Clamp(lain.Start + random.Next(-1, 2), 0, Math.Max(0, lain.Memory.Length - predicted.Length));
        if (lain.Memory.Length - start < predicted.Length)
        {
            return;
        }

        Outputs<T> outputs = Room(given);
        outputs.Put(predicted.Name, lain.Memory, start);
        T[] before = [.. lain.Memory];
        if (!IsTaken(() => derivatives(given, outputs, null, weights, reduction)))
        {
            Equal("a refused call", "input", before, lain.Memory);
            return;
        }

        Equal(
            $"written over {lain.Name}",
            $"derivative of {predicted.Name}",
            answer.Derivatives[0].Outputs[predicted.Name],
            outputs[predicted.Name]);
    }

    /// <summary>Gradients are differences, where these do not say themselves that there is a kink.</summary>
    private void CheckSlopes(FuzzBatch<T> batch, T[] weights)
    {
        if (subject.Derivatives is not { } derivatives
            || subject.Checked is null
            || StoppedGradients.Has(subject.Loss)
            || batch.Losses > 100
            || !Array.TrueForAll(weights, weight => double.CreateTruncating(weight) is 0 or (> 0.1 and < 10)))
        {
            return;
        }

        // Outside its domain a loss may be anything.
        Outputs<T> gradient = Room(batch);
        FuzzBatch<T> given = batch.Copy();
        if (!IsTaken(() => subject.Checked(given, weights)))
        {
            return;
        }

        double center = derivatives(given, gradient, null, weights, Reduction.Sum).Sum;
        foreach (Numbers<T> input in given.Predicted.Where(input => input.Length > 0))
        {
            int i = random.Next(input.Length);
            T number = input.Span[i];
            double slope = double.CreateTruncating(gradient[input.Name][i]);
            (double wide, double jump) = Difference(1e-4);
            (double narrow, double jumpOfHalf) = Difference(5e-5);
            Calls += 4;
            double size = 1 + Math.Abs(slope) + Math.Abs(narrow);

            // A kink's one-sided slopes stay apart, and where curvature is large, differences depend on the step.
            bool isSmooth = jump < 1e-2 * size && jumpOfHalf < 0.6 * jump + 1e-7 * (size + Math.Abs(center))
                && Math.Abs(wide - narrow) < 1e-5 * size;
            Demand(
                !isSmooth || Math.Abs(slope - narrow) <= 1e-3 * size + 1e-9 * Math.Abs(center),
                $"the gradient of {input.Name} {i} is {slope:R}, but differences say {narrow:R}");

            (double Slope, double Jump) Difference(double step)
            {
                double above = At(step);
                double below = At(-step);
                input.Span[i] = number;
                return ((above - below) / (2 * step), Math.Abs(above - 2 * center + below) / step);
            }

            double At(double step)
            {
                input.Span[i] = number + T.CreateTruncating(step);
                return subject.Value(given, weights).Sum;
            }
        }
    }

    private static bool AreSame(FuzzBatch<T> left, FuzzBatch<T> right) =>
        left.Inputs.OfType<Numbers<T>>().Zip(right.Inputs.OfType<Numbers<T>>())
            .All(pair => pair.First.Memory.AsSpan().SequenceEqual(pair.Second.Memory));

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new Fault(otherwise);
        }
    }
}
