using System.Numerics;
using LossKit.MathNet.Tests.Support;

namespace LossKit.MathNet.Tests;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

public sealed class SingleBatchTests : BatchTests<float>;

public sealed class DoubleBatchTests : BatchTests<double>;

/// <summary>Any kind of batch can be made of matrices, by rows or by columns, and gradients go back to them.</summary>
public abstract class BatchTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Rows = 19;
    private const int Dimension = 5;

    private static readonly int[] s_labels = [.. Enumerable.Range(0, Rows).Select(row => row % 3)];

    private readonly Matrix<T> _first = Numbers(1);
    private readonly Matrix<T> _second = Numbers(2);
    private readonly Matrix<T> _third = Numbers(3);
    private readonly Vector<T> _weights = Vector<T>.Build.Dense(Rows, row => T.CreateTruncating(1 + row % 3));

    public static TheoryData<bool, bool> Storages => new() { { true, true }, { true, false }, { false, false } };

    [Theory]
    [MemberData(nameof(Storages))]
    public void Triplets(bool isDense, bool isOutputDense)
    {
        TripletLoss<T> loss = Loss.Triplet<T>(Dimension);
        (T[] a, T[] p, T[] n) = (_first.ToRowMajorArray(), _second.ToRowMajorArray(), _third.ToRowMajorArray());
        (T[] ofA, T[] ofN, T[] losses) = (new T[a.Length], new T[a.Length], new T[Rows]);
        Triplets<T> flat = new() { Anchors = a, Positives = p, Negatives = n };
        Cost expected = loss.ValueAndGradient(
            flat, new TripletGradients<T> { Anchors = ofA, Negatives = ofN }, _weights.AsArray(), Reduction.Sum);
        loss.PerExample(flat, losses);

        Matrix<T> anchors = Stored(_first, isDense);
        Matrix<T> positives = Stored(_second, isDense);
        Matrix<T> negatives = Stored(_third, isDense).Transpose();
        Triplets<T> Batch(MathNetInputs<T> from) => new()
        {
            Anchors = from.Rows(anchors),
            Positives = from.Rows(positives),
            Negatives = from.Columns(negatives),
        };
        Matrix<T> ofAnchors = Empty(Rows, Dimension, isOutputDense);
        Matrix<T> ofNegatives = Empty(Dimension, Rows, isOutputDense);
        loss.ValueAndGradient(
            Batch,
            to => new() { Anchors = to.Rows(ofAnchors), Negatives = to.Columns(ofNegatives) },
            _weights,
            Reduction.Sum).Should().Be(expected);
        loss.Value(Batch, _weights).Should().Be(expected);
        Vector<T> l = Vector<T>.Build.Dense(Rows);
        loss.PerExample(Batch, l, _weights).Should().Be(expected);
        ofAnchors.ToRowMajorArray().Should().Equal(ofA);
        ofNegatives.ToColumnMajorArray().Should().Equal(ofN);
        Array.Exists(ofA, entry => entry != T.Zero).Should().BeTrue();
        Array.Exists(ofN, entry => entry != T.Zero).Should().BeTrue();
        l.Should().Equal(losses);
    }

    [Fact]
    public void Pairs_with_labels_or_numbers()
    {
        PairLoss<T> loss = Loss.Contrastive<T>(Dimension);
        int[] labels = [.. s_labels.Select(label => label == 0 ? 1 : 0)];
        T[] expected = new T[Rows * Dimension];
        Cost cost = loss.ValueAndGradient(
            new() { First = _first.ToRowMajorArray(), Second = _second.ToRowMajorArray(), Labels = labels },
            new() { Second = expected });
        Matrix<T> g = Matrix<T>.Build.Dense(Rows, Dimension);
        loss.ValueAndGradient(
            from => new() { First = from.Rows(_first), Second = from.Rows(_second), Labels = labels },
            to => new() { Second = to.Rows(g) }).Should().Be(cost);
        g.ToRowMajorArray().Should().Equal(expected);

        Vector<T> cosines = _first.Column(0);
        Loss.CosineRegression<T>(Dimension).Value(
            from => new() { First = from.Rows(_first), Second = from.Rows(_second), Targets = from.Entries(cosines) })
            .Should().Be(Loss.CosineRegression<T>(Dimension).Value(new()
            {
                First = _first.ToRowMajorArray(),
                Second = _second.ToRowMajorArray(),
                Targets = cosines.ToArray(),
            }));
    }

    [Fact]
    public void In_batch_losses_and_those_of_two_views()
    {
        InBatchLoss<T> loss = Loss.SupervisedContrastive<T>(Dimension);
        T[] expected = new T[Rows * Dimension];
        Cost cost = loss.ValueAndGradient(
            new() { Embeddings = _first.ToRowMajorArray(), Labels = s_labels }, new() { Embeddings = expected });
        Matrix<T> g = Matrix<T>.Build.Dense(Rows, Dimension);
        loss.ValueAndGradient(
            from => new() { Embeddings = from.Rows(_first), Labels = s_labels },
            to => new() { Embeddings = to.Rows(g) }).Should().Be(cost);
        g.ToRowMajorArray().Should().Equal(expected);

        Vector<T> scale = Vector<T>.Build.Dense(1, T.CreateTruncating(5));
        Vector<T> ofScale = Vector<T>.Build.Dense(1);
        T[] ofScales = new T[1];
        Cost views = Loss.InfoNce<T>(Dimension).ValueAndGradient(
            new() { First = _first.ToRowMajorArray(), Second = _second.ToRowMajorArray(), Scale = scale.AsArray() },
            new() { Scale = ofScales });
        Loss.InfoNce<T>(Dimension).ValueAndGradient(
            from => new() { First = from.Rows(_first), Second = from.Rows(_second), Scale = from.Entries(scale) },
            to => new() { Scale = to.Entries(ofScale) }).Should().Be(views);
        ofScale.Should().Equal(ofScales).And.NotContain(T.Zero);
    }

    [Fact]
    public void Linear_heads_survival_and_metrics_of_a_batch()
    {
        LinearLoss<T> head = Loss.LinearCrossEntropy<T>(classes: 3, dimension: Dimension);
        Matrix<T> prototypes = _second.SubMatrix(0, 3, 0, Dimension);
        T[] expected = new T[3 * Dimension];
        Cost cost = head.ValueAndGradient(
            new() { Hidden = _first.ToRowMajorArray(), Prototypes = prototypes.ToRowMajorArray(), Labels = s_labels },
            new() { Prototypes = expected });
        Matrix<T> g = Matrix<T>.Build.Dense(3, Dimension);
        head.ValueAndGradient(
            from => new() { Hidden = from.Rows(_first), Prototypes = from.Rows(prototypes), Labels = s_labels },
            to => new() { Prototypes = to.Rows(g) }).Should().Be(cost);
        g.ToRowMajorArray().Should().Equal(expected);

        // The Hessian of a batch has its own place among the gradients.
        (Vector<T> risks, Vector<T> times) = (_first.Column(1), _second.Column(1).PointwiseAbs());
        int[] events = [.. s_labels.Select(label => label == 2 ? 0 : 1)];
        Survival<T> people = new() { Risks = risks.AsArray(), Times = times.AsArray(), Events = events };
        (T[] ofRisks, T[] hessian) = (new T[Rows], new T[Rows]);
        Cost cox = Loss.Cox<T>().ValueAndGradient(
            people, new SurvivalGradients<T> { Risks = ofRisks, Hessian = hessian }, _weights.AsArray());
        (Vector<T> r, Vector<T> h) = (Vector<T>.Build.Sparse(Rows), Vector<T>.Build.Dense(Rows));
        Survival<T> People(MathNetInputs<T> from) =>
            new() { Risks = from.Entries(risks), Times = from.Entries(times), Events = events };
        Loss.Cox<T>().ValueAndGradient(
            People, to => new() { Risks = to.Entries(r), Hessian = to.Entries(h) }, _weights).Should().Be(cox);
        r.Should().Equal(ofRisks);
        h.Should().Equal(hessian);
        hessian.Any(entry => entry > T.Zero).Should().BeTrue();
        Loss.ConcordanceIndex<T>().Value(People).Should().Be(Loss.ConcordanceIndex<T>().Value(people));
    }

    [Fact]
    public void Dense_columns_are_not_copied_and_a_call_leaves_little_garbage()
    {
        const int many = 4000;
        Matrix<T> wide = Matrix<T>.Build.Dense(Dimension, many, (i, j) => T.CreateTruncating(Math.Sin(i + 3 * j)));
        Matrix<T> tall = wide.Transpose();
        Matrix<T> g = Matrix<T>.Build.Dense(many, Dimension);
        PairLoss<T> loss = Loss.NegativeCosine<T>(Dimension);
        Allocations.Of(() => loss.ValueAndGradient(
            from => new() { First = from.Columns(wide), Second = from.Rows(tall) }, to => new() { First = to.Rows(g) }))
            .Should().BeLessThan(2000);
        loss.Value(from =>
        {
            from.Columns(wide)[0].Should().Be(wide[0, 0]);
            from.Columns(wide).Overlaps(wide.AsColumnMajorArray()).Should().BeTrue();
            return new() { First = from.Columns(wide), Second = from.Rows(tall) };
        }).Count.Should().Be(many);
    }

    [Fact]
    public void Mismatches_are_named_before_anything_is_written()
    {
        TripletLoss<T> loss = Loss.Triplet<T>(Dimension);
        Matrix<T> turned = _first.Transpose();
        Matrix<T> g = Matrix<T>.Build.Dense(Rows, Dimension, T.One);
        Matrix<T> other = Matrix<T>.Build.Dense(Rows, Dimension, T.One);
        Vector<T> three = Vector<T>.Build.Dense(3);
        Triplets<T> Batch(MathNetInputs<T> from) => new()
        {
            Anchors = from.Rows(_first),
            Positives = from.Rows(_second),
            Negatives = from.Rows(_third),
        };

        // Ten columns would be two rows of five each: no length tells.
        Matrix<T> twice = _first.Append(_first);
        Fails(
            () => loss.Value(from => new() { Anchors = from.Rows(twice), Positives = [], Negatives = [] }),
            "twice",
            "*'twice' is 19×10: expected 5 columns*");
        Fails(
            () => loss.Value(from => new() { Anchors = from.Columns(_first), Positives = [], Negatives = [] }),
            "_first",
            "*19×5: expected 5 rows*");
        Fails(
            () => loss.ValueAndGradient(Batch, to => new() { Anchors = to.Rows(turned) }),
            "turned",
            "*5×19: expected 5 columns*");
        Fails(
            () => loss.ValueAndGradient(Batch, to => new() { Anchors = to.Rows(g), Positives = to.Rows(g) }),
            "g",
            "*'g' receives another gradient already*");
        Fails(
            () => loss.ValueAndGradient(
                Batch, to => new() { Anchors = to.Rows(g), Positives = to.Rows(other.SubMatrix(0, 18, 0, 5)) }),
            "gradients.Positives",
            "*90*95*");
        Fails(() => loss.ValueAndGradient(Batch, to => new() { Anchors = to.Rows(g) }, three), "weights", "*3*19*");
        Fails(() => loss.PerExample(Batch, three), "losses", "*3*19*");
        Fails(
            () => loss.ValueAndGradient(Batch, to => new() { Anchors = to.Rows(Matrix<T>.Build.DiagonalIdentity(5)) }),
            "Matrix<T>.Build.DiagonalIdentity(5)",
            "*DiagonalMatrix*can all be set*");
        Fails(
            () => loss.Value(from => new() { Anchors = from.Rows(null!), Positives = [], Negatives = [] }),
            "null",
            "*");
        Fails(() => loss.Value((Func<MathNetInputs<T>, Triplets<T>>)null!), "batch", "*");
        Fails(() => loss.ValueAndGradient(Batch, null!), "gradients", "*");
        Fails(() => ((TripletLoss<T>)null!).Value(Batch), "loss", "*");
        Fails(() => loss.Value(Batch, Vector<T>.Build.Dense(0)), "weights", "*no entries*");
        g.Enumerate().Should().AllBeEquivalentTo(T.One);

        Matrix<T> broken = _first.Clone();
        broken[4, 1] = T.NaN;
        Fails(
            () => loss.Checked().Value(from => new()
            {
                Anchors = from.Rows(broken),
                Positives = from.Rows(_second),
                Negatives = from.Rows(_third),
            }),
            "anchors",
            "*row 4*NaN*");
    }

    private static void Fails(Action action, string name, string message) =>
        action.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);

    private static Matrix<T> Numbers(int seed)
    {
        Random random = new(seed);
        return Matrix<T>.Build.Dense(Rows, Dimension, (_, _) => T.CreateTruncating(random.NextDouble() * 2 - 1));
    }

    private static Matrix<T> Stored(Matrix<T> matrix, bool isDense) =>
        isDense ? matrix : Matrix<T>.Build.SparseOfMatrix(matrix);

    private static Matrix<T> Empty(int rows, int columns, bool isDense) =>
        isDense ? Matrix<T>.Build.Dense(rows, columns) : Matrix<T>.Build.Sparse(rows, columns);
}
