using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleMatrixProductTests : MatrixProductTests<float>;

public sealed class DoubleMatrixProductTests : MatrixProductTests<double>;

/// <summary>Products of matrices against sums in double, and transposition.</summary>
/// <remarks>Small whole numbers: their sums are exact in either precision and in any order.</remarks>
[Trait("Category", "Kernels")]
public abstract class MatrixProductTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly int[] s_sides = [1, 2, 3, 4, 5, 7, 12, 13, 23, 24, 25, 47, 48, 49, 70, 95, 97];
    private static readonly int[] s_depths = [1, 2, 7, 127, 128, 129, 300];
    private static readonly int[] s_widths = [1, 2, 3, 4, 5, 7, 8, 31];
    private static readonly int[] s_counts = [1, 2, 3, 4, 5, 9, 16];

    public static TheoryData<int> Depths => [.. s_depths];

    [Theory, MemberData(nameof(Depths))]
    public void All_rows_with_all_other_rows(int depth)
    {
        foreach ((int rows, int columns) in Shapes(depth))
        {
            double[] left = Whole(rows * depth, 1);
            double[] right = Whole(columns * depth, 2);
            Compare(rows, columns, (i, j) => Products(Row(left, i), Row(right, j)), result =>
                MatrixProduct<T>.RowsByRows<Dot>(Numbers(left), Numbers(right), depth, result));
            Compare(rows, columns, (i, j) => SquaresOfDifferences(Row(left, i), Row(right, j)), result =>
                MatrixProduct<T>.RowsByRows<SquaredDistance>(Numbers(left), Numbers(right), depth, result));
        }

        ReadOnlySpan<double> Row(double[] matrix, int row) => matrix.AsSpan(row * depth, depth);
    }

    [Theory, MemberData(nameof(Depths))]
    public void All_rows_with_each_other(int depth)
    {
        foreach (int rows in s_sides)
        {
            double[] numbers = Whole(rows * depth, 3);
            T[] converted = Numbers(numbers);
            Compare(rows, rows, (i, j) => Products(Row(numbers, i), Row(numbers, j)), result =>
                MatrixProduct<T>.RowsByRows<Dot>(converted, converted, depth, result));
            Compare(rows, rows, (i, j) => SquaresOfDifferences(Row(numbers, i), Row(numbers, j)), result =>
                MatrixProduct<T>.RowsByRows<SquaredDistance>(converted, converted, depth, result));
        }

        ReadOnlySpan<double> Row(double[] matrix, int row) => matrix.AsSpan(row * depth, depth);
    }

    [Theory, MemberData(nameof(Depths))]
    public void Products_of_a_matrix_and_of_its_transpose(int depth)
    {
        foreach ((int rows, int columns) in Shapes(depth))
        {
            double[] left = Whole(rows * depth, 4);
            double[] right = Whole(depth * columns, 5);
            double[] turned = Turned(right, columns);
            Compare(rows, columns, Product, result => MatrixProduct<T>.MultiplyAdd(
                new(Numbers(left), rows, depth), Numbers(right), columns, result), adds: true);
            Compare(
                rows,
                columns,
                Product,
                result => MatrixProduct<T>.MultiplyAdd(
                    new Matrix<T>(Numbers(Turned(left, depth)), depth, rows).Transposed,
                    Numbers(right),
                    columns,
                    result),
                adds: true);

            double Product(int i, int j) => Products(left.AsSpan(i * depth, depth), turned.AsSpan(j * depth, depth));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(260)]
    public void Rows_are_pulled_from_each_other(int count)
    {
        foreach (int dimension in s_sides.Where(side => count < 100 || side % 3 == count % 3))
        {
            double[] forces = Whole(count * count, 6);
            double[] rows = Whole(count * dimension, 7);
            double[] columns = Turned(rows, dimension);
            T[] numbers = Numbers(rows);
            Compare(count, dimension, Pulled, result => MatrixProduct<T>.Pull(
                new(Numbers(forces), count, count), numbers, numbers, dimension, result), adds: true);

            double Pulled(int i, int j) => ProductsWithDifferences(
                forces.AsSpan(i * count, count), columns[j * count + i], columns.AsSpan(j * count, count));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    public void Threads_change_no_bit(int degree)
    {
        const int Rows = 530;
        const int Others = 371;
        const int Dimension = 150;
        T[] left = Anywhere(Rows * Dimension);
        T[] right = Anywhere(Others * Dimension);
        T[] forces = Anywhere(Rows * Others);
        ShouldBeSame(Rows * Rows, (result, threads) =>
            MatrixProduct<T>.RowsByRows<Dot>(left, left, Dimension, result, threads));
        ShouldBeSame(Rows * Others, (result, threads) =>
            MatrixProduct<T>.RowsByRows<SquaredDistance>(left, right, Dimension, result, threads));
        ShouldBeSame(Rows * Dimension, (result, threads) =>
            MatrixProduct<T>.MultiplyAdd(new(forces, Rows, Others), right, Dimension, result, threads));
        ShouldBeSame(Others * Dimension, (result, threads) => MatrixProduct<T>.Pull(
            new Matrix<T>(forces, Rows, Others).Transposed, right, left, Dimension, result, threads));

        void ShouldBeSame(int length, WriteOn write)
        {
            T[] expected = new T[length];
            T[] actual = new T[length];
            write(expected, 1);
            write(actual, degree);
            actual.AsSpan().SequenceEqual(expected).Should().BeTrue();
            expected.AsSpan().IndexOfAnyExcept(T.Zero).Should().Be(0);
        }
    }

    [Fact]
    public async Task Collections_that_move_the_batch_meanwhile_change_nothing()
    {
        // As large as arrays can be that are moved.
        int side = typeof(T) == typeof(float) ? 140 : 100;
        T[] numbers = Anywhere(side * side);
        T[] expected = new T[side * side];
        MatrixProduct<T>.MultiplyAdd(new(numbers, side, side), numbers, side, expected);
        using CancellationTokenSource stop = new();
        Task collecting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(1, GCCollectionMode.Forced, blocking: true, compacting: true);
                Thread.Sleep(1);
            }
        });
        for (int k = 0; k < 40; k++)
        {
            // What lies before them is gone at the next collection.
            _ = new T[1 + k * 37 % 5_000];
            T[] left = [.. numbers];
            T[] right = [.. numbers];
            T[] result = new T[side * side];
            MatrixProduct<T>.MultiplyAdd(new(left, side, side), right, side, result, degree: 4);
            result.AsSpan().SequenceEqual(expected).Should().BeTrue();
        }

        await stop.CancelAsync();
        await collecting;
    }

    [Fact]
    public void Distances_are_exactly_symmetric_and_zero_between_equal_rows()
    {
        foreach (int count in s_sides)
        {
            foreach (int dimension in s_depths)
            {
                T[] rows = Anywhere(count * dimension);
                rows.AsSpan(0, dimension).CopyTo(rows.AsSpan((count - 1) * dimension));
                T[] distances = new T[count * count];
                MatrixProduct<T>.RowsByRows<SquaredDistance>(rows, rows, dimension, distances);
                distances[count - 1].Should().Be(T.Zero);
                for (int i = 0; i < count; i++)
                {
                    distances[i * count + i].Should().Be(T.Zero);
                    for (int j = 0; j < i; j++)
                    {
                        (distances[i * count + j] == distances[j * count + i]).Should().BeTrue();
                    }
                }
            }
        }
    }

    [Fact]
    public void Distances_of_rows_far_from_zero_do_not_cancel()
    {
        const int Dimension = 300;
        T[] rows = [.. Anywhere(5 * Dimension).Select(x => x + T.CreateTruncating(1000))];
        double[] exact = EmbeddingSamples.To<T, double>(rows);
        T[] distances = new T[25];
        MatrixProduct<T>.RowsByRows<SquaredDistance>(rows, rows, Dimension, distances);
        for (int i = 0; i < 25; i++)
        {
            double expected = SquaresOfDifferences(
                exact.AsSpan(i / 5 * Dimension, Dimension), exact.AsSpan(i % 5 * Dimension, Dimension));
            Samples.ToDouble(distances[i]).Should().BeApproximately(expected, Samples.Close<T>() * expected);
        }
    }

    [Fact]
    public void Rows_become_columns_and_rows_again()
    {
        foreach (int width in s_widths)
        {
            foreach (int count in s_counts)
            {
                const int Pitch = 33;
                const int Stride = 19;
                int[] rows = [.. Enumerable.Range(0, 20)];
                new Random(width + count).Shuffle(rows);
                rows = rows[..count];
                T[] matrix = Anywhere(20 * Pitch);
                T[] columns = new T[width * Stride];
                Transposition<T>.ToColumns(matrix, Pitch, width, rows, columns, Stride);
                T[] expected = new T[columns.Length];
                T[] kept = new T[matrix.Length];
                for (int i = 0; i < width * count; i++)
                {
                    (int column, int k) = (i / count, i % count);
                    T number = matrix[rows[k] * Pitch + column];
                    expected[column * Stride + k] = number;
                    kept[rows[k] * Pitch + column] = number;
                }

                columns.Should().Equal(expected);
                T[] back = new T[matrix.Length];
                Transposition<T>.ToRows(columns, Stride, back, Pitch, width, rows);
                back.Should().Equal(kept);
            }
        }
    }

    /// <summary>Each number of rows with two numbers of columns, the same or another.</summary>
    private static IEnumerable<(int Rows, int Columns)> Shapes(int depth) =>
        from i in Enumerable.Range(0, s_sides.Length)
        from step in Enumerable.Range(0, 2)
        where i % 3 != depth % 3
        select (s_sides[i], s_sides[(i + (7 + depth) * step) % s_sides.Length]);

    private static void Compare(
        int rows, int columns, Func<int, int, double> expected, WriteTo write, bool adds = false)
    {
        // What is not written stays NaN; what is written behind ends the process.
        using GuardedMemory<T> result = new([.. Enumerable.Repeat(adds ? T.Zero : T.NaN, rows * columns)]);
        write(result.Span);
        for (int i = 0; i < rows * columns; i++)
        {
            double actual = Samples.ToDouble(result.Span[i]);
            double number = expected(i / columns, i % columns);
            if (actual != number)
            {
                Assert.Fail($"At {i / columns}, {i % columns} of {rows} × {columns} is {actual}, not {number}.");
            }
        }
    }

    private delegate void WriteTo(Span<T> result);

    private delegate void WriteOn(Span<T> result, int degree);

    private static double[] Whole(int count, int seed)
    {
        Random random = new(seed + count);
        return [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(-8, 8))];
    }

    private static T[] Anywhere(int count)
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
    }

    private static T[] Numbers(double[] numbers) => EmbeddingSamples.To<double, T>(numbers);

    /// <summary>The transpose of a matrix of <paramref name="columns"/> columns.</summary>
    private static double[] Turned(double[] matrix, int columns)
    {
        int rows = matrix.Length / columns;
        return [.. Enumerable.Range(0, matrix.Length).Select(i => matrix[i % rows * columns + i / rows])];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Products(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int k = 0; k < left.Length; k++)
        {
            sum += left[k] * right[k];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SquaresOfDifferences(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int k = 0; k < left.Length; k++)
        {
            sum += (left[k] - right[k]) * (left[k] - right[k]);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double ProductsWithDifferences(
        ReadOnlySpan<double> forces, double own, ReadOnlySpan<double> others)
    {
        double sum = 0;
        for (int k = 0; k < forces.Length; k++)
        {
            sum += forces[k] * (own - others[k]);
        }

        return sum;
    }
}
