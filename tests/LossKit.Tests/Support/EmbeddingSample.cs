using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>A batch for a loss of embeddings.</summary>
/// <param name="Dimension">How many numbers a row has.</param>
/// <param name="Inputs">The embeddings, each rows × dimension.</param>
/// <param name="Labels">One a row; losses without labels ignore them.</param>
/// <param name="Weights">One a loss or anchor, or none.</param>
internal sealed record EmbeddingSample<T>(int Dimension, T[][] Inputs, int[] Labels, T[] Weights)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Rows => Labels.Length;

    public EmbeddingSample<TOther> To<TOther>() where TOther : unmanaged, IFloatingPointIeee754<TOther> => new(
        Dimension,
        [.. Inputs.Select(EmbeddingSamples.To<T, TOther>)],
        Labels,
        EmbeddingSamples.To<T, TOther>(Weights));

    /// <summary>The same with every number of the inputs changed.</summary>
    public EmbeddingSample<T> Map(Func<T, T> change) =>
        this with { Inputs = [.. Inputs.Select(input => (T[])[.. input.Select(change)])] };

    /// <summary>The same with a number of one input replaced.</summary>
    public EmbeddingSample<T> With(int input, int index, T number)
    {
        EmbeddingSample<T> copy = Map(x => x);
        copy.Inputs[input][index] = number;
        return copy;
    }
}

/// <summary>Seeded batches of embeddings.</summary>
internal static class EmbeddingSamples
{
    /// <summary>The step between the numbers of a batch on a grid.</summary>
    private const double Step = 1.0 / 16;

    /// <summary>
    /// Numbers on a grid so coarse that squared distances are exact in either precision, whatever the order of sums:
    /// equal distances are then equal for everybody, and which of them is less does not depend on rounding.
    /// </summary>
    public static EmbeddingSample<T> OnGrid<T>(IEmbeddingLoss loss, int rows, int dimension, int seed = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Random<T>(loss, rows, dimension, seed, random => random.Next(-32, 33) * Step);

    /// <summary>Numbers without ties.</summary>
    public static EmbeddingSample<T> Anywhere<T>(IEmbeddingLoss loss, int rows, int dimension, int seed = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Random<T>(loss, rows, dimension, seed, random => random.NextDouble() * 3 - 1.5);

    public static TOther[] To<T, TOther>(T[] numbers)
        where T : INumberBase<T>
        where TOther : INumberBase<TOther> => [.. numbers.Select(TOther.CreateTruncating)];

    private static EmbeddingSample<T> Random<T>(
        IEmbeddingLoss loss, int rows, int dimension, int seed, Func<Random, double> number)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(1000 * seed + rows);
        double[][] inputs =
            [.. Enumerable.Range(0, loss.InputNames.Length).Select(_ => Numbers(rows * dimension, number))];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => loss.Label(random, rows))];
        double[] weights = Numbers(loss.Weights(rows), _ => random.Next(4) == 0 ? 0 : random.Next(1, 9) * 0.25);
        return new EmbeddingSample<double>(dimension, inputs, labels, weights).To<T>();

        double[] Numbers(int count, Func<Random, double> next) =>
            [.. Enumerable.Range(0, count).Select(_ => next(random))];
    }
}
