using System.Numerics;
using LossKit.MathNet.Storage;

namespace LossKit.MathNet;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>
/// Losses on matrices of MathNet, with targets in matrices as well: either each entry is an example
/// (<see cref="PointwiseLoss{T}"/>), or each row is (losses of classes against probabilities, or of tuples). The
/// <see cref="IMetric{T, TTarget}.Shape"/> of the loss tells which, and how many columns there are.
/// </summary>
/// <remarks>
/// <para>
/// Pointwise and planar losses read and write the arrays of dense matrices in place; only if a matrix is not dense is
/// it copied into rented memory. For any other loss the entries are in row-major order, as losses of rows read them,
/// and MathNet stores column by column: matrices are transposed into rented memory, and results back, which costs one
/// pass over each. No call leaves garbage on dense matrices. A result may be one of the inputs itself.
/// </para>
/// <para>
/// Weights are a matrix where each entry is an example, a vector where each row is. Everything is checked before
/// anything is written.
/// </para>
/// </remarks>
public static class MatrixLossExtensions
{
    /// <summary>The loss of a batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, with as many rows as the predictions.</param>
    /// <param name="weights">What each entry counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not fit each other, or the loss has another number of classes than the matrix has columns.
    /// </exception>
    public static Cost Value<T>(
        this IMetric<T, T> loss, Matrix<T> predictions, Matrix<T> targets, Matrix<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using MatrixEntries<T> w = EntryWeights(loss, predictions, weights);
        return Value(loss, predictions, targets, w.Span);
    }

    /// <param name="loss">The loss, of rows.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, with as many rows as the predictions.</param>
    /// <param name="weights">What each row counts.</param>
    /// <inheritdoc cref="Value{T}(IMetric{T, T}, Matrix{T}, Matrix{T}, Matrix{T})"/>
    public static Cost Value<T>(
        this IMetric<T, T> loss, Matrix<T> predictions, Matrix<T> targets, Vector<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using VectorEntries<T> w = RowWeights(predictions, weights);
        return Value(loss, predictions, targets, w.Span);
    }

