using System.Runtime.InteropServices;
using LossKit.Orleans.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;

namespace LossKit.Orleans.Tests;

/// <summary>A batch that is cut into slices has the loss of the whole, on a cluster as in one process.</summary>
public sealed class SlicedLossTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private static readonly ShardingOptions s_options = new() { ExamplesPerSlice = 7 };

    [Theory]
    [InlineData(Reduction.Mean, true)]
    [InlineData(Reduction.Sum, false)]
    [InlineData(Reduction.MeanOverCount, true)]
    public async Task Numbers_have_the_loss_of_the_whole(Reduction reduction, bool areWeighted)
    {
        PointwiseLoss<double> loss = Loss.Huber<double>(1).Asymmetric(1, 4);
        double[] targets = Numbers<double>(101, 1);
        await Compare(loss, targets, 101, areWeighted ? 101 : 0, reduction);
        await Compare(loss, [], 0, 0, reduction);
    }

    [Fact]
    public async Task Rows_with_labels_have_the_loss_of_the_whole()
    {
        int[] labels = [.. Enumerable.Range(0, 50).Select(row => row % 3 == 2 ? -100 : row % 4)];
        await Compare(Loss.SoftmaxCrossEntropy<float>(classes: 4), labels, 200, 50, Reduction.Mean);
    }

    [Fact]
    public void Within_a_silo_the_batch_is_not_copied()
    {
        // Orleans copies what a grain is given unless it is said to be immutable.
        double[] numbers = Numbers<double>(20, 3);
        Numbers<double> there = Copied(new Numbers<double>(numbers));
        MemoryMarshal.TryGetArray(there.Memory, out ArraySegment<double> segment).Should().BeTrue();
        segment.Array.Should().BeSameAs(numbers);
    }

    [Fact]
    public async Task The_gradient_may_take_the_place_of_the_predictions()
    {
        PointwiseLoss<double> loss = Loss.SquaredError<double>();
        (double[] predictions, double[] targets) = (Numbers<double>(40, 1), Numbers<double>(40, 2));
        double[] expected = new double[40];
        loss.ValueAndGradient(predictions, targets, expected);
        await loss.OnCluster(cluster.Client, s_options).ValueAndGradientAsync(predictions, targets, predictions);
        predictions.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-16);
    }

    [Fact]
    public async Task What_a_loss_refuses_names_the_slice()
    {
        Func<Task> evaluating = () => Loss.SoftmaxCrossEntropy<float>(classes: 4).OnCluster(cluster.Client, s_options)
            .ValueAsync(new float[80], Enumerable.Range(0, 20).Select(row => row == 16 ? 9 : 0).ToArray());
        ShardException error = (await evaluating.Should().ThrowAsync<ShardException>()).Which;
        (error.Shard, error.Attempts.Count).Should().Be((2, 0));
        error.Reason.Should().Match("the loss has thrown ArgumentOutOfRangeException: The label of row 2 is 9*");
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_before_anything_is_sent()
    {
        SlicedLoss<double, double> loss = Loss.SquaredError<double>().OnCluster(cluster.Client);
        await Evaluating(new double[3], new double[2], new double[3]).Should().ThrowAsync<ArgumentException>()
            .WithMessage("'targets' has 2 entries: must be 3, by the others.*");
        await Evaluating(new double[3], new double[3], new double[2]).Should().ThrowAsync<ArgumentException>()
            .WithMessage("'gradient' has 2 entries: must be 3, by the others.*");
        await Evaluating(new double[3], new double[3], new double[3], new double[4]).Should()
            .ThrowAsync<ArgumentException>().WithMessage("'weights' has 4 entries: must be 3, by the others.*");
        Action naming = () => Loss.FromFormula<double, Nameless>(new()).OnCluster(cluster.Client);
        naming.Should().Throw<ArgumentException>()
            .WithMessage("'loss' is '*Nameless*': must be one that its name makes again. *");

        Func<Task> Evaluating(double[] predictions, double[] targets, double[] gradient, double[]? weights = null) =>
            () => loss.ValueAndGradientAsync(predictions, targets, gradient, weights);
    }

    private static TValue Copied<TValue>(TValue value) => new ServiceCollection()
        .AddSerializer().BuildServiceProvider().GetRequiredService<DeepCopier<TValue>>().Copy(value)!;

    private static T[] Numbers<T>(int count, int seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(4 * random.NextDouble() - 2))];
    }

    private async Task Compare<T, TTarget>(
        ILoss<T, TTarget> loss, TTarget[] targets, int predictionCount, int weightCount, Reduction reduction)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        (T[] predictions, T[] weights) = (Numbers<T>(predictionCount, 2), Numbers<T>(weightCount, 3));
        T[] whole = new T[predictionCount];
        Cost expected = loss.ValueAndGradient(predictions, targets, whole, weights, reduction);
        T[] local = new T[predictionCount];
        Cost here =
            await loss.InSlices(s_options).ValueAndGradientAsync(predictions, targets, local, weights, reduction);
        foreach (IGrainFactory client in new[] { cluster.Client, cluster.InSilo })
        {
            T[] gradient = new T[predictionCount];
            SlicedLoss<T, TTarget> sliced = loss.OnCluster(client, s_options);
            Cost cost = await sliced.ValueAndGradientAsync(predictions, targets, gradient, weights, reduction);
            Bits.Of(cost, gradient).Should().Equal(Bits.Of(here, local));
            (await sliced.ValueAsync(predictions, targets, weights)).Should().Be(here);
        }

        double tolerance = typeof(T) == typeof(double) ? 1e-14 : 1e-6;
        here.Count.Should().Be(expected.Count);
        here.Weight.Should().BeApproximately(expected.Weight, tolerance * expected.Weight);
        here.Sum.Should().BeApproximately(expected.Sum, tolerance * Math.Abs(expected.Sum));
        for (int i = 0; i < whole.Length; i++)
        {
            double.CreateTruncating(local[i]).Should()
                .BeApproximately(double.CreateTruncating(whole[i]), tolerance, $"of entry {i}");
        }
    }

    private readonly struct Nameless : Formulas.IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            prediction - target;
    }
}
