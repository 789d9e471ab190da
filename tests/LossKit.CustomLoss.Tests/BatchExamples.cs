using LossKit.HalfPrecision;

namespace LossKit.CustomLoss.Tests;

/// <summary>The README's examples of losses that take more than a prediction and a target.</summary>
public sealed class BatchExamples
{
    [Fact]
    public void Boxes_and_preferences()
    {
        // Two boxes (left, top, right, bottom), and where they should be.
        float[] boxes = [0, 0, 2, 2, 1, 1, 3, 3];
        float[] truth = [0, 0, 2, 2, 2, 2, 4, 4];
        float[] ofBoxes = new float[8];
        Cost overlap = Loss.BoxGiou<float>().ValueAndGradient(boxes, truth, ofBoxes);

        // The same boxes column by column: all left edges, all top ones, all right ones, all bottom ones.
        Cost same = Loss.BoxGiou<float>().Planar().Value([0, 1, 0, 1, 2, 3, 2, 3], [0, 2, 0, 2, 2, 4, 2, 4]);

        // Of each pair of answers, log-probabilities by the model (chosen, rejected) and by the reference.
        float[] answers = [-12, -15, -20, -18];
        float[] reference = [-13, -14, -19, -19];
        float[] ofAnswers = new float[4];
        Cost preference = Loss.Dpo<float>(beta: 0.1).ValueAndGradient(answers, reference, ofAnswers);
        overlap.Mean.Should().BeApproximately(0.539683, 1e-6);
        same.Mean.Should().BeApproximately(overlap.Mean, 1e-6);
        preference.Mean.Should().BeApproximately((Softplus(-0.2) + Softplus(0.2)) / 2, 1e-6);
        ofBoxes.Take(4).Should().OnlyContain(slope => Math.Abs(slope) < 1e-6);
        ofAnswers.Should().HaveCount(4).And.NotContain(0);
    }

    [Fact]
    public void Numbers_of_16_bits()
    {
        Half[] predictions = [(Half)0.5f, (Half)(-1f), (Half)2f];
        Half[] targets = [(Half)0f, (Half)1f, (Half)2f];
        Half[] gradient = new Half[3];
        Cost cost = Loss.Huber<float>(delta: 1).ValueAndGradient(
            predictions, targets, gradient, reduction: Reduction.Sum);   // sums keep more digits than means over many examples

        BFloat16[] logits = [(BFloat16)2f, (BFloat16)(-1f), (BFloat16)0.5f];
        Cost entropy = Loss.SoftmaxCrossEntropy<float>(classes: 3).Value(logits, [0]);
        cost.Sum.Should().Be(1.625);
        gradient.Should().Equal((Half)0.5f, (Half)(-1f), (Half)0f);
        entropy.Mean.Should().BeApproximately(Math.Log(1 + Math.Exp(-3) + Math.Exp(-1.5)), 1e-6);
    }

    [Fact]
    public void Preferences_of_tokens()
    {
        // One pair: the chosen answer has a token of prompt and two of its own, the rejected one a token and padding.
        float[] ofTokens = [-9, -0.5f, -1, -2, float.NaN];
        bool[] isAnswer = [false, true, true, true, false];
        TokenSums<float> tokens = new() { Lengths = [3, 2], Mask = isAnswer, Averages = true };

        float[] pair = new float[2];
        float[] ofPair = new float[2];
        float[] gradient = new float[5];
        tokens.Sum(ofTokens, pair);                                                             // -0.75 and -2
        Cost simple = Loss.SimPo<float>(beta: 2, gamma: 0.5).ValueAndGradient(pair, [], ofPair);
        tokens.Backward(ofPair, gradient);                                                      // 0 for the first and last
        pair.Should().Equal(-0.75f, -2);
        simple.Mean.Should().BeApproximately(Softplus(-2), 1e-6);
        gradient.Should().Equal(
            [0, -0.119203f, -0.119203f, 0.238406f, 0], (left, right) => Math.Abs(left - right) < 1e-6);
    }

    [Fact]
    public void Groups_rankings_and_segmentations()
    {
        // Two queries of three and two documents: scores, relevances, and which belong together.
        float[] scores = [0.2f, 1.5f, -0.3f, 0.9f, 0.1f];
        float[] relevances = [2, 0, 1, 1, 0];
        float[] ofScores = new float[5];
        Cost order = Loss.PairwiseLogistic<float>().ValueAndGradient(
            scores, relevances, Groups.OfLengths([3, 2]), ofScores);

        // One example of two classes and three pixels: logits and what each pixel is, class by class.
        float[] logits = [2, -1, 0.5f, -2, 1, 0.5f];
        float[] pixels = [1, 0, 1, 0, 1, 0];
        float[] ofLogits = new float[6];
        Cost regions = Loss.SoftDice<float>().OfClasses(2).ValueAndGradient(
            new() { Predictions = logits, Targets = pixels, Pixels = 3 },
            new() { Predictions = ofLogits });
        (order.Count, regions.Count).Should().Be((2, 2));
        ofScores[0].Should().BeNegative();
        ofLogits[0].Should().BeNegative();
    }

