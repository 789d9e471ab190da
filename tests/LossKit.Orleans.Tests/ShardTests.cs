using System.Collections.Concurrent;
using LossKit.Orleans.Internals;

namespace LossKit.Orleans.Tests;

/// <summary>What a cluster makes of shards that are slow, wrong, too many at a time, or asked for again.</summary>
public sealed class ShardTests : IClassFixture<TestCluster>
{
    private const int Shards = 12;

    private static readonly double[] s_parameters = LogisticShards<double>.Parameters();

    private readonly TestCluster _cluster;
    private readonly double[] _gradient = new double[s_parameters.Length];

    public ShardTests(TestCluster cluster)
    {
        _cluster = cluster;
        Probe.Reset();
    }

    /// <summary>Ways to be wrong, and what the error says of them.</summary>
    public static TheoryData<string, Action, string> Poisons => new()
    {
        {
            "a gradient with a NaN",
            () => Probe.After = At5((_, g) => g[3] = double.NaN),
            "entry 3 of the gradient is NaN*"
        },
        {
            "an infinite gradient",
            () => Probe.After = At5((_, g) => g[0] = double.NegativeInfinity),
            "entry 0 of the gradient is -Infinity*"
        },
        {
            "a cost that is NaN",
            () => Probe.Instead = shard => shard == 5 ? new Cost(double.NaN, 2, 1) : null,
            "the cost is a sum of NaN by a weight of 2"
        },
        {
            "an exception",
            () => Probe.Before = (shard, _, _) => { if (shard == 5) { throw new FormatException("row 7 is torn"); } },
            "the objective has thrown FormatException: row 7 is torn"
        },
        {
            "features of another length",
            () => Probe.Before = (shard, _, _) =>
            {
                if (shard == 5)
                {
                    Loss.SquaredError<double>().Value([1, 2], [1]);
                }
            },
            "the objective has thrown ArgumentException: *targets*"
        },
    };

    [Theory, MemberData(nameof(Poisons))]
    public async Task A_poisoned_shard_names_itself_and_is_not_asked_again(string what, Action poison, string reason)
    {
        poison();
        ShardedObjective<double>[] objectives =
            [Objective(new() { FanOut = 2 }), ShardedObjective.Local(new Probe(), Shards)];
        foreach (ShardedObjective<double> objective in objectives)
        {
            Probe.Calls.Clear();
            objective.Step = 42;
            ShardException error = (await Evaluating(objective).Should().ThrowAsync<ShardException>(what)).Which;
            (error.Shard, error.Step, error.Attempts.Count).Should().Be((5, 42, 0));
            error.Silo.Should().NotBeEmpty();
            error.Reason.Should().Match(reason);
            error.Message.Should().Be($"Shard 5 at step 42 on {error.Silo}: {error.Reason}");
            Probe.Calls[5].Should().Be(1);
        }
    }

    [Fact]
    public async Task A_shard_that_has_failed_may_be_mended()
    {
        Probe.Before = (shard, call, _) => { if (shard == 5 && call == 1) { throw new FormatException(); } };
        ShardedObjective<double> objective = Objective(new());
        await Evaluating(objective).Should().ThrowAsync<ShardException>();
        objective.Step--;
        await Evaluating(objective)();
        Probe.Calls[5].Should().Be(2);
    }

    [Fact]
    public async Task An_objective_that_nobody_has_registered_is_named_with_those_that_there_are()
    {
        Func<Task> evaluating = () => _cluster.Client.Objective<float>("probe", 1)
            .ValueAndGradientAsync(new float[1], new float[1]);
        (await evaluating.Should().ThrowAsync<ShardException>()).Which.Reason.Should().Be(
            "there is no IShardObjective<Single> 'probe' in this silo, which has 'logistic' (IShardObjective<Double>), "
            + "'logistic' (IShardObjective<Single>), 'probe' (IShardObjective<Double>), "
            + "'rows' (IShardViews<Double>), 'rows' (IShardViews<Single>)");
    }

    [Fact]
    public async Task A_step_that_is_repeated_is_not_computed_again()
    {
        ShardingOptions options = new() { Run = "repeated" };
        Cost first = await Objective(options).ValueAndGradientAsync(s_parameters, _gradient);
        double[] gradient = new double[_gradient.Length];

        // By another client, which begins anew, as after its own end.
        List<ShardProgress> progress = [];
        Cost again = await Objective(options).ValueAndGradientAsync(s_parameters, gradient, progress: Into(progress));
        Bits.Of(again, gradient).Should().Equal(Bits.Of(first, _gradient));
        Probe.Calls.Should().HaveCount(Shards).And.OnlyContain(calls => calls.Value == 1);
        progress.Select(news => news.Event).Should().Contain(ShardEvent.Kept);

        // The same step at other parameters is another one.
        await Objective(options).ValueAndGradientAsync(LogisticShards<double>.Parameters(1), gradient);
        Probe.Calls.Should().OnlyContain(calls => calls.Value == 2);
    }

