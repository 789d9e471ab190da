namespace LossKit.LightGbm.Internals;

/// <summary>
/// The scores of some data in training, as the loss takes them. LightGBM has them prediction by prediction, losses
/// example by example, and the initial ones are not LightGBM's.
/// </summary>
internal sealed class Scores
{
    private readonly int _rows;
    private readonly double[] _initial;
    private readonly bool _isPlanar;
    private readonly double[] _native;

    public Scores(int rows, double[] initial, bool isPlanar)
    {
        (_rows, _initial, _isPlanar) = (rows, initial, isPlanar);
        _native = new double[rows * initial.Length];
        Numbers = new double[rows * initial.Length];
        Take();
    }

    public double[] Numbers { get; }

    /// <summary>Reads them from LightGBM.</summary>
    /// <param name="booster">Whose scores they are.</param>
    /// <param name="data">0 of the training data, 1 of the validation data.</param>
    public unsafe void Read(BoosterHandle booster, int data)
    {
        fixed (double* scores = _native)
        {
            Native.Check(Native.BoosterGetPredict(booster, data, out _, scores));
        }

        Take();
    }

    /// <summary>Adds what is in each example's leaf.</summary>
    /// <param name="k">Which of an example's predictions the tree is for.</param>
    /// <param name="leaves">The leaf of each example.</param>
    /// <param name="values">What is in each leaf.</param>
    public void Add(int k, ReadOnlySpan<int> leaves, double[] values)
    {
        (int to, int step) = _isPlanar ? (k * _rows, 1) : (k, _initial.Length);
        foreach (int leaf in leaves)
        {
            Numbers[to] += values[leaf];
            to += step;
        }
    }

    private void Take()
    {
        for (int k = 0, from = 0; k < _initial.Length; k++)
        {
            (int to, int step) = _isPlanar ? (from, 1) : (k, _initial.Length);
            for (int row = 0; row < _rows; row++, from++, to += step)
            {
                Numbers[to] = _initial[k] + _native[from];
            }
        }
    }
}
