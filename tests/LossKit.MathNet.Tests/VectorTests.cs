using System.Numerics;

namespace LossKit.MathNet.Tests;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

public sealed class SingleVectorTests : VectorTests<float>;

public sealed class DoubleVectorTests : VectorTests<double>;

/// <summary>Vectors give what their spans give, wherever their entries are.</summary>
public abstract class VectorTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly PointwiseLoss<T> s_loss = Loss.Huber<T>(0.7);

    private readonly T[] _predictions = Numbers(1);
    private readonly T[] _targets = Numbers(2);
    private readonly T[] _weights = [.. Numbers(3).Select(T.Abs)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_methods_are_those_of_the_loss(bool isDense)
    {
        T[] losses = new T[_predictions.Length];
        T[] gradient = new T[_predictions.Length];
        T[] hessian = new T[_predictions.Length];
        Cost expected = s_loss.ValueGradientAndHessian(
            _predictions, _targets, gradient, hessian, _weights, Reduction.Sum);
        s_loss.PerExample(_predictions, _targets, losses, _weights);

        (Vector<T> p, Vector<T> t, Vector<T> w) = (Of(_predictions), Of(_targets), Of(_weights));
        (Vector<T> l, Vector<T> g, Vector<T> h, Vector<T> g2) = (Empty(), Empty(), Empty(), Empty());
        s_loss.Value(p, t, w).Should().Be(expected);
        s_loss.PerExample(p, t, l, w).Should().Be(expected);
        s_loss.ValueAndGradient(p, t, g2, w, Reduction.Sum).Should().Be(expected);
        s_loss.ValueGradientAndHessian(p, t, g, h, w, Reduction.Sum).Should().Be(expected);
        l.Should().Equal(losses);
        g.Should().Equal(gradient);
        g2.Should().Equal(gradient);
        h.Should().Equal(hessian);

        Vector<T> Of(T[] entries) =>
            isDense ? Vector<T>.Build.DenseOfArray(entries) : Vector<T>.Build.SparseOfEnumerable(entries);
        Vector<T> Empty() => Of(new T[_predictions.Length]);
    }

    [Fact]
    public void Without_weights_each_example_counts_once_and_the_gradient_is_that_of_the_mean()
    {
        T[] gradient = new T[_predictions.Length];
        Cost expected = s_loss.ValueAndGradient(_predictions, _targets, gradient);
        Vector<T> g = Vector<T>.Build.Dense(_predictions.Length);
        s_loss.ValueAndGradient(
            Vector<T>.Build.Dense(_predictions), Vector<T>.Build.Dense(_targets), g).Should().Be(expected);
        g.Should().Equal(gradient);
    }

    [Fact]
    public void Arrays_of_dense_vectors_are_used_in_place_and_nothing_is_allocated()
    {
        T[] gradient = new T[_predictions.Length];
        T[] buffer = [.. _predictions];
        s_loss.ValueAndGradient(_predictions, _targets, gradient, _weights);

        // The gradient replaces the predictions, in the array that the vector was made of.
        Vector<T> inPlace = Vector<T>.Build.Dense(buffer);
        (Vector<T> t, Vector<T> w) = (Vector<T>.Build.Dense(_targets), Vector<T>.Build.Dense(_weights));
        s_loss.ValueAndGradient(inPlace, t, inPlace, w);
        buffer.Should().Equal(gradient);

        Allocations.Of(() =>
        {
            s_loss.Value(inPlace, t, w);
            s_loss.ValueAndGradient(inPlace, t, inPlace, w);
        }).Should().Be(0);
    }

    [Fact]
    public void A_mismatch_is_named_before_anything_is_written()
    {
        Vector<T> p = Vector<T>.Build.Dense(_predictions);
        Vector<T> t = Vector<T>.Build.Dense(_targets);
        Vector<T> dense = Vector<T>.Build.Dense(_predictions.Length, T.One);
        Vector<T> sparse = Vector<T>.Build.SparseOfVector(dense);
        Vector<T> three = Vector<T>.Build.Dense(3);
        foreach (Vector<T> gradient in (Vector<T>[])[dense, sparse])
        {
            Fails(() => s_loss.ValueAndGradient(p, three, gradient), "targets", "*3 entries*37*");
            Fails(() => s_loss.ValueAndGradient(p, t, three), "gradient", "*3 entries*37*");
            Fails(() => s_loss.ValueAndGradient(p, t, gradient, three), "weights", "*3 entries*37*");
            Fails(() => s_loss.ValueAndGradient(p, t, gradient, Vector<T>.Build.Dense(0)), "weights", "*0 entries*37*");
            Fails(() => s_loss.ValueGradientAndHessian(p, t, gradient, gradient), "hessian", "*place of its own*");
            gradient.Should().AllBeEquivalentTo(T.One);
        }

        ((Action)(() => s_loss.Value(p, null!))).Should().Throw<ArgumentNullException>()
            .Which.ParamName.Should().Be("targets");
    }

    private static void Fails(Action action, string name, string message) =>
        action.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);

    private static T[] Numbers(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 37).Select(
            i => i % 5 == 0 ? T.Zero : T.CreateTruncating(random.NextDouble() * 4 - 2))];
    }
}
