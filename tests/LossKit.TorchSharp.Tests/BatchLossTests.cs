namespace LossKit.TorchSharp.Tests;

/// <summary>
/// Losses of batches of several inputs and of groups: what the loss makes of arrays, to the last bit.
/// </summary>
public sealed class BatchLossTests
{
    private const int Rows = 8;
    private const int Dimension = 6;

    private static readonly double[] s_first = Numbers.Random<double>(Rows * Dimension, 1);
    private static readonly double[] s_second = Numbers.Random<double>(Rows * Dimension, 2);
    private static readonly double[] s_third = Numbers.Random<double>(Rows * Dimension, 3);
    private static readonly int[] s_labels = [0, 1, 0, 2, 1, 2, 0, 1];
    private static readonly double[] s_weights = [1, 2, 0.5, 1, 3, 1, 0.25, 2];
    private static readonly double[] s_bits = [0, 1, 1, 0, 1, 0, 0, 1];

    [TorchFact]
    public void Labelled_batches()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] expected = new double[s_first.Length];
        InBatchLoss<double> loss = Loss.SupervisedContrastive<double>(Dimension);
        Cost cost = loss.ValueAndGradient(
            new() { Embeddings = s_first, Labels = s_labels }, new() { Embeddings = expected }, s_weights);
        Tensor embeddings = Table(s_first);
        BatchTensorLoss<double, Labelled<double>, LabelledGradients<double>> tensorLoss = loss.ToTorch();
        Tensor value = tensorLoss.forward(embeddings, Numbers.Of(s_labels), Numbers.Of(s_weights));
        Check(value, cost, (embeddings, expected));
        tensorLoss.Cost.Should().Be(cost);
    }

    [TorchFact]
    public void Views_and_retrieval()
    {
        using DisposeScope scope = NewDisposeScope();
        double[][] expected = [new double[s_first.Length], new double[s_first.Length]];
        MatchLoss<double> loss = Loss.NtXent<double>(Dimension);
        Cost cost = loss.ValueAndGradient(
            new() { First = s_first, Second = s_second }, new() { First = expected[0], Second = expected[1] });
        Tensor[] views = [Table(s_first), Table(s_second)];
        Check(loss.ToTorch().forward(views[0], views[1]), cost, (views[0], expected[0]), (views[1], expected[1]));

        RetrievalLoss<double> clip = Loss.Clip<double>(Dimension);
        cost = clip.ValueAndGradient(
            new() { Queries = s_first, Keys = s_second }, new() { Queries = expected[0], Keys = expected[1] });
        Tensor[] sides = [Table(s_first), Table(s_second)];
        Check(clip.ToTorch().forward(sides[0], sides[1]), cost, (sides[0], expected[0]), (sides[1], expected[1]));
    }

    [TorchFact]
    public void Pairs_with_labels_and_with_numbers()
    {
        using DisposeScope scope = NewDisposeScope();
        double[][] expected = [new double[s_first.Length], new double[s_first.Length]];
        PairLoss<double> loss = Loss.Contrastive<double>(Dimension, margin: 9);
        int[] labels = Array.ConvertAll(s_bits, bit => (int)bit);
        Cost cost = loss.ValueAndGradient(
            new() { First = s_first, Second = s_second, Labels = labels },
            new() { First = expected[0], Second = expected[1] },
            s_weights);
        Tensor[] sides = [Table(s_first), Table(s_second)];
        Check(
            loss.ToTorch().forward(sides[0], sides[1], Numbers.Of(labels), Numbers.Of(s_weights)),
            cost,
            (sides[0], expected[0]),
            (sides[1], expected[1]));

        CoSentLoss<double> ofNumbers = Loss.CoSent<double>(Dimension);
        cost = ofNumbers.ValueAndGradient(
            new() { First = s_first, Second = s_second, Targets = s_weights },
            new() { First = expected[0], Second = expected[1] });
        sides = [Table(s_first), Table(s_second)];
        Check(
            ofNumbers.ToTorch().forward(sides[0], sides[1], Numbers.Of(s_weights)),
            cost,
            (sides[0], expected[0]),
            (sides[1], expected[1]));
    }

    [TorchFact]
    public void Triplets()
    {
        using DisposeScope scope = NewDisposeScope();
        double[][] expected = [.. Enumerable.Range(0, 3).Select(_ => new double[s_first.Length])];
        TripletLoss<double> loss = Loss.Triplet<double>(Dimension);
        Cost cost = loss.ValueAndGradient(
            new() { Anchors = s_first, Positives = s_second, Negatives = s_third },
            new() { Anchors = expected[0], Positives = expected[1], Negatives = expected[2] });
        Tensor[] rows = [Table(s_first), Table(s_second), Table(s_third)];
        Check(
            loss.ToTorch().forward(rows[0], rows[1], rows[2]),
            cost,
            [.. rows.Zip(expected)]);
    }

    [TorchFact]
    public void Heads_give_gradients_to_those_that_ask()
    {
        using DisposeScope scope = NewDisposeScope();
        const int Classes = 3;
        double[] prototypes = s_second[..(Classes * Dimension)];
        double[] bias = [0.5, -1, 2];
        LinearLoss<double> loss = Loss.LinearCrossEntropy<double>(Classes, Dimension);
        for (int asks = 1; asks < 8; asks++)
        {
            (bool ofHidden, bool ofPrototypes, bool ofBias) = ((asks & 1) > 0, (asks & 2) > 0, (asks & 4) > 0);
            double[] hiddenSlopes = new double[ofHidden ? s_first.Length : 0];
            double[] prototypeSlopes = new double[ofPrototypes ? prototypes.Length : 0];
            double[] biasSlopes = new double[ofBias ? Classes : 0];
            Cost cost = loss.ValueAndGradient(
                new() { Hidden = s_first, Prototypes = prototypes, Bias = bias, Labels = s_labels },
                new() { Hidden = hiddenSlopes, Prototypes = prototypeSlopes, Bias = biasSlopes });
            Tensor hidden = Table(s_first).requires_grad_(ofHidden);
            Tensor weight = Numbers.Learnt(prototypes, Classes, Dimension).requires_grad_(ofPrototypes);
            Tensor added = Numbers.Learnt(bias).requires_grad_(ofBias);
            Tensor value = loss.ToTorch().forward(hidden, weight, Numbers.Of(s_labels), added);
            (Tensor, double[])[] all = [(hidden, hiddenSlopes), (weight, prototypeSlopes), (added, biasSlopes)];
            Check(value, cost, [.. all.Where(pair => pair.Item1.requires_grad)]);
            foreach ((Tensor input, _) in all)
            {
                (input.grad is not null).Should().Be(input.requires_grad);
            }
        }
    }

    [TorchFact]
    public void Whatever_a_batch_is_made_of()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] risks = s_first[..Rows];
        double[] times = [5, 3, 8, 1, 2, 9, 4, 7];
        int[] events = [1, 0, 1, 1, 1, 0, 1, 1];
        double[] expected = new double[Rows];
        CoxLoss<double> cox = Loss.Cox<double>();
        Cost cost = cox.ValueAndGradient(
            new() { Risks = risks, Times = times, Events = events }, new() { Risks = expected });
        Tensor r = Numbers.Learnt(risks);
        Tensor t = Numbers.Of(times);
        Tensor e = Numbers.Of(events);
        Check(
            cox.ToTorch().forward(
                batch => new() { Risks = batch.Numbers(r), Times = batch.Numbers(t), Events = batch.Labels(e) },
                gradient => new() { Risks = gradient.Gradient(r) }),
            cost,
            (r, expected));

        // With a mask, which is of bits.
        double[] images = Numbers.Random<double>(2 * 1 * 12, 4);
        int[] pixels = Numbers.Labels(2 * 12, 2, 5);
        bool[] mask = [.. pixels.Select((_, i) => i % 5 > 0)];
        double[] slopes = new double[images.Length];
        SegmentationLoss<double> lovasz = Loss.LovaszHinge<double>();
        cost = lovasz.ValueAndGradient(
            new() { Predictions = images, Labels = pixels, Pixels = 12, Mask = mask }, new() { Predictions = slopes });
        Tensor p = Numbers.Learnt(images, 2, 1, 3, 4);
        Tensor y = Numbers.Of(pixels, 2, 3, 4);
        Tensor m = Numbers.Of(mask, 2, 3, 4);
        Check(
            lovasz.ToTorch().forward(
                batch => new()
                {
                    Predictions = batch.Numbers(p),
                    Labels = batch.Labels(y),
                    Pixels = 12,
                    Mask = batch.Mask(m),
                },
                gradient => new() { Predictions = gradient.Gradient(p) }),
            cost,
            (p, slopes));
    }

    [TorchFact]
    public void Sequences_are_torchs_ctc()
    {
        using DisposeScope scope = NewDisposeScope();
        const int Frames = 10;
        const int Classes = 5;
        double[] logits = Numbers.Random<double>(2 * Frames * Classes, 1);
        Tensor ours = Numbers.Learnt(logits, 2, Frames, Classes);
        Tensor theirs = Numbers.Learnt(logits, 2, Frames, Classes);
        Tensor inputLengths = Numbers.Of<int>([10, 8]);
        Tensor targets = Numbers.Of<int>([1, 2, 2, 4, 3]);
        Tensor targetLengths = Numbers.Of<int>([3, 2]);
        Tensor expected = nn.functional.ctc_loss(
            nn.functional.log_softmax(theirs, 2).transpose(0, 1),
            targets,
            inputLengths,
            targetLengths,
            reduction: nn.Reduction.Sum);
        Tensor actual = Loss.Ctc<double>(Classes).ToTorch(nn.Reduction.Sum).forward(
            batch => new()
            {
                Logits = batch.Numbers(ours),
                InputLengths = batch.Labels(inputLengths),
                Labels = batch.Labels(targets),
                TargetLengths = batch.Labels(targetLengths),
            },
            gradient => new() { Logits = gradient.Gradient(ours) });
        Numbers.One(actual).Should().BeApproximately(Numbers.One(expected), 1e-11);
        expected.backward();
        actual.backward();
        Numbers.In<double>(ours.grad).ShouldBeNearly(Numbers.In<double>(theirs.grad), 1e-11);
    }

    [TorchFact]
    public void One_tensor_may_be_both_sides()
    {
        using DisposeScope scope = NewDisposeScope();
        double[][] expected = [new double[s_first.Length], new double[s_first.Length]];
        MatchLoss<double> loss = Loss.NtXent<double>(Dimension);
        Cost cost = loss.ValueAndGradient(
            new() { First = s_first, Second = s_first }, new() { First = expected[0], Second = expected[1] });
        Tensor rows = Table(s_first);
        Check(
            loss.ToTorch().forward(rows, rows),
            cost,
            (rows, [.. expected[0].Zip(expected[1], (one, other) => one + other)]));
    }

    [TorchFact]
    public void A_gradient_that_is_not_used_is_0()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] risks = s_first[..Rows];
        double[] expected = new double[Rows];
        int[] events = [1, 0, 1, 1, 1, 0, 1, 1];
        Loss.Cox<double>().ValueAndGradient(
            new() { Risks = risks, Times = s_weights, Events = events }, new() { Risks = expected });
        Tensor r = Numbers.Learnt(risks);
        Tensor t = Numbers.Of(s_weights);
        Tensor e = Numbers.Of(events);
        Loss.Cox<double>().ToTorch().forward(
            batch => new() { Risks = batch.Numbers(r), Times = batch.Numbers(t), Events = batch.Labels(e) },
            gradient =>
            {
                // Leaves memory of the same size that is not 0.
                full(Rows, 7.0, ScalarType.Float64).Dispose();
                gradient.Gradient(r).ToArray().Should().Equal(new double[Rows]);
                return new() { Risks = gradient.Gradient(r) };
            }).backward();
        Numbers.In<double>(r.grad).Should().Equal(expected);
    }

    [TorchFact]
    public void A_tensor_that_is_read_twice_needs_two_gradients()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = Table(s_first);
        Action call = () => Loss.NtXent<double>(Dimension).ToTorch().forward(
            batch => new() { First = batch.Numbers(rows), Second = batch.Numbers(rows) },
            gradient => new() { First = gradient.Gradient(rows) });
        call.Should().Throw<ArgumentException>().WithParameterName("rows").WithMessage(
            "'rows' requires a gradient, but there is none with respect to it where it is read again: expected*");
    }

    [TorchFact]
    public void Means_may_be_over_the_count()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] expected = new double[s_first.Length];
        TripletLoss<double> loss = Loss.Triplet<double>(Dimension);
        Cost cost = loss.ValueAndGradient(
            new() { Anchors = s_first, Positives = s_second, Negatives = s_third },
            new() { Anchors = expected },
            s_weights,
            Reduction.MeanOverCount);
        Tensor anchors = Table(s_first);
        Tensor value = loss.ToTorch(meanOverCount: true).forward(
            anchors, Table(s_second).detach(), Table(s_third).detach(), Numbers.Of(s_weights));
        Numbers.One(value).Should().Be(cost.Sum / Rows);
        value.backward();
        Numbers.In<double>(anchors.grad).Should().Equal(expected);
    }

    [TorchFact]
    public void Groups_are_the_last_axis()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] relevances = [.. s_first.Select((_, i) => (double)(i % 4))];
        GroupedLoss<double> loss = Loss.PairwiseLogistic<double>();
        double[] expected = new double[s_first.Length];
        Cost cost = loss.ValueAndGradient(s_first, relevances, Groups.OfWidth(Dimension), expected, s_weights);
        Tensor scores = Table(s_first);
        GroupedTensorLoss<double, double> tensorLoss = loss.ToTorch();
        Tensor value = tensorLoss.forward(scores, Numbers.Of(relevances, Rows, Dimension), Numbers.Of(s_weights));
        Check(value, cost, (scores, expected));
        tensorLoss.Cost.Should().Be(cost);

        double[] losses = new double[Rows];
        loss.PerExample(s_first, relevances, Groups.OfWidth(Dimension), losses);
        scores = Table(s_first);
        Tensor each = loss.ToTorch(nn.Reduction.None).forward(scores, Numbers.Of(relevances, Rows, Dimension));
        Numbers.In<double>(each).Should().Equal(losses);
        (each * Numbers.Of(s_weights)).sum().backward();
        _ = loss.ValueAndGradient(
            s_first, relevances, Groups.OfWidth(Dimension), expected, s_weights, Reduction.Sum);
        Numbers.In<double>(scores.grad).ShouldBeNearly(expected);
    }

    [TorchFact]
    public void Groups_may_have_any_lengths()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] scores = s_first[..10];
        double[] relevances = [2, 0, 1, 0, 3, 1, 0, 0, 1, 2];
        int[] lengths = [3, 0, 5, 2];
        double[] weights = [1, 5, 2, 0.5];
        double[] expected = new double[10];
        GroupedLoss<double> loss = Loss.PairwiseLogistic<double>();
        Cost cost = loss.ValueAndGradient(scores, relevances, Groups.OfLengths(lengths), expected, weights);
        Tensor s = Numbers.Learnt(scores);
        Check(
            loss.ToTorch().forward(s, Numbers.Of(relevances), lengths, Numbers.Of(weights)),
            cost,
            (s, expected));
    }

    private static Tensor Table(double[] rows) => Numbers.Learnt(rows, Rows, Dimension);

    private static void Check(Tensor value, Cost cost, params (Tensor Input, double[] Expected)[] gradients)
    {
        Numbers.One(value).Should().Be(cost.Mean);
        value.backward();
        foreach ((Tensor input, double[] expected) in gradients)
        {
            expected.Should().Contain(slope => slope != 0);
            input.grad!.shape.Should().Equal(input.shape);
            Numbers.In<double>(input.grad).Should().Equal(expected);
        }
    }
}
