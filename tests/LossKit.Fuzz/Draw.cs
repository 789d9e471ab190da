using System.Numerics;

namespace LossKit.Fuzz;

/// <summary>What numbers are for a loss, where it does not take any.</summary>
internal enum Meaning
{
    Score,
    Probability,
    Positive,
    LogProbability,
    Sign,
    Flag,
}

/// <summary>How extreme the numbers of a batch are.</summary>
internal enum Temper
{
    /// <summary>As a model has them, within what the loss takes.</summary>
    Plain,

    /// <summary>As a model has them, but for a few.</summary>
    Spoiled,

    /// <summary>Anything that a number can be.</summary>
    Wild,
}

/// <summary>Numbers and sizes at random.</summary>
internal sealed class Draw<T>(Random random, Temper temper) where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostStart = 17;
    private const int UsualLosses = 9;
    private const int LossesOfAllWidths = 70;
    private const int LossesOfSeveralSegments = 70_000;

    private static readonly double[] s_wild =
    [
        0, -0.0, 1, -1, 1e-30, -1e-30, 1e30, -1e30, 1e4, -1e4, 1e-8, 87, -104, 709, -746, 0.5,
        double.PositiveInfinity, double.NegativeInfinity, double.NaN,
        double.CreateTruncating(T.Epsilon), -double.CreateTruncating(T.Epsilon),
    ];

    public Random Random { get; } = random;

    public Temper Temper { get; } = temper;

    public bool Flip(int one = 2) => Random.Next(one) == 0;

    public TOption Any<TOption>(params ReadOnlySpan<TOption> options) => options[Random.Next(options.Length)];

    /// <summary>How many losses: none, few, or the rests of all registers' widths.</summary>
    public int Losses(int width = 1) => Random.Next(40) switch
    {
        0 => 0,
        1 when width == 1 && Flip(10) => LossesOfSeveralSegments + Random.Next(MostStart),
        < 25 => Random.Next(1, UsualLosses),
        _ => Random.Next(1, Math.Max(2, LossesOfAllWidths / width)),
    };

    public int[] Lengths(int count, int most = 6) => [.. Enumerable.Range(0, count).Select(_ => Random.Next(most + 1))];

    public Numbers<T> Numbers(string name, int[] owners, Meaning meaning = Meaning.Score, bool isPredicted = false)
    {
        int start = Random.Next(MostStart);
        T[] memory = new T[start + owners.Length + Random.Next(MostStart)];
        for (int i = 0; i < memory.Length; i++)
        {
            memory[i] = Number(meaning);
        }

        return new(name, owners, memory, start) { IsPredicted = isPredicted };
    }

    public Numbers<T> Predicted(string name, int[] owners, Meaning meaning = Meaning.Score) =>
        Numbers(name, owners, meaning, isPredicted: true);

    public Integers Integers(string name, int[] owners, int end, int least = 0) =>
        new(name, owners, [.. owners.Select(_ => Random.Next(least, end))]);

    /// <summary>1 or another number.</summary>
    public Integers Signs(string name, int[] owners, int other) =>
        new(name, owners, [.. owners.Select(_ => Any(1, other))]);

    public Mask Mask(string name, int[] owners)
    {
        int masked = Random.Next(4);
        return new(name, owners, [.. owners.Select(_ => masked == 0 || (masked < 3 && !Flip(4)))]);
    }

    /// <summary>Labels, some of which may be the one that is ignored.</summary>
    public Integers Labels(string name, int count, int classes, int? ignored)
    {
        Integers labels = Integers(name, Owners.Each(count), classes);
        if (ignored is { } index && Flip(3))
        {
            for (int i = 0; i < count; i++)
            {
                labels.Values[i] = Flip(4) ? index : labels.Values[i];
            }
        }

        return labels;
    }

    /// <summary>The batch with a mask, if there is one, under which the entries of all inputs are hidden.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="name">What the mask is called.</param>
    /// <param name="owners">What it has an entry for; each loss, if nothing is said.</param>
    public FuzzBatch<T> Masked(FuzzBatch<T> batch, string name, int[]? owners = null)
    {
        if (Flip())
        {
            return batch;
        }

        Mask mask = Mask(name, owners ?? Owners.Each(batch.Losses));
        return batch with { Inputs = [.. batch.Inputs.Select(Hide), mask] };

        Input Hide(Input input)
        {
            int width = mask.Length == 0 ? 0 : input.Length / mask.Length;
            return input is Numbers<T> && width > 0 && input.Length == width * mask.Length
                ? input with { Hidden = [.. Enumerable.Range(0, input.Length).Select(i => !mask.Values[i / width])] }
                : input;
        }
    }

    /// <summary>Weights of a batch, or none.</summary>
    public T[] Weights(int losses) => Random.Next(6) switch
    {
        0 => [],
        1 => new T[losses],
        2 when Temper == Temper.Wild => Each(losses, () => Any<double>(s_wild)),
        3 => Each(losses, Weight, Any(1e-30, 1e-8, 1e8, 1e30)),
        _ => Each(losses, Weight),
    };

    private double Weight() => Flip(4) ? 0 : 0.25 * Random.Next(1, 9);

    private static T[] Each(int count, Func<double> next, double size = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(size * next()))];

    private T Number(Meaning meaning) => T.CreateTruncating(
        Temper == Temper.Wild || (Temper == Temper.Spoiled && Flip(12)) ? Any<double>(s_wild) : Usual(meaning));

    private double Usual(Meaning meaning) => meaning switch
    {
        Meaning.Probability => 0.05 + 0.9 * Random.NextDouble(),
        Meaning.Positive => 0.25 + 2 * Random.NextDouble(),
        Meaning.LogProbability => -0.1 - 2 * Random.NextDouble(),
        Meaning.Sign => Flip() ? -1 : 1,
        Meaning.Flag => Flip() ? 0 : 1,
        _ => 4 * Random.NextDouble() - 2,
    };
}