    [Fact]
    public async Task A_request_that_is_lost_finds_the_shard_that_it_has_begun()
    {
        Probe.Before = (shard, _, _) => { if (shard == 3) { Thread.Sleep(900); } };
        ShardingOptions options = new() { Timeout = TimeSpan.FromSeconds(0.3), RetryDelay = TimeSpan.FromSeconds(0.2) };
        ConcurrentQueue<ShardProgress> progress = [];
        Cost cost = await Objective(options)
            .ValueAndGradientAsync(s_parameters, _gradient, progress: Into(progress));
        await IsThatOfOneProcess(cost);
        Probe.Calls[3].Should().Be(1);
        progress.Should().Contain(news => news.Event == ShardEvent.Retried && news.Shard == 3);
    }

    [Fact]
    public async Task Attempts_are_bounded_and_told()
    {
        using ManualResetEventSlim gate = new();
        Probe.Before = (shard, _, token) => { if (shard == 3) { gate.Wait(token); } };
        ShardingOptions options = new()
        {
            Attempts = 3,
            Timeout = TimeSpan.FromSeconds(0.1),
            RetryDelay = TimeSpan.FromSeconds(0.01),
        };
        ShardException error =
            (await Evaluating(Objective(options)).Should().ThrowAsync<ShardException>()).Which;
        (error.Shard, error.Reason).Should().Be((3, "no answer after 3 attempts"));
        error.Attempts.Select(attempt => attempt.Number).Should().Equal(1, 2, 3);
        error.Attempts.Should().OnlyContain(
            attempt => attempt.FirstShard == 3 && attempt.Shards == 1 && attempt.Error.StartsWith("TimeoutException"));
        error.Message.Should().Contain("attempt 3 at 1 shard(s) from 3 on, after 0.");
    }

    [Theory]
    [InlineData(1, 64, 1)]
    [InlineData(3, 64, 1)]
    [InlineData(4, 2, 2)]
    public async Task No_more_shards_are_in_flight_than_allowed(int inFlight, int fanOut, int shardsPerBlock)
    {
        Probe.Before = (_, _, _) => Thread.Sleep(20);
        ShardingOptions options = new() { InFlight = inFlight, FanOut = fanOut, ShardsPerBlock = shardsPerBlock };
        await IsThatOfOneProcess(await Objective(options).ValueAndGradientAsync(s_parameters, _gradient));
        Probe.MostRunning.Should().BeInRange(Math.Min(2, inFlight), inFlight);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(2)]
    public async Task Cancellation_reaches_the_shards(int fanOut)
    {
        using CountdownEvent begun = new(4);
        ConcurrentBag<int> stopped = [];
        Probe.Before = (shard, _, token) =>
        {
            begun.Signal();
            token.WaitHandle.WaitOne();
            stopped.Add(shard);
            token.ThrowIfCancellationRequested();
        };
        using CancellationTokenSource source = new();
        Task<Cost> evaluation = Objective(new() { FanOut = fanOut, InFlight = 4 })
            .ValueAndGradientAsync(s_parameters, _gradient, cancellationToken: source.Token);
        begun.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();
        await source.CancelAsync();
        Func<Task> waiting = () => evaluation;
        await waiting.Should().ThrowAsync<OperationCanceledException>();
        for (int i = 0; i < 200 && stopped.Count < 4; i++)
        {
            await Task.Delay(50);
        }

        stopped.Should().HaveCount(4);
    }

    [Fact]
    public async Task Slow_shards_are_reported_while_they_are_slow()
    {
        using ManualResetEventSlim reported = new();
        Probe.Before = (shard, _, token) =>
        {
            if (shard == 7)
            {
                reported.Wait(TimeSpan.FromSeconds(30), token).Should().BeTrue();
            }
        };
        ConcurrentQueue<ShardProgress> progress = [];
        Cost cost = await Objective(new()).ValueAndGradientAsync(
            s_parameters,
            _gradient,
            progress: new Listener(news =>
            {
                progress.Enqueue(news);
                if (news.Event == ShardEvent.Slow)
                {
                    reported.Set();
                }
            }));
        await IsThatOfOneProcess(cost);
        ShardProgress slow = progress.Single(news => news.Event == ShardEvent.Slow && news.Shard == 7);
        (slow.Shard, slow.Shards, slow.Done).Should().Be((7, Shards, Shards - 1));
        slow.Silo.Should().NotBeEmpty();
        slow.ToString().Should()
            .Match("step 0, 11 of 12 shards: 7 Slow on * after * s: the median of the others is * s");
        progress.Where(news => news.Event == ShardEvent.Done).Select(news => news.Shard).Should()
            .BeEquivalentTo(Enumerable.Range(0, Shards));
        progress.Where(news => news.Event == ShardEvent.Done).Select(news => news.Done).Should()
            .Equal(Enumerable.Range(1, Shards));
    }