    /// <summary>The loss of a batch, and of each entry by itself.</summary>
    /// <param name="loss">The loss, of entries.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, with as many rows as the predictions.</param>
    /// <param name="losses">Receives the loss of each entry, before weights.</param>
    /// <param name="weights">What each entry counts in the returned cost; none means 1 each.</param>
    /// <inheritdoc cref="Value{T}(IMetric{T, T}, Matrix{T}, Matrix{T}, Matrix{T})"/>
    public static Cost PerExample<T>(
        this IMetric<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Matrix<T> losses,
        Matrix<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using MatrixEntries<T> w = EntryWeights(loss, predictions, weights);
        Shapes.Fit(loss, predictions, targets);
        Shapes.Same(predictions, losses);
        EntryOrder order = EntryOrders.Of(loss);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, order);
        using MatrixEntries<T> t = MatrixEntries<T>.Input(targets, order);
        using MatrixEntries<T> l = MatrixEntries<T>.Output(losses, order);
        Cost cost = loss.PerExample(p.Span, t.Span, l.Span, w.Span);
        l.WriteBack();
        return cost;
    }

    /// <summary>The loss of a batch, and of each row by itself.</summary>
    /// <param name="loss">The loss, of rows.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, with as many rows as the predictions.</param>
    /// <param name="losses">Receives the loss of each row, before weights.</param>
    /// <param name="weights">What each row counts in the returned cost; none means 1 each.</param>
    /// <inheritdoc cref="Value{T}(IMetric{T, T}, Matrix{T}, Matrix{T}, Matrix{T})"/>
    public static Cost PerExample<T>(
        this IMetric<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Vector<T> losses,
        Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Shapes.Fit(loss, predictions, targets);
        Shapes.OnePerRow(predictions, losses);
        Shapes.OnePerRow(predictions, weights);
        EntryOrder order = EntryOrders.Of(loss);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, order);
        using MatrixEntries<T> t = MatrixEntries<T>.Input(targets, order);
        using VectorEntries<T> l = VectorEntries<T>.Output(losses);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.PerExample(p.Span, t.Span, l.Span, w.Span);
        l.WriteBack();
        return cost;
    }

    /// <summary>The loss of a batch and its gradient with respect to the predictions, in one pass.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, with as many rows as the predictions.</param>
    /// <param name="gradient">
    /// Receives the gradient, in the shape of the predictions; may be the predictions themselves.
    /// </param>
    /// <param name="weights">What each entry counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <inheritdoc cref="Value{T}(IMetric{T, T}, Matrix{T}, Matrix{T}, Matrix{T})"/>
    public static Cost ValueAndGradient<T>(
        this ILoss<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Matrix<T> gradient,
        Matrix<T>? weights = null,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using MatrixEntries<T> w = EntryWeights(loss, predictions, weights);
        return ValueAndGradient(loss, predictions, targets, gradient, w.Span, reduction);
    }

    /// <param name="loss">The loss, of rows.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, with as many rows as the predictions.</param>
    /// <param name="gradient">
    /// Receives the gradient, in the shape of the predictions; may be the predictions themselves.
    /// </param>
    /// <param name="weights">What each row counts.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <inheritdoc cref="ValueAndGradient{T}(ILoss{T, T}, Matrix{T}, Matrix{T}, Matrix{T}, Matrix{T}, Reduction)"/>
    public static Cost ValueAndGradient<T>(
        this ILoss<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Matrix<T> gradient,
        Vector<T> weights,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using VectorEntries<T> w = RowWeights(predictions, weights);
        return ValueAndGradient(loss, predictions, targets, gradient, w.Span, reduction);
    }

    /// <summary>The loss of a batch, its gradient and the diagonal of its Hessian, in one pass.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, with as many rows as the predictions.</param>
    /// <param name="gradient">
    /// Receives the gradient, in the shape of the predictions; may be the predictions themselves.
    /// </param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each entry counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <inheritdoc cref="Value{T}(IMetric{T, T}, Matrix{T}, Matrix{T}, Matrix{T})"/>
    public static Cost ValueGradientAndHessian<T>(
        this ISecondOrderLoss<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Matrix<T> gradient,
        Matrix<T> hessian,
        Matrix<T>? weights = null,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using MatrixEntries<T> w = EntryWeights(loss, predictions, weights);
        return ValueGradientAndHessian(loss, predictions, targets, gradient, hessian, w.Span, reduction);
    }

    /// <summary>The loss of a batch, its gradient and the diagonal of its Hessian, in one pass.</summary>
    /// <param name="loss">The loss, of rows.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, with as many rows as the predictions.</param>
    /// <param name="gradient">
    /// Receives the gradient, in the shape of the predictions; may be the predictions themselves.
    /// </param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each row counts.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <inheritdoc cref="Value{T}(IMetric{T, T}, Matrix{T}, Matrix{T}, Matrix{T})"/>
    public static Cost ValueGradientAndHessian<T>(
        this ISecondOrderLoss<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Matrix<T> gradient,
        Matrix<T> hessian,
        Vector<T> weights,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using VectorEntries<T> w = RowWeights(predictions, weights);
        return ValueGradientAndHessian(loss, predictions, targets, gradient, hessian, w.Span, reduction);
    }

    private static MatrixEntries<T> EntryWeights<T>(IMetric<T, T> loss, Matrix<T> predictions, Matrix<T>? weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        Shapes.Same(predictions, weights);
        return MatrixEntries<T>.OptionalInput(weights, EntryOrders.Of(loss));
    }

    private static VectorEntries<T> RowWeights<T>(Matrix<T> predictions, Vector<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Shapes.OnePerRow(predictions, weights);
        return VectorEntries<T>.Input(weights);
    }

    private static Cost Value<T>(
        IMetric<T, T> loss, Matrix<T> predictions, Matrix<T> targets, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Shapes.Fit(loss, predictions, targets);
        EntryOrder order = EntryOrders.Of(loss);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, order);
        using MatrixEntries<T> t = MatrixEntries<T>.Input(targets, order);
        return loss.Value(p.Span, t.Span, weights);
    }

    private static Cost ValueAndGradient<T>(
        ILoss<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Matrix<T> gradient,
        ReadOnlySpan<T> weights,
        Reduction reduction)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Shapes.Fit(loss, predictions, targets);
        Shapes.Same(predictions, gradient);
        EntryOrder order = EntryOrders.Of(loss);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, order);
        using MatrixEntries<T> t = MatrixEntries<T>.Input(targets, order);
        using MatrixEntries<T> g = MatrixEntries<T>.Output(gradient, order);
        Cost cost = loss.ValueAndGradient(p.Span, t.Span, g.Span, weights, reduction);
        g.WriteBack();
        return cost;
    }

    private static Cost ValueGradientAndHessian<T>(
        ISecondOrderLoss<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Matrix<T> gradient,
        Matrix<T> hessian,
        ReadOnlySpan<T> weights,
        Reduction reduction)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Shapes.Fit(loss, predictions, targets);
        Shapes.Same(predictions, gradient);
        Shapes.Same(predictions, hessian);
        Shapes.Distinct(gradient, hessian);
        EntryOrder order = EntryOrders.Of(loss);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, order);
        using MatrixEntries<T> t = MatrixEntries<T>.Input(targets, order);
        using MatrixEntries<T> g = MatrixEntries<T>.Output(gradient, order);
        using MatrixEntries<T> h = MatrixEntries<T>.Output(hessian, order);
        Cost cost = loss.ValueGradientAndHessian(p.Span, t.Span, g.Span, h.Span, weights, reduction);
        g.WriteBack();
        h.WriteBack();
        return cost;
    }
}
