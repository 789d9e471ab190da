using System.Numerics;
using LossKit.MathNet.Storage;

namespace LossKit.MathNet;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>
/// Losses and metrics of groups on vectors and matrices of MathNet: a vector has the entries of all groups, one group
/// after the other, and a matrix a group in each row.
/// </summary>
/// <remarks>
/// Weights and losses are one a group. The arrays of dense vectors are read and written in place; matrices are
/// transposed into rented memory, and results back, because MathNet stores them column by column. No call leaves
/// garbage on dense ones. A gradient may be the predictions themselves. Everything is checked before anything is
/// written.
/// </remarks>
public static class GroupedLossExtensions
{
    /// <summary>The loss of a batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss of a group.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit each other.</exception>
    public static Cost Value<T>(
        this IGroupedLoss<T, T> loss,
        Vector<T> predictions,
        Vector<T> targets,
        Groups groups,
        Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        Shapes.Weights(predictions, weights);
        using VectorEntries<T> p = VectorEntries<T>.Input(predictions);
        using VectorEntries<T> t = VectorEntries<T>.Input(targets);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        return loss.Value(p.Span, t.Span, groups, w.Span);
    }

    /// <summary>The loss of a batch whose groups are the rows of a matrix.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, groups × entries.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <inheritdoc cref="Value{T}(IGroupedLoss{T, T}, Vector{T}, Vector{T}, Groups, Vector{T})"/>
    public static Cost Value<T>(
        this IGroupedLoss<T, T> loss, Matrix<T> predictions, Matrix<T> targets, Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Groups groups = RowsOf(loss, predictions, targets, weights);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, EntryOrder.RowMajor);
        using MatrixEntries<T> t = MatrixEntries<T>.Input(targets, EntryOrder.RowMajor);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        return loss.Value(p.Span, t.Span, groups, w.Span);
    }

    /// <summary>The loss of a batch, and of each group by itself.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="losses">Receives the loss of each group, before weights.</param>
    /// <param name="weights">What each group counts in the returned cost; none means 1 each.</param>
    /// <inheritdoc cref="Value{T}(IGroupedLoss{T, T}, Vector{T}, Vector{T}, Groups, Vector{T})"/>
    public static Cost PerExample<T>(
        this IGroupedLoss<T, T> loss,
        Vector<T> predictions,
        Vector<T> targets,
        Groups groups,
        Vector<T> losses,
        Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        Shapes.Weights(predictions, weights);
        using VectorEntries<T> p = VectorEntries<T>.Input(predictions);
        using VectorEntries<T> t = VectorEntries<T>.Input(targets);
        using VectorEntries<T> l = VectorEntries<T>.Output(losses);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.PerExample(p.Span, t.Span, groups, l.Span, w.Span);
        l.WriteBack();
        return cost;
    }

    /// <summary>The loss of a batch whose groups are the rows of a matrix, and of each row by itself.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, groups × entries.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="losses">Receives the loss of each row, before weights.</param>
    /// <param name="weights">What each row counts in the returned cost; none means 1 each.</param>
    /// <inheritdoc cref="Value{T}(IGroupedLoss{T, T}, Vector{T}, Vector{T}, Groups, Vector{T})"/>
    public static Cost PerExample<T>(
        this IGroupedLoss<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Vector<T> losses,
        Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Groups groups = RowsOf(loss, predictions, targets, weights);
        Shapes.OnePerRow(predictions, losses);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, EntryOrder.RowMajor);
        using MatrixEntries<T> t = MatrixEntries<T>.Input(targets, EntryOrder.RowMajor);
        using VectorEntries<T> l = VectorEntries<T>.Output(losses);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.PerExample(p.Span, t.Span, groups, l.Span, w.Span);
        l.WriteBack();
        return cost;
    }

    /// <summary>The loss of a batch and its gradient with respect to the predictions.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="gradient">Receives the gradient, one an entry; may be the predictions themselves.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <inheritdoc cref="Value{T}(IGroupedLoss{T, T}, Vector{T}, Vector{T}, Groups, Vector{T})"/>
    public static Cost ValueAndGradient<T>(
        this IGroupedLoss<T, T> loss,
        Vector<T> predictions,
        Vector<T> targets,
        Groups groups,
        Vector<T> gradient,
        Vector<T>? weights = null,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        Shapes.Weights(predictions, weights);
        using VectorEntries<T> p = VectorEntries<T>.Input(predictions);
        using VectorEntries<T> t = VectorEntries<T>.Input(targets);
        using VectorEntries<T> g = VectorEntries<T>.Output(gradient);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.ValueAndGradient(p.Span, t.Span, groups, g.Span, w.Span, reduction);
        g.WriteBack();
        return cost;
    }

    /// <summary>
    /// The loss of a batch whose groups are the rows of a matrix, and its gradient with respect to the predictions.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, groups × entries.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="gradient">Receives the gradient; may be the predictions themselves.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <inheritdoc cref="Value{T}(IGroupedLoss{T, T}, Vector{T}, Vector{T}, Groups, Vector{T})"/>
    public static Cost ValueAndGradient<T>(
        this IGroupedLoss<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Matrix<T> gradient,
        Vector<T>? weights = null,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Groups groups = RowsOf(loss, predictions, targets, weights);
        Shapes.Same(predictions, gradient);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, EntryOrder.RowMajor);
        using MatrixEntries<T> t = MatrixEntries<T>.Input(targets, EntryOrder.RowMajor);
        using MatrixEntries<T> g = MatrixEntries<T>.Output(gradient, EntryOrder.RowMajor);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.ValueAndGradient(p.Span, t.Span, groups, g.Span, w.Span, reduction);
        g.WriteBack();
        return cost;
    }

    /// <summary>The loss of a batch, its gradient and the diagonal of its Hessian.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="gradient">Receives the gradient, one an entry; may be the predictions themselves.</param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <inheritdoc cref="Value{T}(IGroupedLoss{T, T}, Vector{T}, Vector{T}, Groups, Vector{T})"/>
    public static Cost ValueGradientAndHessian<T>(
        this ISecondOrderGroupedLoss<T, T> loss,
        Vector<T> predictions,
        Vector<T> targets,
        Groups groups,
        Vector<T> gradient,
        Vector<T> hessian,
        Vector<T>? weights = null,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        Shapes.Weights(predictions, weights);
        Shapes.Distinct(gradient, hessian);
        using VectorEntries<T> p = VectorEntries<T>.Input(predictions);
        using VectorEntries<T> t = VectorEntries<T>.Input(targets);
        using VectorEntries<T> g = VectorEntries<T>.Output(gradient);
        using VectorEntries<T> h = VectorEntries<T>.Output(hessian);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.ValueGradientAndHessian(p.Span, t.Span, groups, g.Span, h.Span, w.Span, reduction);
        g.WriteBack();
        h.WriteBack();
        return cost;
    }

    /// <summary>
    /// The loss of a batch whose groups are the rows of a matrix, its gradient and the diagonal of its Hessian.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, groups × entries.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="gradient">Receives the gradient; may be the predictions themselves.</param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <inheritdoc cref="Value{T}(IGroupedLoss{T, T}, Vector{T}, Vector{T}, Groups, Vector{T})"/>
    public static Cost ValueGradientAndHessian<T>(
        this ISecondOrderGroupedLoss<T, T> loss,
        Matrix<T> predictions,
        Matrix<T> targets,
        Matrix<T> gradient,
        Matrix<T> hessian,
        Vector<T>? weights = null,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Groups groups = RowsOf(loss, predictions, targets, weights);
        Shapes.Same(predictions, gradient);
        Shapes.Same(predictions, hessian);
        Shapes.Distinct(gradient, hessian);
        using MatrixEntries<T> p = MatrixEntries<T>.Input(predictions, EntryOrder.RowMajor);
        using MatrixEntries<T> t = MatrixEntries<T>.Input(targets, EntryOrder.RowMajor);
        using MatrixEntries<T> g = MatrixEntries<T>.Output(gradient, EntryOrder.RowMajor);
        using MatrixEntries<T> h = MatrixEntries<T>.Output(hessian, EntryOrder.RowMajor);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.ValueGradientAndHessian(p.Span, t.Span, groups, g.Span, h.Span, w.Span, reduction);
        g.WriteBack();
        h.WriteBack();
        return cost;
    }

    /// <summary>The mean of a metric over the groups of a batch.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="itemWeights">
    /// What each entry counts within its group, if the metric takes any; none means 1 each.
    /// </param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean of the groups.</returns>
    /// <inheritdoc cref="Value{T}(IGroupedLoss{T, T}, Vector{T}, Vector{T}, Groups, Vector{T})"/>
    public static Cost Value<T>(
        this IGroupedMetric<T> metric,
        Vector<T> predictions,
        Vector<T> targets,
        Groups groups,
        Vector<T>? weights = null,
        Vector<T>? itemWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(metric);
        Shapes.Weights(predictions, weights);
        Shapes.Weights(predictions, itemWeights);
        using VectorEntries<T> p = VectorEntries<T>.Input(predictions);
        using VectorEntries<T> t = VectorEntries<T>.Input(targets);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        using VectorEntries<T> i = VectorEntries<T>.OptionalInput(itemWeights);
        return metric.Value(p.Span, t.Span, groups, w.Span, i.Span);
    }

    private static Groups RowsOf<T>(
        IGroupedLoss<T, T> loss, Matrix<T> predictions, Matrix<T> targets, Vector<T>? weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(predictions);
        Shapes.Same(predictions, targets);
        Shapes.OnePerRow(predictions, weights);
        return Groups.OfWidth(predictions.ColumnCount);
    }
}
