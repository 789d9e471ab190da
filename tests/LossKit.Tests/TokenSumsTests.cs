using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>From tokens to answers and back, against plain sums.</summary>
public sealed class TokenSumsTests
{
    // The third answer has no tokens, the fifth is masked throughout.
    private static readonly int[] s_lengths = [3, 1, 0, 7, 2, 40];

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Sums_counts_and_gradients_are_those_of_the_definition(bool isMasked, bool averages)
    {
        Random random = new(5);
        int tokens = s_lengths.Sum();
        bool[] isThere = [.. Enumerable.Range(0, tokens).Select(
            i => !isMasked || i < 4 || (i is < 11 or > 12 && random.Next(3) > 0))];
        double[] given = [.. isThere.Select(there => there ? -3 * random.NextDouble() : double.NaN)];
        double[] slopes = [.. s_lengths.Select((_, answer) => isMasked && answer == 4 ? double.NaN : answer - 1.5)];
        double[] expected = new double[s_lengths.Length];
        double[] counts = new double[s_lengths.Length];
        double[] gradient = new double[tokens];
        for (int answer = 0, first = 0; answer < s_lengths.Length; first += s_lengths[answer], answer++)
        {
            int[] own = [.. Enumerable.Range(first, s_lengths[answer]).Where(i => isThere[i])];
            double share = averages ? 1.0 / own.Length : 1;
            counts[answer] = own.Length;
            expected[answer] = own.Length == 0 ? 0 : own.Sum(i => given[i]) * share;
            foreach (int i in own)
            {
                gradient[i] = slopes[answer] * share;
            }
        }

        counts.Count(count => count == 0).Should().Be(isMasked ? 2 : 1);
        Check(given, slopes, 1e-14);
        Check<float>([.. given.Select(x => (float)x)], [.. slopes.Select(x => (float)x)], 1e-5);

        void Check<T>(T[] logProbabilities, T[] ofAnswers, double tolerance)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T[] answers = new T[s_lengths.Length];
            T[] found = new T[s_lengths.Length];
            T[] ofTokens = new T[tokens];
            TokenSums<T> sums = new() { Lengths = s_lengths, Mask = isMasked ? isThere : [], Averages = averages };
            sums.Sum(logProbabilities, answers, found);
            sums.Backward(ofAnswers, ofTokens);
            Near(answers, expected);
            Near(found, counts);
            Near(ofTokens, gradient);

            void Near(T[] numbers, double[] right) => numbers.Select(number => double.CreateTruncating(number)).Should()
                .Equal(right, (left, other) => Math.Abs(left - other) <= tolerance * (1 + Math.Abs(other)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Losses_of_preferences_have_the_gradient_of_each_token(bool averages)
    {
        int[] lengths = [2, 3, 4, 1];
        bool[] mask = [true, true, true, false, true, false, true, true, false, true];
        double[] tokens = [-1, -0.5, -2, double.NaN, -0.25, double.NaN, -0.75, -1.5, double.NaN, -3];
        TupleLoss<double> loss = averages
            ? Loss.SimPo<double>(beta: 2, gamma: 0.5)
            : Loss.Dpo<double>(beta: 0.3, labelSmoothing: 0.1);
        double[] reference = averages ? [] : [-2, -1, -1, -2.5];
        double[] gradient = new double[tokens.Length];
        double[] answers = new double[4];
        double[] ofAnswers = new double[4];
        TokenSums<double> sums = new() { Lengths = lengths, Mask = mask, Averages = averages };
        sums.Sum(tokens, answers);
        loss.ValueAndGradient(answers, reference, ofAnswers);
        sums.Backward(ofAnswers, gradient);
        for (int i = 0; i < tokens.Length; i++)
        {
            double slope = mask[i] ? (Moved(i, 1e-5) - Moved(i, -1e-5)) / 2e-5 : 0;
            gradient[i].Should().BeApproximately(slope, 1e-9, $"of token {i}");
        }

        gradient.Count(slope => slope != 0).Should().Be(7);

        double Moved(int token, double step)
        {
            double[] moved = [.. tokens.Select((x, i) => i == token ? x + step : x)];
            double[] of = new double[4];
            new TokenSums<double> { Lengths = lengths, Mask = mask, Averages = averages }.Sum(moved, of);
            return loss.Value(of, reference).Mean;
        }
    }

    [Fact]
    public void Averages_of_both_models_are_what_PerToken_makes_of_sums_and_counts()
    {
        int[] lengths = [2, 3];
        bool[] mask = [true, true, true, false, true];
        double[] own = [-1, -0.5, -2, 9, -0.25];
        double[] other = [-1.5, -0.25, -1, 9, -0.5];
        double[] sums = new double[2];
        double[] counts = new double[2];
        double[] reference = new double[2];
        TokenSums<double> whole = new() { Lengths = lengths, Mask = mask };
        whole.Sum(own, sums, counts);
        whole.Sum(other, reference);
        double perToken = Loss.Dpo<double>(0.5).PerToken().Value(sums, [.. reference, .. counts]).Mean;

        TokenSums<double> averages = new() { Lengths = lengths, Mask = mask, Averages = true };
        averages.Sum(own, sums);
        averages.Sum(other, reference);
        Loss.Dpo<double>(0.5).Value(sums, reference).Mean.Should().BeApproximately(perToken, 1e-15);
        sums.Should().Equal(-0.75, -1.125);
    }

    [Fact]
    public void What_is_not_finite_stays_in_its_answer()
    {
        double[] answers = [7, 7, 7, 7];
        TokenSums<double> sums = new() { Lengths = [2, 2, 2, 1], Averages = true };
        sums.Sum([-1, double.NaN, double.NegativeInfinity, -1, -1e20, 1e20, -2], answers);
        answers.Should().Equal(double.NaN, double.NegativeInfinity, 0, -2);
        double[] ofTokens = new double[7];
        sums.Backward([1, double.NaN, double.PositiveInfinity, 2], ofTokens);
        ofTokens.Should().Equal(
            0.5, 0.5, double.NaN, double.NaN, double.PositiveInfinity, double.PositiveInfinity, 2);

        // A million small numbers beside a large one are not lost in float.
        float[] many = [-1e6f, .. Enumerable.Repeat(-0.01f, 1_000_000)];
        float[] one = new float[1];
        new TokenSums<float> { Lengths = [many.Length] }.Sum(many, one);
        one[0].Should().BeApproximately(-1.01e6f, 0.1f);
    }

    [Fact]
    public void Nothing_at_all_is_no_answer()
    {
        TokenSums<float> sums = new() { Lengths = [] };
        sums.Sum([], []);
        sums.Backward([], []);
        default(TokenSums<float>).Sum([], [], []);
    }

    [Theory]
    [InlineData("answers", "'answers' has 1 entries, but the batch has 2 answers")]
    [InlineData("counts", "'counts' has 1 entries, but the batch has 2 answers")]
    [InlineData("ofAnswers", "'ofAnswers' has 3 entries, but the batch has 2 answers")]
    [InlineData("mask", "'mask' has 2 entries, but the batch has 3 tokens")]
    [InlineData("lengths", "The sum of 'lengths' is 3, but 'logProbabilities' has 4 entries")]
    [InlineData("lengths", "The sum of 'lengths' is 3, but 'ofTokens' has 4 entries")]
    [InlineData("lengths", "lengths[1] is 3, but must be between 0 and 1, what is left of 'logProbabilities'")]
    [InlineData("lengths", "lengths[0] is -1, but must be between 0 and 3")]
    [InlineData("answers", "'answers' overlaps 'logProbabilities'")]
    [InlineData("counts", "'counts' overlaps 'answers'")]
    [InlineData("counts", "'counts' overlaps 'logProbabilities'")]
    [InlineData("ofTokens", "'ofTokens' overlaps 'ofAnswers'")]
    public void What_does_not_fit_is_refused_before_anything_is_written(string name, string message)
    {
        double[] three = [7, 7, 7];
        double[] four = [7, 7, 7, 7];
        double[] two = [7, 7];
        Action[] calls =
        [
            () => Of([1, 2]).Sum(three, four.AsSpan(0, 1)),
            () => Of([1, 2]).Sum(three, two, four.AsSpan(0, 1)),
            () => Of([1, 2]).Backward(three, three),
            () => new TokenSums<double> { Lengths = [1, 2], Mask = [true, true] }.Sum(three, two),
            () => Of([1, 2]).Sum(four, two),
            () => Of([1, 2]).Backward(two, four),
            () => Of([2, 3]).Sum(three, two),
            () => Of([-1, 4]).Sum(three, two),
            () => Of([1, 2]).Sum(three, three.AsSpan(1)),
            () => Of([1, 2]).Sum(three, two, two),
            () => Of([1, 2]).Sum(three, two, three.AsSpan(1)),
            () => Of([1, 2]).Backward(three.AsSpan(1), three),
        ];
        List<ArgumentException> refusals = [.. calls.Select(call => call.Should().Throw<ArgumentException>().Which)];
        refusals.Should().Contain(refusal => refusal.ParamName == name && refusal.Message.StartsWith(message));
        three.Concat(four).Concat(two).Should().OnlyContain(number => number == 7);

        static TokenSums<double> Of(int[] lengths) => new() { Lengths = lengths };
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] tokens = [-1, -2, -3];
        bool[] mask = [true, false, true];
        int[] lengths = [1, 2];
        float[] answers = new float[2];
        float[] counts = new float[2];
        float[] ofTokens = new float[3];
        Allocations.Of(() =>
        {
            TokenSums<float> sums = new() { Lengths = lengths, Mask = mask, Averages = true };
            sums.Sum(tokens, answers, counts);
            sums.Backward(answers, ofTokens);
        }).Should().Be(0);
        ofTokens.Should().Equal(-1, 0, -3);
    }
}
