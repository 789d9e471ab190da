using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleRetrievalLossTests : RetrievalLossTests<float>;

public sealed class DoubleRetrievalLossTests : RetrievalLossTests<double>;

/// <summary>Losses of queries with keys against their definitions, with all that a batch of them may have.</summary>
[Trait("Category", "Kernels")]
public abstract class RetrievalLossTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double Scale = 3;
    private const double Bias = -0.5;

    /// <summary>What rounding may do, relative to the terms of a sum.</summary>
    private static readonly double s_close = 16 * Samples.Close<T>();

    private static readonly Dictionary<string, Instance> s_instances = new()
    {
        ["InBatchInfoNce"] = new(d => Loss.InBatchInfoNce<T>(d), InfoNce()),
        ["InBatchInfoNce with offset"] =
            new(d => Loss.InBatchInfoNce<T>(d, offset: 2), InfoNce(offset: 2)) { MoreKeys = 5 },
        ["InBatchInfoNce with labels"] =
            new(d => Loss.InBatchInfoNce<T>(d, normalize: false), InfoNce(normalizes: false))
            { MoreKeys = 3, HasLabels = true },
        ["InBatchInfoNce symmetric"] =
            new(d => Loss.InBatchInfoNce<T>(d, symmetric: true), InfoNce(symmetric: true)) { HasLabels = true },
        ["Clip"] = new(d => Loss.Clip<T>(d), InfoNce(symmetric: true)),
        ["Clip of raw rows with negatives"] = new(
            d => Loss.Clip<T>(d, normalize: false), InfoNce(normalizes: false, symmetric: true))
        { Negatives = 1 },
        ["SigLip"] = new(d => Loss.SigLip<T>(d), SigLip(0)) { HasBias = true },
        ["SigLip with offset"] =
            new(d => Loss.SigLip<T>(d, offset: 2), SigLip(2)) { HasBias = true, MoreKeys = 5 },
        ["MultipleNegativesRanking"] =
            new(d => Loss.MultipleNegativesRanking<T>(d, 5), InfoNce(), 5) { Negatives = 2, HasScale = false },
        ["MultipleNegativesRanking of own negatives"] = new(
            d => Loss.MultipleNegativesRanking<T>(d, 5, allNegatives: false), InfoNce(ownNegatives: true), 5)
        { Negatives = 2, HasScale = false, MoreKeys = 3 },
        ["MultipleNegativesRanking of own keys"] = new(
            d => Loss.MultipleNegativesRanking<T>(d, 5, inBatch: false, allNegatives: false),
            InfoNce(ownNegatives: true, ownKeys: true),
            5)
        { Negatives = 1, HasScale = false },
        ["MultipleNegativesRanking with offset"] = new(
            d => Loss.MultipleNegativesRanking<T>(d, 5, offset: 3), InfoNce(offset: 3), 5)
        { Negatives = 1, HasScale = false, MoreKeys = 3 },
        ["NPairs"] = new(d => Loss.NPairs<T>(d), NPairs(0)) { HasLabels = true, HasScale = false, Scale = 1 },
        ["NPairs with penalty"] =
            new(d => Loss.NPairs<T>(d, l2: 0.5), NPairs(0.5)) { HasLabels = true, HasScale = false, Scale = 1 },
        ["NPairs with offset"] = new(d => Loss.NPairs<T>(d, l2: 0.5, offset: 1), NPairs(0.5, 1))
        { HasLabels = true, HasScale = false, Scale = 1, MoreKeys = 4 },
    };

    public static TheoryData<string> Names => new(s_instances.Keys);

    public static TheoryData<string> NamesOfOneDirection =>
        new(s_instances.Where(instance => !instance.Value.Symmetric).Select(instance => instance.Key));

    [Theory, MemberData(nameof(Names))]
    public void Losses_and_gradients_are_those_of_the_definition(string name)
    {
        int turn = 0;
        foreach (int queries in new[] { 0, 1, 2, 3, 7, 16, 33, 70 })
        {
            foreach (int dimension in new[] { 1, 3, 18 })
            {
                Reduction reduction = (Reduction)(turn++ % 3);
                Batch batch = new(s_instances[name], queries, dimension, hasWeights: turn % 2 == 0);
                batch.ShouldFitDefinition(reduction);
            }
        }
    }

    [Fact]
    public void More_keys_than_fit_at_a_time_fit_the_definition() => new Batch(
        s_instances["InBatchInfoNce with labels"] with { MoreKeys = 6_000 }, 60, 2, hasWeights: true)
        .ShouldFitDefinition(Reduction.Mean);

    // Directions one after the other, because all scores at once do not fit.
    [Fact]
    public void Both_directions_of_many_rows_fit_the_definition() => new Batch(
        s_instances["InBatchInfoNce symmetric"], 1_100, 2, hasWeights: true).ShouldFitDefinition(Reduction.Mean);

    [Theory, MemberData(nameof(Names))]
    public void Threads_change_no_bit(string name)
    {
        Batch batch = new(s_instances[name], 300, 130, hasWeights: true);
        Result expected = batch.Run(batch.Loss, Reduction.Mean);
        foreach (int degree in new[] { 2, 5 })
        {
            Result run = batch.Run(batch.Loss.InParallel(degree), Reduction.Mean);
            run.Cost.Should().Be(expected.Cost);
            run.Losses.Should().Equal(expected.Losses);
            run.Gradients.Zip(expected.Gradients, (a, b) => a.AsSpan().SequenceEqual(b)).Should().NotContain(false);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_gradient_alone_is_that_of_all(string name)
    {
        Batch batch = new(s_instances[name], 9, 4, hasWeights: true);
        Result expected = batch.Run(batch.Loss, Reduction.Sum);
        for (int k = 0; k < expected.Gradients.Length; k++)
        {
            int only = k;
            Result run = batch.Run(batch.Loss, Reduction.Sum, asks: j => j == only);
            run.Gradients[k].Should().Equal(expected.Gradients[k], $"it is that of input {k}");
        }
    }

    [Theory, MemberData(nameof(NamesOfOneDirection))]
    public void A_query_without_weight_may_hold_anything_where_only_keys_are_compared(string name)
    {
        Batch batch = new(s_instances[name], 6, 3, hasWeights: true);
        batch.Weights[2] = T.Zero;
        Result expected = batch.Run(batch.Loss, Reduction.Mean);
        batch.Inputs[0].AsSpan(6, 3).Fill(T.NaN);
        Result run = batch.Run(batch.Loss, Reduction.Mean);
        run.Cost.Should().Be(expected.Cost);
        double.IsNaN(run.Losses[2]).Should().BeTrue();
        run.Gradients.Zip(expected.Gradients, (a, b) => a.AsSpan().SequenceEqual(b)).Should().NotContain(false);
        batch.Inputs[1][4] = T.NaN;
        run = batch.Run(batch.Loss, Reduction.Mean);
        run.Cost.Sum.Should().Be(double.NaN);
        run.Gradients.All(gradient => gradient.Length == 0 || gradient.Any(T.IsNaN)).Should().BeTrue();
        Array.Clear(batch.Weights);
        run = batch.Run(batch.Loss, Reduction.Mean);
        (run.Cost.Sum, run.Cost.Mean).Should().Be((0, double.NaN));
        run.Gradients.All(gradient => gradient.All(T.IsZero)).Should().BeTrue();
    }

    [Fact]
    public void Nothing_overflows_and_what_is_small_is_not_lost()
    {
        T[] rows = [T.One, T.Zero, T.Zero, T.One];
        T[] scale = [T.CreateTruncating(20)];
        T[] ofScale = new T[1];
        Retrieval<T> batch = new() { Queries = rows, Keys = rows, Scale = scale };
        double expected = Math.Exp(-20) - Math.Exp(-40) / 2;
        Cost cost = Loss.Clip<T>(2).ValueAndGradient(batch, new() { Scale = ofScale });
        cost.Mean.Should().BeApproximately(expected, s_close * expected);
        double slope = -Math.Exp(-20) / (1 + Math.Exp(-20));
        Samples.ToDouble(ofScale[0]).Should().BeApproximately(slope, -s_close * slope);
        T[] minus = [T.CreateTruncating(-3)];
        T[] zero = [T.Zero];
        foreach (double size in new[] { 1e4, -1e4, 1e-20 })
        {
            T[] large = [.. rows.Select(x => x * T.CreateTruncating(size))];
            T[] gradient = new T[4];
            foreach (bool normalize in new[] { true, false })
            {
                batch = new() { Queries = large, Keys = rows, Scale = minus };
                Loss.Clip<T>(2, normalize).ValueAndGradient(batch, new() { Queries = gradient });
                gradient.All(T.IsFinite).Should().BeTrue();
                Loss.SigLip<T>(2).ValueAndGradient(batch, new() { Queries = gradient, Scale = ofScale });
                gradient.All(T.IsFinite).Should().BeTrue();
            }
        }

        // A scale of 0 has a gradient, and the rows have none.
        batch = new() { Queries = rows, Keys = rows, Scale = zero };
        T[] ofQueries = new T[4];
        Loss.Clip<T>(2).ValueAndGradient(batch, new() { Queries = ofQueries, Scale = ofScale });
        ofQueries.All(T.IsZero).Should().BeTrue();
        Samples.ToDouble(ofScale[0]).Should().BeApproximately(-0.5, s_close);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        T[] two = new T[4];
        T[] three = new T[6];
        Refused("keys", () => Loss.Clip<T>(2).Value(new() { Queries = two, Keys = three }));
        Refused("keys", () => Loss.InBatchInfoNce<T>(2, offset: 2).Value(new() { Queries = two, Keys = three }));
        Refused("queries", () => Loss.Clip<T>(4).Value(new() { Queries = three, Keys = three }));
        Refused("labels", () => Loss.Clip<T>(2).Value(new() { Queries = two, Keys = two, Labels = [1] }));
        Refused("labels", () => Loss.NPairs<T>(2).Value(new() { Queries = two, Keys = two }));
        Refused("labels", () => Loss.SigLip<T>(2).Value(new() { Queries = two, Keys = two, Labels = [1, 2] }));
        Refused("bias", () => Loss.Clip<T>(2).Value(new() { Queries = two, Keys = two, Bias = new T[1] }));
        Refused("scale", () => Loss.Clip<T>(2).Value(new() { Queries = two, Keys = two, Scale = new T[2] }));
        Refused("negatives", () => Loss.SigLip<T>(2).Value(new() { Queries = two, Keys = two, Negatives = two }));
        Refused("negatives", () => Loss.MultipleNegativesRanking<T>(2, allNegatives: false)
            .Value(new() { Queries = two, Keys = two, Negatives = three }));
        Refused("gradients.Keys", () => Loss.Clip<T>(2).ValueAndGradient(
            new() { Queries = two, Keys = new T[4] },
            new() { Queries = three.AsSpan(0, 4), Keys = three.AsSpan(0, 3) }));
        Refused("gradients.Scale", () => Loss.Clip<T>(2)
            .ValueAndGradient(new() { Queries = two, Keys = new T[4] }, new() { Scale = two.AsSpan(1, 1) }));
        Refused("offset", () => Loss.InBatchInfoNce<T>(2, symmetric: true, offset: 1));
        Refused("offset", () => Loss.SigLip<T>(2, offset: -1));
        Refused("keys", () => Loss.SigLip<T>(2, offset: 2).Value(new() { Queries = two, Keys = three }));
        Refused("weights", () => Loss.Clip<T>(2).Value(new() { Queries = two, Keys = two }, new T[3]));

        static void Refused(string name, Func<object> call) =>
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().Be(name);
    }

    private static Definition InfoNce(
        bool normalizes = true,
        bool symmetric = false,
        int offset = 0,
        bool ownNegatives = false,
        bool ownKeys = false) => new(symmetric, given =>
    {
        Number[][] queries = Rows(given.Queries);
        Number[][] keys = Rows(given.Keys);
        Number[][] negatives = Rows(given.Negatives);
        int n = queries.Length;
        return
        [
            .. Enumerable.Range(0, n).Select(row =>
            {
                int match = row + offset;
                Number toKeys = Number.LogSumExp(
                    keys.Where((_, key) => key == match
                        || !(ownKeys || (given.Labels.Length > 0 && given.Labels[key] == given.Labels[match])))
                        .Concat(negatives.Where((_, k) => !ownNegatives || k % n == row))
                        .Select(key => Score(queries[row], key)));
                if (!symmetric)
                {
                    return toKeys - Score(queries[row], keys[match]);
                }

                Number toQueries = Number.LogSumExp(
                    queries.Where((_, k) => k == row
                        || !(given.Labels.Length > 0 && given.Labels[k] == given.Labels[row]))
                        .Select(query => Score(query, keys[row])));
                return 0.5 * (toKeys + toQueries) - Score(queries[row], keys[row]);
            }),
        ];

        Number[][] Rows(Number[][] rows) => normalizes ? [.. rows.Select(Number.Normalized)] : rows;
        Number Score(Number[] query, Number[] key) => given.Scale * Number.Dot(query, key);
    });

    private static Definition SigLip(int offset) => new(false, given =>
    {
        Number[][] queries = [.. given.Queries.Select(Number.Normalized)];
        Number[][] keys = [.. given.Keys.Select(Number.Normalized)];
        return
        [
            .. queries.Select((query, row) => Number.Sum(keys.Select((key, other) =>
            {
                Number score = given.Scale * Number.Dot(query, key) + given.Bias;
                return Number.Softplus(other == row + offset ? -score : score);
            }))),
        ];
    });

    private static Definition NPairs(double l2, int offset = 0) => new(false, given =>
    [
        .. given.Queries.Select((query, row) =>
        {
            Number[] scores = [.. given.Keys.Select(key => Number.Dot(query, key))];
            int match = row + offset;
            Number[] near = [.. scores.Where((_, key) => given.Labels[key] == given.Labels[match])];
            Number penalty = l2 / 4 * (Number.Dot(query, query) + Number.Dot(given.Keys[match], given.Keys[match]));
            return Number.LogSumExp(scores) - Number.Sum(near) / near.Length + penalty;
        }),
    ]);

    private sealed record Definition(bool IsSymmetric, Func<Given, Number[]> Losses);

    private sealed record Given(
        Number[][] Queries, Number[][] Keys, Number[][] Negatives, Number Scale, Number Bias, int[] Labels);

    private sealed record Instance(Func<int, RetrievalLoss<T>> Loss, Definition Definition, double Scale = Scale)
    {
        public int MoreKeys { get; init; }

        public int Negatives { get; init; }

        public bool HasLabels { get; init; }

        public bool HasScale { get; init; } = true;

        public bool HasBias { get; init; }

        public bool Symmetric => Definition.IsSymmetric;
    }

    private sealed record Result(Cost Cost, double[] Losses, T[][] Gradients);

    private sealed class Batch
    {
        private readonly Instance _instance;
        private readonly int _dimension;
        private readonly int[] _labels;

        public Batch(Instance instance, int queries, int dimension, bool hasWeights)
        {
            Random random = new(queries + 100 * dimension);
            _instance = instance;
            _dimension = dimension;
            Loss = instance.Loss(dimension);
            int keys = queries + instance.MoreKeys;
            Inputs =
            [
                Numbers(queries * dimension),
                Numbers(keys * dimension),
                Numbers(queries * instance.Negatives * dimension),
                instance.HasScale ? [T.CreateTruncating(instance.Scale)] : [],
                instance.HasBias ? [T.CreateTruncating(Bias)] : [],
            ];
            _labels = instance.HasLabels ? [.. Enumerable.Range(0, keys).Select(_ => random.Next(1 + keys / 3))] : [];
            Weights = hasWeights ? [.. Enumerable.Range(0, queries).Select(k => T.CreateTruncating(k % 4 * 0.5))] : [];

            T[] Numbers(int count) =>
                [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(random.NextDouble() * 3 - 1.5))];
        }

        public RetrievalLoss<T> Loss { get; }

        public T[][] Inputs { get; }

        public T[] Weights { get; }

        public Result Run(RetrievalLoss<T> loss, Reduction reduction, Func<int, bool>? asks = null)
        {
            Retrieval<T> batch = new()
            {
                Queries = Inputs[0],
                Keys = Inputs[1],
                Negatives = Inputs[2],
                Scale = Inputs[3],
                Bias = Inputs[4],
                Labels = _labels,
            };
            T[][] gradients = [.. Inputs.Select((input, k) => asks is null || asks(k)
                ? [.. input.Select(_ => T.CreateTruncating(-77))]
                : Array.Empty<T>())];
            T[] losses = new T[loss.Losses(batch)];
            Cost cost = loss.PerExample(batch, losses, Weights);
            loss.Value(batch, Weights).Should().Be(cost);
            Cost ofGradient = loss.ValueAndGradient(
                batch,
                new()
                {
                    Queries = gradients[0],
                    Keys = gradients[1],
                    Negatives = gradients[2],
                    Scale = gradients[3],
                    Bias = gradients[4],
                },
                Weights,
                reduction);
            (ofGradient.Weight, ofGradient.Count).Should().Be((cost.Weight, cost.Count));
            if (double.IsFinite(cost.Sum))
            {
                ofGradient.Sum.Should().BeApproximately(cost.Sum, s_close * (1 + Math.Abs(cost.Sum)));
            }

            return new(cost, [.. losses.Select(Samples.ToDouble)], gradients);
        }

        public void ShouldFitDefinition(Reduction reduction)
        {
            Result run = Run(Loss, reduction);
            Number[][] all = [.. Inputs.Select(input => (Number[])[.. input.Select(x => (Number)Samples.ToDouble(x))])];
            Number[] losses = _instance.Definition.Losses(new(
                [.. all[0].Chunk(_dimension)],
                [.. all[1].Chunk(_dimension)],
                [.. all[2].Chunk(_dimension)],
                all[3].Length > 0 ? all[3][0] : _instance.Scale,
                all[4].Length > 0 ? all[4][0] : 0,
                _labels));
            double[] weights = [.. losses.Select((_, k) => Weights.Length == 0 ? 1 : Samples.ToDouble(Weights[k]))];
            Number sum = Number.Sum(losses.Select((loss, k) => weights[k] * loss));
            sum.Differentiate();
            run.Cost.Weight.Should().Be(weights.Sum());
            run.Cost.Sum.Should().BeApproximately(sum.Value, s_close * (1 + Math.Abs(sum.Value)));
            for (int k = 0; k < losses.Length; k++)
            {
                run.Losses[k].Should().BeApproximately(losses[k].Value, s_close * (1 + Math.Abs(losses[k].Value)));
            }

            double divisor = reduction == Reduction.Mean ? weights.Sum()
                : reduction == Reduction.MeanOverCount ? weights.Length
                : 1;
            for (int k = 0; k < all.Length && weights.Sum() > 0; k++)
            {
                double size = all[k].Select(x => x.Size).DefaultIfEmpty().Max();
                for (int i = 0; i < all[k].Length; i++)
                {
                    Samples.ToDouble(run.Gradients[k][i]).Should().BeApproximately(
                        all[k][i].Gradient / divisor, s_close * size / divisor, $"it is that of input {k} at {i}");
                }
            }
        }
    }
}
