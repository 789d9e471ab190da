using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.MathNet.Storage;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>
/// The checks that a loss cannot make, because it sees spans: all before anything is written. Absent arguments pass:
/// where they are due, the next step says so.
/// </summary>
internal static class Shapes
{
    public static void Weights<T>(Vector<T> predictions, Vector<T>? weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // The loss would take an empty span for no weights at all.
        if (weights?.Count == 0 && predictions?.Count > 0)
        {
            ThrowCount(nameof(weights), 0, predictions.Count, "entries");
        }
    }

    public static void Same<T>(
        Matrix<T> predictions, Matrix<T>? other, [CallerArgumentExpression(nameof(other))] string name = "")
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (predictions is null || other is null)
        {
            return;
        }

        if ((other.RowCount, other.ColumnCount) != (predictions.RowCount, predictions.ColumnCount))
        {
            throw new ArgumentException(
                $"'{name}' is {other.RowCount}×{other.ColumnCount}, but 'predictions' is "
                + $"{predictions.RowCount}×{predictions.ColumnCount}: they must be of the same shape.",
                name);
        }
    }

    public static void OnePerRow<T>(
        Matrix<T> predictions, Vector<T>? other, [CallerArgumentExpression(nameof(other))] string name = "")
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (other is not null)
        {
            OnePerRow(predictions, other.Count, name);
        }
    }

    public static void OnePerRow<T>(Matrix<T> predictions, int count, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (predictions is not null && count != predictions.RowCount)
        {
            ThrowCount(name, count, predictions.RowCount, "rows");
        }
    }

    /// <summary>Two results cannot be written to one place.</summary>
    public static void Distinct<T>(Matrix<T> gradient, Matrix<T> hessian)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (gradient is not null && hessian is not null && AreSame(gradient, hessian))
        {
            ThrowNotDistinct();
        }
    }

    /// <inheritdoc cref="Distinct{T}(Matrix{T}, Matrix{T})"/>
    public static void Distinct<T>(Vector<T> gradient, Vector<T> hessian)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (gradient is not null && hessian is not null && AreSame(gradient, hessian))
        {
            ThrowNotDistinct();
        }
    }

    /// <summary>
    /// Matrices of as many rows, with the columns that the metric asks for: any, if each entry is an example.
    /// </summary>
    public static void Fit<T>(IMetric<T, T> metric, Matrix<T> predictions, Matrix<T> targets)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(metric);
        (int predictionsOfRow, int targetsOfRow) = metric.Shape;
        if (predictionsOfRow == targetsOfRow)
        {
            Same(predictions, targets);
        }
        else if (targets is not null)
        {
            OnePerRow(predictions, targets.RowCount, nameof(targets));
            Columns(targets, targetsOfRow);
        }

        if ((predictionsOfRow, targetsOfRow) != (1, 1))
        {
            Columns(predictions, predictionsOfRow);
        }
    }

    /// <summary>As many columns as the loss has classes, or other numbers of an example.</summary>
    public static void Columns<T>(
        Matrix<T>? matrix, int expected, [CallerArgumentExpression(nameof(matrix))] string name = "")
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (matrix is not null && matrix.ColumnCount != expected)
        {
            throw new ArgumentException(
                $"'{name}' is {matrix.RowCount}×{matrix.ColumnCount}: expected {expected} columns, as many as the loss "
                + "has classes, or other numbers of an example.",
                name);
        }
    }

    /// <summary>Whether both write to one place.</summary>
    public static bool AreSame<T>(Matrix<T> one, Matrix<T> other) where T : unmanaged, IFloatingPointIeee754<T> =>
        AreSame(one.Storage, other.Storage, one.AsColumnMajorArray(), other.AsColumnMajorArray());

    /// <inheritdoc cref="AreSame{T}(Matrix{T}, Matrix{T})"/>
    public static bool AreSame<T>(Vector<T> one, Vector<T> other) where T : unmanaged, IFloatingPointIeee754<T> =>
        AreSame(one.Storage, other.Storage, one.AsArray(), other.AsArray());

    private static bool AreSame(object storage, object otherStorage, Array? array, Array? otherArray) =>
        ReferenceEquals(storage, otherStorage) || (array is not null && ReferenceEquals(array, otherArray));

    [DoesNotReturn]
    private static void ThrowNotDistinct() => throw new ArgumentException(
        "'hessian' is 'gradient' itself: each needs a place of its own.", "hessian");

    [DoesNotReturn]
    private static void ThrowCount(string name, int given, int expected, string unit) => throw new ArgumentException(
        $"'{name}' has {given} entries, but 'predictions' has {expected} {unit}: expected one for each.", name);
}
