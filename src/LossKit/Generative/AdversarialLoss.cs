namespace LossKit;

/// <summary>A loss of scores of real and generated examples, of which there may be different numbers.</summary>
/// <remarks>
/// There is one loss and one weight a score, those of the real ones first; the mean is over both together, while most
/// code adds two means, which for equal counts is twice this. Where scores are relative to means, an example without
/// weight has no part in these; without any of one kind they are NaN, and so are the losses of the other. Some four
/// numbers a score are rented from the shared array pool for the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class AdversarialLoss<T> : BatchLoss<T, Adversarial<T>, AdversarialGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly string[] s_gradients =
        ["gradients.Real", "gradients.Fake", "gradients.RealHessian", "gradients.FakeHessian"];

    private readonly double _ofReal;
    private readonly double _ofFake;

    /// <param name="ofScore">The loss of a score.</param>
    /// <param name="ofReal">What the score of a real example should be for it.</param>
    /// <param name="ofFake">What that of a generated one should be.</param>
    /// <param name="isRelative">Whether scores are relative to the mean of the other kind.</param>
    /// <param name="hasReal">Whether real examples have a part at all.</param>
    internal AdversarialLoss(PointwiseLoss<T> ofScore, double ofReal, double ofFake, bool isRelative, bool hasReal)
    {
        Inner = ofScore;
        _ofReal = ofReal;
        _ofFake = ofFake;
        IsRelative = isRelative;
        HasReal = hasReal;
    }

    /// <summary>Whether scores are relative to the mean of the other kind.</summary>
    public bool IsRelative { get; }

    /// <summary>Whether real examples have a part.</summary>
    public bool HasReal { get; }

    private protected override string Things => "scores";

    /// <summary>One a score, those of the real examples first.</summary>
    public override int Losses(Adversarial<T> batch) => batch.Real.Length + batch.Fake.Length;

    private protected override void Check(Adversarial<T> batch, ReadOnlySpan<T> weights)
    {
        if (!HasReal && !batch.Real.IsEmpty)
        {
            throw Refusal("real", "'real' is given, but what a generator loses is of its own examples alone.");
        }

        BatchChecks.LengthIfGiven("weights", weights.Length, Losses(batch), Things);
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Adversarial<T> batch)
    {
        BatchChecks.Apart(name, output, "real", batch.Real);
        BatchChecks.Apart(name, output, "fake", batch.Fake);
    }

    private protected override void CheckNumbers(Adversarial<T> batch)
    {
        EntryChecks.Numbers("real", batch.Real, Domain.Reals);
        EntryChecks.Numbers("fake", batch.Fake, Domain.Reals);
    }

    private protected override void CheckGradients(
        Adversarial<T> batch, AdversarialGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        for (int k = 0; k < s_gradients.Length; k++)
        {
            bool isReal = k % 2 == 0;
            CheckGradient(
                s_gradients[k],
                Of(gradients, k),
                isReal ? "real" : "fake",
                isReal ? batch.Real.Length : batch.Fake.Length,
                batch,
                weights);
            for (int j = 0; j < k; j++)
            {
                BatchChecks.Apart<T, T>(s_gradients[k], Of(gradients, k), s_gradients[j], Of(gradients, j));
            }
        }
    }

    private static Span<T> Of(in AdversarialGradients<T> gradients, int k) => k switch
    {
        0 => gradients.Real,
        1 => gradients.Fake,
        2 => gradients.RealHessian,
        _ => gradients.FakeHessian,
    };

    private protected override Cost Run(
        Adversarial<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        AdversarialGradients<T> gradients,
        Reduction reduction)
    {
        bool hasHessian = !gradients.RealHessian.IsEmpty || !gradients.FakeHessian.IsEmpty;
        bool hasGradient = !gradients.Real.IsEmpty || !gradients.Fake.IsEmpty;
        return Calls<T>.Run(
            new Evaluation { Loss = this, Batch = batch, Gradients = gradients },
            weights,
            losses,
            hasHessian ? DerivativeOrder.Hessian : hasGradient ? DerivativeOrder.Gradient : DerivativeOrder.Value,
            reduction,
            Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required AdversarialLoss<T> Loss { get; init; }

        public required Adversarial<T> Batch { get; init; }

        public required AdversarialGradients<T> Gradients { get; init; }

        public int Losses => Loss.Losses(Batch);

        public CompensatedSum Run(in Call<T> call)
        {
            int real = Batch.Real.Length;
            int all = Losses;
            using Rented<T> scores = new(all);
            using Rented<T> targets = new(all);
            using Rented<T> gradient = new(call.Order >= DerivativeOrder.Gradient ? all : 0);
            using Rented<T> hessian = new(call.Order >= DerivativeOrder.Hessian ? all : 0);
            Batch.Real.CopyTo(scores.Span);
            Batch.Fake.CopyTo(scores.Span[real..]);
            targets.Span[..real].Fill(T.CreateTruncating(Loss._ofReal));
            targets.Span[real..].Fill(T.CreateTruncating(Loss._ofFake));
            ReadOnlySpan<T> ofReal = call.Weights.IsEmpty ? default : call.Weights[..real];
            ReadOnlySpan<T> ofFake = call.Weights.IsEmpty ? default : call.Weights[real..];
            int realCount = Count(ofReal, real);
            int fakeCount = Count(ofFake, all - real);
            if (Loss.IsRelative)
            {
                T meanOfReal = T.CreateTruncating(Sum(Batch.Real, ofReal) / realCount);
                T meanOfFake = T.CreateTruncating(Sum(Batch.Fake, ofFake) / fakeCount);
                Shift(scores.Span[..real], default, meanOfFake);
                Shift(scores.Span[real..], default, meanOfReal);
            }

            Batch<T> pointwise = new()
            {
                Predictions = scores.Span,
                Targets = targets.Span,
                Weights = call.Weights,
                Losses = call.Losses,
                Gradient = gradient.Span,
                Hessian = hessian.Span,
                Scale = call.Scale,
            };
            CompensatedSum sum = BatchWork<T>.Run(
                ((PointwiseLoss<T>)Loss.Inner!).Kernel, pointwise, call.Order, call.Degree);
            if (Loss.IsRelative && call.Order > DerivativeOrder.Value)
            {
                T slopeOfReal = T.CreateTruncating(Sum(gradient.Span[..real], default) / fakeCount);
                T slopeOfFake = T.CreateTruncating(Sum(gradient.Span[real..], default) / realCount);
                Shift(gradient.Span[..real], ofReal, slopeOfFake);
                Shift(gradient.Span[real..], ofFake, slopeOfReal);
            }

            if (Loss.IsRelative && call.Order > DerivativeOrder.Gradient)
            {
                double bendOfReal = Sum(hessian.Span[..real], default) / fakeCount / fakeCount;
                double bendOfFake = Sum(hessian.Span[real..], default) / realCount / realCount;
                Shift(hessian.Span[..real], ofReal, T.CreateTruncating(-bendOfFake));
                Shift(hessian.Span[real..], ofFake, T.CreateTruncating(-bendOfReal));
            }

            Write(gradient.Span, Gradients.Real, Gradients.Fake);
            Write(hessian.Span, Gradients.RealHessian, Gradients.FakeHessian);
            return sum;
        }

        public void ClearDerivatives()
        {
            Gradients.Real.Clear();
            Gradients.Fake.Clear();
            Gradients.RealHessian.Clear();
            Gradients.FakeHessian.Clear();
        }

        private void Write(ReadOnlySpan<T> derivatives, Span<T> ofReal, Span<T> ofFake)
        {
            if (derivatives.IsEmpty)
            {
                return;
            }

            derivatives[..ofReal.Length].CopyTo(ofReal);
            derivatives.Slice(Batch.Real.Length, ofFake.Length).CopyTo(ofFake);
        }

        private static int Count(ReadOnlySpan<T> weights, int all) =>
            weights.IsEmpty ? all : Spans.CountNotZero(weights);

        /// <summary>The sum of numbers that have a weight.</summary>
        private static double Sum(ReadOnlySpan<T> numbers, ReadOnlySpan<T> weights)
        {
            CompensatedSum sum = default;
            for (int i = 0; i < numbers.Length; i++)
            {
                if (weights.IsEmpty || weights[i] != T.Zero)
                {
                    sum += double.CreateTruncating(numbers[i]);
                }
            }

            return sum.Total;
        }

        /// <summary>Numbers that have a weight, less another.</summary>
        private static void Shift(Span<T> numbers, ReadOnlySpan<T> weights, T less)
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] -= weights.IsEmpty || weights[i] != T.Zero ? less : T.Zero;
            }
        }
    }
}
