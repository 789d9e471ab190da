namespace LossKit.LightGbm.Internals;

/// <summary>
/// Looks for what is to be added to the scores of the examples of a leaf for them to have the least loss, of all leaves
/// of a tree at once.
/// </summary>
/// <remarks>
/// The summed slope of each leaf is followed to where its sign changes, by steps that double and then by halves: about
/// 40 passes over the examples. Where it only fades, until nothing of it is left, there is no such number.
/// </remarks>
internal sealed class LeafSearch<TTarget>(Objective<TTarget> objective, Examples<TTarget> examples)
    where TTarget : unmanaged
{
    private const int Passes = 100;

    /// <summary>How near, as a part of itself, a step has to be.</summary>
    private const double Precision = 1e-9;

    private readonly double[] _moved = new double[examples.Rows * objective.Shape.Predictions];
    private readonly double[] _gradient = new double[examples.Rows * objective.Shape.Predictions];

    /// <param name="scores">Scores as the loss takes them.</param>
    /// <param name="k">Which of an example's predictions the tree is for.</param>
    /// <param name="leaves">The leaf of each example.</param>
    /// <param name="count">How many leaves there are.</param>
    /// <returns>The step of each leaf; NaN if it has none.</returns>
    public double[] Steps(double[] scores, int k, ReadOnlySpan<int> leaves, int count)
    {
        Leaf[] all = new Leaf[count];
        Sum(scores, k, leaves, all);
        foreach (ref Leaf leaf in all.AsSpan())
        {
            leaf.Start();
        }

        for (int pass = 0; pass < Passes && Array.Exists(all, leaf => !leaf.IsDone); pass++)
        {
            Sum(scores, k, leaves, all);
            foreach (ref Leaf leaf in all.AsSpan())
            {
                leaf.Narrow();
            }
        }

        return Array.ConvertAll(all, leaf => leaf.Best);
    }

    /// <summary>The slopes of all leaves where their steps have come to.</summary>
    private void Sum(double[] scores, int k, ReadOnlySpan<int> leaves, Leaf[] all)
    {
        (int start, int step) = objective.Shape.IsPlanar ? (k * examples.Rows, 1) : (k, objective.Shape.Predictions);
        scores.CopyTo(_moved, 0);
        foreach (ref Leaf leaf in all.AsSpan())
        {
            (leaf.Slope, leaf.Size) = (0, 0);
        }

        for (int row = 0, i = start; row < leaves.Length; row++, i += step)
        {
            _moved[i] += all[leaves[row]].Step;
        }

        objective.Slope(_moved, examples, _gradient);
        for (int row = 0, i = start; row < leaves.Length; row++, i += step)
        {
            ref Leaf leaf = ref all[leaves[row]];
            leaf.Slope += _gradient[i];
            leaf.Size += Math.Abs(_gradient[i]);
        }
    }

    private struct Leaf
    {
        private double _direction;
        private double _near;
        private double _far;

        public double Slope { get; set; }

        /// <summary>What the slopes that add up to it add up to by size.</summary>
        public double Size { get; set; }

        public double Step { get; private set; }

        public bool IsDone { get; private set; }

        /// <summary>
        /// What was found; NaN if there is no end to it. No number is near 0 as a part of itself, so that where nothing
        /// is to be added the halves go on to the last pass.
        /// </summary>
        public readonly double Best => IsDone ? Step : double.IsFinite(_far) ? _near : double.NaN;

        public void Start()
        {
            _direction = Slope > 0 ? -1 : 1;
            _far = double.NaN;
            IsDone = Slope == 0;
            Step = IsDone ? 0 : _direction;
        }

        public void Narrow()
        {
            if (IsDone)
            {
                return;
            }

            if (Slope * _direction < 0)
            {
                _near = Step;
            }
            else
            {
                _far = Size == 0 ? double.PositiveInfinity : Step;
            }

            IsDone = Math.Abs(_far - _near) <= Precision * Math.Abs(_far) || double.IsInfinity(_far);
            Step = double.IsNaN(_far) ? 2 * Step : double.IsInfinity(_far) ? double.NaN : _near + (_far - _near) / 2;
        }
    }
}
