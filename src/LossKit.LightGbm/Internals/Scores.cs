namespace LossKit.LightGbm.Internals;

/// <summary>
/// The scores of some data in training. LightGBM has them prediction by prediction, losses example by example, and the
/// initial ones are not LightGBM's.
/// </summary>
internal sealed class Scores(int rows, double[] initial, bool isPlanar)
{
    private readonly double[] _native = new double[rows * initial.Length];
    private readonly double[] _scores = new double[rows * initial.Length];

    /// <summary>Reads them as the loss takes them.</summary>
    /// <param name="booster">Whose scores they are.</param>
    /// <param name="data">0 of the training data, 1 of the validation data.</param>
    public unsafe double[] Read(BoosterHandle booster, int data)
    {
        fixed (double* scores = _native)
        {
            Native.Check(Native.BoosterGetPredict(booster, data, out _, scores));
        }

        for (int k = 0, from = 0; k < initial.Length; k++)
        {
            (int to, int step) = isPlanar ? (from, 1) : (k, initial.Length);
            for (int row = 0; row < rows; row++, from++, to += step)
            {
                _scores[to] = initial[k] + _native[from];
            }
        }

        return _scores;
    }
}
