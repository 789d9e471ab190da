using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>What a batch of rows should give, by the definitions.</summary>
internal sealed class RowExpectation
{
    private readonly int _columns;

    private RowExpectation(int columns, double scale, RowResult[] rows, double[] weights, double weight)
    {
        _columns = columns;
        Scale = scale;
        Rows = rows;
        Weights = weights;
        Weight = weight;
        Sum = RowReferences.Sum(rows.Select((result, row) => weights[row] * result.Loss));
        Size = Enumerable.Range(0, rows.Length).Sum(row => weights[row] * (1 + Math.Abs(rows[row].Loss)));
    }

    public RowResult[] Rows { get; }

    public double Sum { get; }

    public double Weight { get; }

    /// <summary>What rounding errors of the sum are relative to.</summary>
    private double Size { get; }

    private double Scale { get; }

    private double[] Weights { get; }

    public static RowExpectation Of<T>(RowLossInstance instance, RowData<T> data, bool isWeighted, Reduction reduction)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RowResult[] rows = [.. Enumerable.Range(0, data.Rows).Select(row => instance.Reference(
            Doubles(data.Cells(data.Predictions, row)),
            data.Labels[row],
            Doubles(data.Cells(data.Probabilities, row))))];
        double[] weights = isWeighted ? Doubles(data.Weights) : [.. rows.Select(_ => 1.0)];
        double weight = weights.Select((weight, row) =>
            weight * (instance.Divisor?.Invoke(data.Labels[row], data.Columns)
                ?? RowReferences.WeightOf(data.Labels[row], instance.WeighsMean))).Sum();
        return new(data.Columns, reduction == Reduction.Mean ? 1 / weight : 1, rows, weights, weight);
    }

    public void ShouldBe<T>(Cost cost) where T : unmanaged, IFloatingPointIeee754<T>
    {
        cost.Count.Should().Be(Rows.Length);
        cost.Weight.Should().BeApproximately(Weight, Samples.Close<T>() * Weight);
        cost.Sum.Should().BeApproximately(Sum, Samples.Close<T>() * Size);
    }

    public void ShouldBeLosses<T>(ReadOnlySpan<T> losses, string where) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < losses.Length; row++)
        {
            ShouldBeClose(losses[row], Rows[row].Loss, 1, where, "loss", row, 0);
        }
    }

    public void ShouldBeGradient<T>(ReadOnlySpan<T> gradient, string where)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        ShouldBeDerivatives(gradient, result => result.Gradient, where, "gradient");

    public void ShouldBeHessian<T>(ReadOnlySpan<T> hessian, string where)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        ShouldBeDerivatives(hessian, result => result.Hessian, where, "Hessian");

    private static double[] Doubles<T>(T[] numbers) where T : INumberBase<T> =>
        [.. numbers.Select(double.CreateTruncating)];

    private void ShouldBeDerivatives<T>(
        ReadOnlySpan<T> actual, Func<RowResult, double[]> derivatives, string where, string what)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < Rows.Length; row++)
        {
            double[] expected = derivatives(Rows[row]);
            for (int c = 0; c < _columns; c++)
            {
                ShouldBeClose(
                    actual[row * _columns + c], expected[c], Weights[row] * Scale, where, what, row, c);
            }
        }
    }

    /// <summary>Within a few units in the last place of the number, or of 1.</summary>
    private static void ShouldBeClose<T>(
        T actual, double unscaled, double factor, string where, string what, int row, int column)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double expected = factor * unscaled;
        double tolerance = Samples.Close<T>() * factor * (1 + Math.Abs(unscaled));
        double given = double.CreateTruncating(actual);
        if (!(Math.Abs(given - expected) <= tolerance))
        {
            given.Should().BeApproximately(expected, tolerance, $"{what} of row {row}, column {column}, {where}");
        }
    }
}