    [Fact]
    public async Task What_rounding_loses_is_kept()
    {
        // In the entries that vectors add, and in the last one, which is left over.
        double[] large = [1e16, 1, -1e16, 1];
        Probe.After = (shard, gradient) => gradient[0] = gradient[^1] = shard < 4 ? large[shard] : 0;
        foreach (ShardedObjective<double> objective in new[]
        {
            Objective(new() { FanOut = 2 }), ShardedObjective.Local(new Probe(), Shards),
        })
        {
            await objective.ValueAndGradientAsync(s_parameters, _gradient, Reduction.Sum);
            (_gradient[0], _gradient[^1]).Should().Be((2, 2));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Shards_are_spread_evenly_and_blocks_stay_together(int shardsPerBlock)
    {
        ConcurrentDictionary<int, string> silos = [];
        await Objective(new() { ShardsPerBlock = shardsPerBlock }).ValueAndGradientAsync(
            s_parameters, _gradient, progress: new Listener(news => silos.TryAdd(news.Shard, news.Silo)));
        silos.Where(entry => entry.Value.Length > 0).GroupBy(entry => entry.Key / shardsPerBlock).Should()
            .OnlyContain(block => block.DistinctBy(entry => entry.Value).Count() == 1);
        silos.Values.Where(silo => silo.Length > 0).GroupBy(silo => silo).Should().HaveCount(3)
            .And.OnlyContain(shards => shards.Count() <= Shards / 3);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Making(new() { FanOut = 3 }).Should().Throw<ArgumentException>()
            .WithMessage("'FanOut' is 3: must be a power of two of at least 2.*");
        Making(new() { ShardsPerBlock = 0 }).Should().Throw<ArgumentException>()
            .WithMessage("'ShardsPerBlock' is 0: *");
        Making(new() { Attempts = 0 }).Should().Throw<ArgumentException>().WithMessage("'Attempts' is 0: *");
        Making(new() { InFlight = 0 }).Should().Throw<ArgumentException>().WithMessage("'InFlight' is 0: *");
        Making(new() { SlowFactor = 1 }).Should().Throw<ArgumentException>().WithMessage("'SlowFactor' is 1: *");
        Making(new() { Run = "a/b" }).Should().Throw<ArgumentException>().WithMessage("'Run' is a/b: *");
        Making(new() { Timeout = TimeSpan.FromDays(2) }).Should().Throw<ArgumentException>().WithMessage("'Timeout' *");

        Action Making(ShardingOptions options) => () => Objective(options);
    }

    [Fact]
    public async Task A_gradient_of_another_length_is_refused_before_anything_is_asked()
    {
        Func<Task> evaluating = () => Objective(new()).ValueAndGradientAsync(s_parameters, new double[3]);
        await evaluating.Should().ThrowAsync<ArgumentException>()
            .WithMessage("'gradient' has 3 entries: must be 37, as 'parameters' has.*");
        Probe.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task Parts_add_up_to_the_same_bits_in_any_order_of_arrival()
    {
        Random random = new(3);
        foreach (int count in new[] { 1, 2, 3, 7, 8, 21 })
        {
            string[] words = [.. Enumerable.Range(0, count).Select(i => $"{i}")];
            HashSet<string> totals = [];
            for (int repeat = 0; repeat < 20; repeat++)
            {
                TreeSum<string> sum = new(count, (left, right) => $"({left} {right})");
                int[] order = [.. Enumerable.Range(0, count)];
                random.Shuffle(order);
                await Task.WhenAll(order.Select(i => Task.Run(() => sum.Add(i, words[i]))));
                totals.Add(sum.Total!);
            }

            totals.Should().ContainSingle();
        }
    }

    private static Action<int, double[]> At5(Action<int, double[]> poison) =>
        (shard, gradient) =>
        {
            if (shard == 5)
            {
                poison(shard, gradient);
            }
        };

    private static Listener Into(List<ShardProgress> list) => new(list.Add);

    private static Listener Into(ConcurrentQueue<ShardProgress> queue) => new(queue.Enqueue);

    private ShardedObjective<double> Objective(ShardingOptions options) =>
        _cluster.Client.Objective<double>("probe", Shards, options);

    private Func<Task> Evaluating(ShardedObjective<double> objective) =>
        () => objective.ValueAndGradientAsync(s_parameters, _gradient);

    private async Task IsThatOfOneProcess(Cost cost)
    {
        double[] gradient = new double[_gradient.Length];
        Cost same = await ShardedObjective.Local(new LogisticShards<double>(), Shards)
            .ValueAndGradientAsync(s_parameters, gradient);
        Bits.Of(cost, _gradient).Should().Equal(Bits.Of(same, gradient));
    }
}
