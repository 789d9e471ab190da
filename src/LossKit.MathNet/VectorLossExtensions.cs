using System.Numerics;
using LossKit.MathNet.Storage;

namespace LossKit.MathNet;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>
/// Losses on vectors of MathNet: each method is that of the loss, with a vector in place of each span.
/// </summary>
/// <remarks>
/// The array of a dense vector is read and written in place. Any other vector is copied into rented memory, and a
/// result is written back in the end. A result may be one of the inputs itself. Everything is checked before anything
/// is written.
/// </remarks>
public static class VectorLossExtensions
{
    /// <summary>The loss of a batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss.</returns>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static Cost Value<T>(
        this IMetric<T, T> loss, Vector<T> predictions, Vector<T> targets, Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        Shapes.Weights(predictions, weights);
        using VectorEntries<T> p = VectorEntries<T>.Input(predictions);
        using VectorEntries<T> t = VectorEntries<T>.Input(targets);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        return loss.Value(p.Span, t.Span, w.Span);
    }

    /// <summary>The loss of a batch, and of each example by itself.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="losses">Receives the loss of each example, before weights.</param>
    /// <param name="weights">What each example counts in the returned cost; none means 1 each.</param>
    /// <inheritdoc cref="Value"/>
    public static Cost PerExample<T>(
        this IMetric<T, T> loss,
        Vector<T> predictions,
        Vector<T> targets,
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
        Cost cost = loss.PerExample(p.Span, t.Span, l.Span, w.Span);
        l.WriteBack();
        return cost;
    }

    /// <summary>The loss of a batch and its gradient with respect to the predictions, in one pass.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">Receives the gradient; may be the predictions themselves.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <inheritdoc cref="Value"/>
    public static Cost ValueAndGradient<T>(
        this ILoss<T, T> loss,
        Vector<T> predictions,
        Vector<T> targets,
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
        Cost cost = loss.ValueAndGradient(p.Span, t.Span, g.Span, w.Span, reduction);
        g.WriteBack();
        return cost;
    }

    /// <summary>The loss of a batch, its gradient and the diagonal of its Hessian, in one pass.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">Receives the gradient; may be the predictions themselves.</param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <inheritdoc cref="Value"/>
    public static Cost ValueGradientAndHessian<T>(
        this ISecondOrderLoss<T, T> loss,
        Vector<T> predictions,
        Vector<T> targets,
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
        Cost cost = loss.ValueGradientAndHessian(p.Span, t.Span, g.Span, h.Span, w.Span, reduction);
        g.WriteBack();
        h.WriteBack();
        return cost;
    }
}
