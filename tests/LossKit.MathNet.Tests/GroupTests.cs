using System.Numerics;
using LossKit.MathNet.Tests.Support;

namespace LossKit.MathNet.Tests;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

public sealed class SingleGroupTests : GroupTests<float>;

public sealed class DoubleGroupTests : GroupTests<double>;

/// <summary>Groups are rows of matrices or stretches of vectors, and each entry goes to its own place.</summary>
public abstract class GroupTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Rows = 23;
    private const int Width = 7;

    private static readonly GroupedLoss<T> s_loss = Loss.PairwiseLogistic<T>();
    private static readonly int[] s_lengths = [5, 0, 1, 17, Rows * Width - 23];

    private readonly T[] _predictions = Numbers(1);
    private readonly T[] _targets = [.. Numbers(2).Select(number => T.Round(number))];
    private readonly T[] _weights = [.. Enumerable.Range(0, Rows).Select(row => T.CreateTruncating(row % 4))];

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void Rows_of_matrices_are_groups(bool isInputDense, bool isOutputDense)
    {
        (T[] losses, T[] gradient, T[] hessian) = (new T[Rows], new T[Rows * Width], new T[Rows * Width]);
        Groups groups = Groups.OfWidth(Width);
        Cost expected = s_loss.ValueGradientAndHessian(
            _predictions, _targets, groups, gradient, hessian, _weights, Reduction.Sum);
        s_loss.PerExample(_predictions, _targets, groups, losses);

        (Matrix<T> p, Matrix<T> t) = (Stored(_predictions, isInputDense), Stored(_targets, isInputDense));
        Vector<T> w = Vector<T>.Build.Dense(_weights);
        Vector<T> l = Vector<T>.Build.Dense(Rows);
        (Matrix<T> g, Matrix<T> h, Matrix<T> g2) = (Empty(isOutputDense), Empty(isOutputDense), Empty(isOutputDense));
        s_loss.Value(p, t, w).Should().Be(expected);
        s_loss.Value(p, t).Should().Be(s_loss.Value(_predictions, _targets, groups));
        s_loss.PerExample(p, t, l, w).Should().Be(expected);
        s_loss.ValueAndGradient(p, t, g2, w, Reduction.Sum).Should().Be(expected);
        s_loss.ValueGradientAndHessian(p, t, g, h, w, Reduction.Sum).Should().Be(expected);
        l.Should().Equal(losses);
        g.ToRowMajorArray().Should().Equal(gradient);
        g2.ToRowMajorArray().Should().Equal(gradient);
        h.ToRowMajorArray().Should().Equal(hessian);
        Array.Exists(gradient, entry => entry != T.Zero).Should().BeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Stretches_of_vectors_are_groups(bool isDense)
    {
        T[] weights = _weights[..s_lengths.Length];
        (T[] losses, T[] gradient, T[] hessian) = (new T[weights.Length], new T[Rows * Width], new T[Rows * Width]);
        Groups groups = Groups.OfLengths(s_lengths);
        Cost expected = s_loss.ValueGradientAndHessian(
            _predictions, _targets, groups, gradient, hessian, weights);
        s_loss.PerExample(_predictions, _targets, groups, losses);

        (Vector<T> p, Vector<T> t, Vector<T> w) = (Stored(_predictions), Stored(_targets), Stored(weights));
        T[] empty = new T[p.Count];
        (Vector<T> g, Vector<T> h, Vector<T> g2) = (Stored(empty), Stored(empty), Stored(empty));
        Vector<T> l = Stored(new T[weights.Length]);
        s_loss.Value(p, t, groups, w).Should().Be(expected);
        s_loss.Value(p, t, groups).Should().Be(s_loss.Value(_predictions, _targets, groups));
        s_loss.PerExample(p, t, groups, l, w).Should().Be(expected);
        s_loss.ValueAndGradient(p, t, groups, g2, w).Should().Be(expected);
        s_loss.ValueGradientAndHessian(p, t, groups, g, h, w).Should().Be(expected);
        l.Should().Equal(losses);
        g.Should().Equal(gradient);
        g2.Should().Equal(gradient);
        h.Should().Equal(hessian);

        Vector<T> items = p.Map(number => number * number, Zeros.Include);
        T[] positive = [.. _targets.Select(T.Abs)];
        RankingMetric<T> ndcg = Loss.Ndcg<T>();
        ndcg.Value(p, Stored(positive), groups, w, items)
            .Should().Be(ndcg.Value(_predictions, positive, groups, weights, items.ToArray()));

        Vector<T> Stored(T[] entries) => isDense
            ? Vector<T>.Build.Dense([.. entries])
            : Vector<T>.Build.SparseOfEnumerable(entries);
    }

    [Fact]
    public void Dense_ones_leave_no_garbage_and_the_gradient_may_be_the_predictions()
    {
        T[] gradient = new T[Rows * Width];
        s_loss.ValueAndGradient(_predictions, _targets, Groups.OfWidth(Width), gradient);
        Matrix<T> p = Stored(_predictions, isDense: true);
        Matrix<T> t = Stored(_targets, isDense: true);
        s_loss.ValueAndGradient(p, t, p);
        p.ToRowMajorArray().Should().Equal(gradient);

        (Vector<T> vector, Vector<T> targets) = (Vector<T>.Build.Dense(_predictions), Vector<T>.Build.Dense(_targets));
        s_loss.ValueAndGradient(vector, targets, Groups.OfWidth(Width), vector);
        vector.Should().Equal(gradient);
        Allocations.Of(() =>
        {
            s_loss.ValueAndGradient(p, t, p);
            s_loss.ValueAndGradient(vector, targets, Groups.OfWidth(Width), vector);
        }).Should().Be(0);
    }

    [Fact]
    public void A_mismatch_is_named_before_anything_is_written()
    {
        Matrix<T> p = Stored(_predictions, isDense: true);
        Matrix<T> turned = p.Transpose();
        Matrix<T> g = Matrix<T>.Build.Dense(Rows, Width, T.One);
        Vector<T> three = Vector<T>.Build.Dense(3);
        Fails(() => s_loss.ValueAndGradient(p, turned, g), "targets", "*7×23*'predictions' is 23×7*");
        Fails(() => s_loss.ValueAndGradient(p, p, turned), "gradient", "*7×23*");
        Fails(() => s_loss.ValueAndGradient(p, p, g, three), "weights", "*3 entries*23 rows*");
        Fails(() => s_loss.PerExample(p, p, three), "losses", "*3 entries*23 rows*");
        Fails(() => s_loss.ValueGradientAndHessian(p, p, g, turned), "hessian", "*7×23*");
        Fails(() => s_loss.ValueGradientAndHessian(p, p, g, g), "hessian", "*place of its own*");
        Fails(() => s_loss.Value(null!, p), "predictions", "*");
        Fails(() => s_loss.Value(p, null!), "targets", "*");
        Fails(() => ((GroupedLoss<T>)null!).Value(p, p), "loss", "*");

        Vector<T> v = Vector<T>.Build.Dense(_predictions);
        Fails(() => s_loss.Value(v, v, Groups.OfWidth(9)), "predictions", "*161 entries*9*");
        Fails(() => s_loss.Value(v, three, Groups.OfWidth(7)), "targets", "*3*161*");
        Fails(() => s_loss.Value(v, v, Groups.OfWidth(7), three), "weights", "*3*23*");
        Fails(() => s_loss.ValueGradientAndHessian(v, v, Groups.OfWidth(7), v, v), "hessian", "*place of its own*");
        g.Enumerate().Should().AllBeEquivalentTo(T.One);
    }

    private static void Fails(Action action, string name, string message) =>
        action.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);

    private static T[] Numbers(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Rows * Width).Select(_ => T.CreateTruncating(random.NextDouble() * 4 - 2))];
    }

    private static Matrix<T> Stored(T[] rowMajor, bool isDense)
    {
        Matrix<T> matrix = Matrix<T>.Build.DenseOfRowMajor(Rows, Width, rowMajor);
        return isDense ? matrix : Matrix<T>.Build.SparseOfMatrix(matrix);
    }

    private static Matrix<T> Empty(bool isDense) =>
        isDense ? Matrix<T>.Build.Dense(Rows, Width) : Matrix<T>.Build.Sparse(Rows, Width);
}
