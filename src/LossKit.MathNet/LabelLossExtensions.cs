using System.Numerics;
using LossKit.MathNet.Storage;

namespace LossKit.MathNet;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>
/// Losses of rows against labels, as softmax cross-entropy is, on matrices of MathNet: an example is a row, and each
/// class has a column.
/// </summary>
/// <remarks>
/// Such losses read row by row, and MathNet stores column by column: matrices are transposed into rented memory, and
/// results back, which costs one pass over each. No call leaves garbage on dense matrices. A result may be one of the
/// inputs itself. Everything is checked before anything is written.
/// </remarks>
public static class LabelLossExtensions
{
    /// <summary>The loss of a batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss, of as many classes as there are columns.</param>
    /// <param name="predictions">What the model says, examples × classes.</param>
    /// <param name="targets">The true class of each row.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not fit each other, or the loss has another number of classes.
    /// </exception>
    public static Cost Value<T>(
        this IMetric<T, int> loss, Matrix<T> predictions, ReadOnlySpan<int> targets, Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(loss, predictions, targets, weights);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, EntryOrder.RowMajor);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        return loss.Value(p.Span, targets, w.Span);
    }

    /// <summary>The loss of a batch, and of each row by itself.</summary>
    /// <param name="loss">The loss, of as many classes as there are columns.</param>
    /// <param name="predictions">What the model says, examples × classes.</param>
    /// <param name="targets">The true class of each row.</param>
    /// <param name="losses">Receives the loss of each row, before weights.</param>
    /// <param name="weights">What each row counts in the returned cost; none means 1 each.</param>
    /// <inheritdoc cref="Value"/>
    public static Cost PerExample<T>(
        this IMetric<T, int> loss,
        Matrix<T> predictions,
        ReadOnlySpan<int> targets,
        Vector<T> losses,
        Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(loss, predictions, targets, weights);
        Shapes.OnePerRow(predictions, losses);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, EntryOrder.RowMajor);
        using VectorEntries<T> l = VectorEntries<T>.Output(losses);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.PerExample(p.Span, targets, l.Span, w.Span);
        l.WriteBack();
        return cost;
    }

    /// <summary>The loss of a batch and its gradient with respect to the predictions, in one pass.</summary>
    /// <param name="loss">The loss, of as many classes as there are columns.</param>
    /// <param name="predictions">What the model says, examples × classes.</param>
    /// <param name="targets">The true class of each row.</param>
    /// <param name="gradient">Receives the gradient, examples × classes; may be the predictions themselves.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <inheritdoc cref="Value"/>
    public static Cost ValueAndGradient<T>(
        this ILoss<T, int> loss,
        Matrix<T> predictions,
        ReadOnlySpan<int> targets,
        Matrix<T> gradient,
        Vector<T>? weights = null,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(loss, predictions, targets, weights);
        Shapes.Same(predictions, gradient);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, EntryOrder.RowMajor);
        using MatrixEntries<T> g = MatrixEntries<T>.Output(gradient, EntryOrder.RowMajor);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.ValueAndGradient(p.Span, targets, g.Span, w.Span, reduction);
        g.WriteBack();
        return cost;
    }

    /// <summary>The loss of a batch, its gradient and the diagonal of its Hessian, in one pass.</summary>
    /// <param name="loss">The loss, of as many classes as there are columns.</param>
    /// <param name="predictions">What the model says, examples × classes.</param>
    /// <param name="targets">The true class of each row.</param>
    /// <param name="gradient">Receives the gradient, examples × classes; may be the predictions themselves.</param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <inheritdoc cref="Value"/>
    public static Cost ValueGradientAndHessian<T>(
        this ISecondOrderLoss<T, int> loss,
        Matrix<T> predictions,
        ReadOnlySpan<int> targets,
        Matrix<T> gradient,
        Matrix<T> hessian,
        Vector<T>? weights = null,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(loss, predictions, targets, weights);
        Shapes.Same(predictions, gradient);
        Shapes.Same(predictions, hessian);
        Shapes.Distinct(gradient, hessian);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, EntryOrder.RowMajor);
        using MatrixEntries<T> g = MatrixEntries<T>.Output(gradient, EntryOrder.RowMajor);
        using MatrixEntries<T> h = MatrixEntries<T>.Output(hessian, EntryOrder.RowMajor);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.ValueGradientAndHessian(p.Span, targets, g.Span, h.Span, w.Span, reduction);
        g.WriteBack();
        h.WriteBack();
        return cost;
    }

    private static void Check<T>(
        IMetric<T, int> loss, Matrix<T> predictions, ReadOnlySpan<int> targets, Vector<T>? weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        Shapes.Columns(predictions, loss.Shape.Predictions);
        Shapes.OnePerRow(predictions, targets.Length, nameof(targets));
        Shapes.OnePerRow(predictions, weights);
    }
}
