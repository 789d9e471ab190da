using System.Numerics;
using LossKit.MathNet.Tests.Support;

namespace LossKit.MathNet.Tests;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

public sealed class SingleMatrixTests : MatrixTests<float>;

public sealed class DoubleMatrixTests : MatrixTests<double>;

/// <summary>Each entry goes to its own place, although losses of rows and MathNet order them differently.</summary>
public abstract class MatrixTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // Of a size that no other test rents memory of.
    private const int Rows = 67;
    private const int Classes = 41;

    private static readonly PointwiseLoss<T> s_entries = Loss.Huber<T>(0.7);
    private static readonly ProbabilityCrossEntropy<T> s_rows = new(Classes);
    private static readonly CategoricalLoss<T> s_labels = Loss.SoftmaxCrossEntropy<T>(Classes);

    private readonly Matrix<T> _predictions = Numbers(1);
    private readonly Matrix<T> _targets = Numbers(2);
    private readonly int[] _labels = [.. Enumerable.Range(0, Rows).Select(row => row * 7 % Classes)];
    private readonly Vector<T> _rowWeights = Vector<T>.Build.Dense(Rows, row => T.CreateTruncating(1 + row % 3));

    public static TheoryData<bool, bool> Storages => new() { { true, true }, { true, false }, { false, false } };

    [Theory]
    [MemberData(nameof(Storages))]
    public void Losses_of_labels_read_and_write_rows(bool isInputDense, bool isOutputDense)
    {
        T[] flat = _predictions.ToRowMajorArray();
        (T[] losses, T[] gradient, T[] hessian) = (new T[Rows], new T[flat.Length], new T[flat.Length]);
        Cost expected = s_labels.ValueGradientAndHessian(
            flat, _labels, gradient, hessian, _rowWeights.ToArray(), Reduction.Sum);
        s_labels.PerExample(flat, _labels, losses);

        Matrix<T> p = Stored(_predictions, isInputDense);
        (Matrix<T> g, Matrix<T> h, Matrix<T> g2) = (Empty(isOutputDense), Empty(isOutputDense), Empty(isOutputDense));
        Vector<T> l = Vector<T>.Build.Dense(Rows);
        s_labels.Value(p, _labels, _rowWeights).Should().Be(expected);
        s_labels.PerExample(p, _labels, l, _rowWeights).Should().Be(expected);
        s_labels.ValueAndGradient(p, _labels, g2, _rowWeights, Reduction.Sum).Should().Be(expected);
        s_labels.ValueGradientAndHessian(p, _labels, g, h, _rowWeights, Reduction.Sum).Should().Be(expected);
        l.Should().Equal(losses);
        g.ToRowMajorArray().Should().Equal(gradient);
        g2.ToRowMajorArray().Should().Equal(gradient);
        h.ToRowMajorArray().Should().Equal(hessian);
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void Losses_of_rows_against_numbers_do_so_too(bool isInputDense, bool isOutputDense)
    {
        T[] flat = _predictions.ToRowMajorArray();
        T[] truth = _targets.ToRowMajorArray();
        (T[] losses, T[] gradient, T[] hessian) = (new T[Rows], new T[flat.Length], new T[flat.Length]);
        Cost expected = s_rows.ValueGradientAndHessian(flat, truth, gradient, hessian, _rowWeights.ToArray());
        Cost unweighted = s_rows.PerExample(flat, truth, losses);

        (Matrix<T> p, Matrix<T> t) = (Stored(_predictions, isInputDense), Stored(_targets, isInputDense));
        (Matrix<T> g, Matrix<T> h, Matrix<T> g2) = (Empty(isOutputDense), Empty(isOutputDense), Empty(isOutputDense));
        Vector<T> l = Vector<T>.Build.Dense(Rows);
        s_rows.Value(p, t).Should().Be(unweighted);
        s_rows.Value(p, t, _rowWeights).Should().Be(expected);
        s_rows.PerExample(p, t, l).Should().Be(unweighted);
        s_rows.ValueAndGradient(p, t, g2, _rowWeights).Should().Be(expected);
        s_rows.ValueGradientAndHessian(p, t, g, h, _rowWeights).Should().Be(expected);
        l.Should().Equal(losses);
        g.ToRowMajorArray().Should().Equal(gradient);
        g2.ToRowMajorArray().Should().Equal(gradient);
        h.ToRowMajorArray().Should().Equal(hessian);
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void Losses_of_entries_keep_them_apart(bool isInputDense, bool isOutputDense)
    {
        Matrix<T> weights = Numbers(3).PointwisePower(T.One + T.One);
        (Matrix<T> p, Matrix<T> t) = (Stored(_predictions, isInputDense), Stored(_targets, isInputDense));
        Matrix<T> w = Stored(weights, isInputDense);
        (Matrix<T> l, Matrix<T> g, Matrix<T> h) = (Empty(isOutputDense), Empty(isOutputDense), Empty(isOutputDense));
        Cost cost = s_entries.ValueGradientAndHessian(p, t, g, h, w, Reduction.Sum);
        s_entries.PerExample(p, t, l, w).Should().Be(cost);
        s_entries.Value(p, t, w).Should().Be(cost);
        cost.Count.Should().Be(Rows * Classes);
        foreach ((int row, int column, T entry) in g.EnumerateIndexed())
        {
            PointLoss<T> one = s_entries.At(p[row, column], t[row, column]);
            l[row, column].Should().Be(one.Loss);
            entry.Should().Be(one.Derivative * weights[row, column]);
            h[row, column].Should().Be(one.SecondDerivative * weights[row, column]);
        }

        Matrix<T> g2 = Empty(isOutputDense);
        s_entries.ValueAndGradient(p, t, g2, w, Reduction.Sum).Should().Be(cost);
        g2.Should().Be(g);
    }

    [Fact]
    public void Dense_matrices_leave_no_garbage_and_results_may_be_inputs()
    {
        T[] rowMajor = new T[Rows * Classes];
        s_rows.ValueAndGradient(_predictions.ToRowMajorArray(), _targets.ToRowMajorArray(), rowMajor);
        T[] buffer = _predictions.ToColumnMajorArray();
        Matrix<T> inPlace = Matrix<T>.Build.Dense(Rows, Classes, buffer);
        s_rows.ValueAndGradient(inPlace, _targets, inPlace);
        Matrix<T>.Build.DenseOfColumnMajor(Rows, Classes, buffer).ToRowMajorArray().Should().Equal(rowMajor);

        Allocations.Of(() =>
        {
            s_rows.ValueAndGradient(inPlace, _targets, inPlace, _rowWeights);
            s_entries.ValueAndGradient(inPlace, _targets, inPlace);
        }).Should().Be(0);
    }

    [Fact]
    public void A_mismatch_is_named_before_anything_is_written()
    {
        Matrix<T> g = Matrix<T>.Build.Dense(Rows, Classes, T.One);
        Matrix<T> turned = Matrix<T>.Build.Dense(Classes, Rows);
        Vector<T> three = Vector<T>.Build.Dense(3);
        const string Turned = "*41×67*'predictions' is 67×41*";
        const string Three = "*3 entries*67 rows*";
        foreach (ISecondOrderLoss<T, T> loss in (ISecondOrderLoss<T, T>[])[s_entries, s_rows])
        {
            Fails(() => loss.ValueAndGradient(_predictions, turned, g), "targets", Turned);
            Fails(() => loss.ValueAndGradient(_predictions, _targets, turned), "gradient", Turned);
            Fails(() => loss.ValueAndGradient(_predictions, _targets, g, turned), "weights", Turned);
            Fails(() => loss.ValueAndGradient(_predictions, _targets, g, three), "weights", Three);
            Fails(() => loss.PerExample(_predictions, _targets, turned), "losses", Turned);
            Fails(() => loss.PerExample(_predictions, _targets, three), "losses", Three);
            Fails(() => loss.ValueGradientAndHessian(_predictions, _targets, g, turned), "hessian", Turned);
            Fails(() => loss.ValueGradientAndHessian(_predictions, _targets, g, g), "hessian", "*place of its own*");
        }

        Fails(() => s_labels.ValueAndGradient(_predictions, _labels.AsSpan(0, 3), g), "targets", Three);
        Fails(() => s_labels.ValueAndGradient(_predictions, _labels, turned), "gradient", Turned);
        Fails(() => s_labels.ValueAndGradient(_predictions, _labels, g, three), "weights", Three);
        Fails(() => s_labels.PerExample(_predictions, _labels, three), "losses", Three);
        Fails(
            () => s_labels.ValueGradientAndHessian(_predictions, _labels, g, g), "hessian", "*place of its own*");
        g.Enumerate().Should().AllBeEquivalentTo(T.One);
    }

    [Fact]
    public void A_loss_of_another_number_of_classes_is_refused_even_where_the_entries_would_fit()
    {
        Matrix<T> p = Matrix<T>.Build.Dense(4, 3);
        Matrix<T> g = Matrix<T>.Build.Dense(4, 3, T.One);
        ProbabilityCrossEntropy<T> two = new(2);
        Fails(() => two.ValueAndGradient(p, p, g), "predictions", "*4×3*expected 2 columns*");
        Fails(() => Loss.SoftmaxCrossEntropy<T>(2).Value(p, [0, 0, 1, 1, 0, 0]), "predictions", "*4×3*expected 2 columns*");
        Fails(() => Loss.SoftmaxCrossEntropy<T>(3).Value(p, [0, 0, 1, 3]), "targets", "*row 3 is 3*");
        g.Enumerate().Should().AllBeEquivalentTo(T.One);
    }

    [Fact]
    public void Losses_of_tuples_take_as_many_columns_as_they_have_predictions_and_targets()
    {
        TupleLoss<T> loss = Loss.NormalNll<T>();
        loss.Shape.Should().Be(new Shape(2, 1));
        Matrix<T> p = _predictions.SubMatrix(0, Rows, 0, 2).PointwiseAbs().Add(T.One);
        Matrix<T> t = _targets.SubMatrix(0, Rows, 0, 1);
        T[] expected = new T[2 * Rows];
        Cost cost = loss.ValueAndGradient(p.ToRowMajorArray(), t.ToRowMajorArray(), expected);
        foreach (TupleLoss<T> any in new[] { loss, loss.Planar() })
        {
            Matrix<T> g = Matrix<T>.Build.Dense(Rows, 2);
            any.ValueAndGradient(p, t, g).Should().Be(cost);
            g.ToRowMajorArray().Should().Equal(expected);
            any.PerExample(p, t, Vector<T>.Build.Dense(Rows)).Should().Be(cost);
            Fails(() => any.Value(p, p), "targets", "*67×2*expected 1 columns*");
            Fails(() => any.Value(t, t), "predictions", "*67×1*expected 2 columns*");
        }
    }

    [Fact]
    public void Losses_of_tuples_over_rows_and_those_without_targets_go_by_their_shape_too()
    {
        TupleRowsLoss<T> rows = Loss.QuantilePerExample<T>().OfRows(columns: 3, targetsOfRow: 1);
        rows.Shape.Should().Be(new Shape(3, 4));
        Matrix<T> p = _predictions.SubMatrix(0, Rows, 0, 3);
        Matrix<T> t = _targets.SubMatrix(0, Rows, 0, 4).PointwiseAbs() / T.CreateTruncating(3);
        T[] expected = new T[3 * Rows];
        Cost cost = rows.ValueAndGradient(p.ToRowMajorArray(), t.ToRowMajorArray(), expected, _rowWeights.AsArray());
        Matrix<T> g = Matrix<T>.Build.Dense(Rows, 3);
        rows.ValueAndGradient(p, t, g, _rowWeights).Should().Be(cost);
        g.ToRowMajorArray().Should().Equal(expected);
        rows.PerExample(p, t, Vector<T>.Build.Dense(Rows), _rowWeights).Should().Be(cost);

        TupleLoss<T> pairs = Loss.BradleyTerry<T>();
        pairs.Shape.Should().Be(new Shape(2, 0));
        (Matrix<T> q, Matrix<T> none) = (_predictions.SubMatrix(0, Rows, 0, 2), Matrix<T>.Build.Dense(Rows, 0));
        (T[] slopes, T[] curvatures) = (new T[2 * Rows], new T[2 * Rows]);
        Cost of = pairs.ValueGradientAndHessian(q.ToRowMajorArray(), [], slopes, curvatures);
        (Matrix<T> s, Matrix<T> h) = (Matrix<T>.Build.Dense(Rows, 2), Matrix<T>.Build.Dense(Rows, 2));
        pairs.ValueGradientAndHessian(q, none, s, h).Should().Be(of);
        s.ToRowMajorArray().Should().Equal(slopes);
        h.ToRowMajorArray().Should().Equal(curvatures);
    }

    [Fact]
    public void A_diagonal_matrix_takes_no_gradient()
    {
        Matrix<T> square = Matrix<T>.Build.Dense(3, 3);
        Matrix<T> diagonal = Matrix<T>.Build.DenseIdentity(3);
        Fails(
            () => s_entries.ValueAndGradient(square, diagonal, Matrix<T>.Build.DiagonalIdentity(3)),
            "gradient",
            "*DiagonalMatrix*can all be set*");
    }

    private static void Fails(Action action, string name, string message) =>
        action.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);

    private static Matrix<T> Stored(Matrix<T> matrix, bool isDense) =>
        isDense ? matrix : Matrix<T>.Build.SparseOfMatrix(matrix);

    private static Matrix<T> Empty(bool isDense) =>
        isDense ? Matrix<T>.Build.Dense(Rows, Classes) : Matrix<T>.Build.Sparse(Rows, Classes);

    private static Matrix<T> Numbers(int seed)
    {
        Random random = new(seed);
        return Matrix<T>.Build.Dense(
            Rows, Classes, (i, j) => (i + j) % 5 == 0 ? T.Zero : T.CreateTruncating(random.NextDouble() * 4 - 2));
    }
}