    [Fact]
    public void Survival_and_sequences()
    {
        // Four patients: risk, time, and whether the event was seen (1) or the patient left before it (0).
        float[] risks = [0.5f, -0.2f, 1.1f, 0];
        float[] ofRisks = new float[4];
        Cost survival = Loss.Cox<float>().ValueAndGradient(
            new() { Risks = risks, Times = [3, 8, 2, 5], Events = [1, 0, 1, 1] },
            new() { Risks = ofRisks });

        // One sequence of four frames over a blank (0) and two labels, which is to say "1 2".
        float[] frames = [0.1f, 2, 0, 1, 0.5f, 0, 0, 0.2f, 1.5f, 2, 0, 0.3f];
        float[] ofFrames = new float[12];
        Cost said = Loss.Ctc<float>(classes: 3).ValueAndGradient(
            new() { Logits = frames, InputLengths = [4], Labels = [1, 2], TargetLengths = [2] },
            new() { Logits = ofFrames });

        // The same frames, each with a tag: what may follow what is learnt with them, and the best tags are found.
        float[] follows = [0.6f, 0, 0, 0, 0.6f, 0, 0, 0, 0.6f];
        float[] ofFollows = new float[9];
        int[] tags = new int[4];
        CrfLoss<float> crf = Loss.Crf<float>(classes: 3);
        TaggedSequences<float> sentence = new()
        {
            Emissions = frames,
            Transitions = follows,
            InputLengths = [4],
            Labels = [1, 0, 2, 0],
        };
        Cost tagged = crf.ValueAndGradient(sentence, new() { Emissions = ofFrames, Transitions = ofFollows });
        crf.Decode(sentence, tags);
        survival.Count.Should().Be(3);
        said.Count.Should().Be(1);
        tagged.Count.Should().Be(1);
        tags.Should().Equal([1, 1, 2, 0]);
        ofRisks.Sum().Should().BeApproximately(0, 1e-6f);
    }

    [Fact]
    public void Metrics_of_lists_and_of_times()
    {
        // Two queries of three and two documents, as above; a third has nothing relevant, and is left out.
        float[] scores = [0.2f, 1.5f, -0.3f, 0.9f, 0.1f, 0.4f];
        float[] relevances = [2, 0, 1, 1, 0, 0];
        Groups queries = Groups.OfLengths([3, 2, 1]);
        Cost ndcg = Loss.Ndcg<float>(cutoff: 10).Value(scores, relevances, queries);
        float[] ofQueries = new float[3];
        Cost precision = Loss.MeanAveragePrecision<float>().PerExample(scores, relevances, queries, ofQueries);

        // Four patients: risk, time, and whether the event was seen (1) or the patient left before it (0).
        float[] times = [3, 8, 2, 5];
        int[] events = [1, 0, 1, 1];
        KaplanMeier watched = KaplanMeier.OfCensoring<float>(times, events);
        Survival<float> patients = new() { Risks = [0.5f, -0.2f, 1.1f, 0], Times = times, Events = events };
        Cost harrell = Loss.ConcordanceIndex<float>().Value(patients);
        Cost uno = Loss.ConcordanceIndex<float>().Value(patients, watched);

        // For each the probability to have no event until 2 and until 4.
        Cost brier = Loss.IntegratedBrierScore<float>().Value(new()
        {
            Survival = [0.8f, 0.4f, 0.9f, 0.7f, 0.5f, 0.1f, 0.8f, 0.6f],
            Grid = [2, 4],
            Times = times,
            Events = events,
            Censoring = watched,
        });

        // Forecasts of two quantiles for three days: how many of the values are at most each of them.
        Cost[] coverages = new Cost[2];
        Loss.Coverage<float>().PerColumn([1, 3, 2, 5, 0, 4], [2, 6, -1], coverages);
        Console.WriteLine($"{ndcg.Mean:F3}, {harrell.Mean:F2}, {brier.Mean:F3}, {coverages[1].Mean:F2}");
        ndcg.Count.Should().Be(2);
        ndcg.Mean.Should().BeApproximately(
            ((3 / Math.Log2(3) + 1 / Math.Log2(4)) / (3 + 1 / Math.Log2(3)) + 1) / 2, 1e-12);
        precision.Mean.Should().BeApproximately(((1.0 / 2 + 2.0 / 3) / 2 + 1) / 2, 1e-12);
        ofQueries[2].Should().Be(float.NaN);
        (harrell.Mean, uno.Mean, harrell.Count).Should().Be((1, 1, 6));
        brier.Mean.Should().BeApproximately(
            ((0.2 * 0.2 + 0.4 * 0.4) / 2 + (0.1 * 0.1 + 0.3 * 0.3) / 2 + (0.5 * 0.5 + 0.1 * 0.1) / 2
                + (0.2 * 0.2 + 0.4 * 0.4) / 2) / 4,
            1e-7);
        coverages.Select(cost => cost.Mean).Should().Equal(1.0 / 3, 2.0 / 3);
    }

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
}
