using MathNet.Numerics.LinearAlgebra;

namespace RobustRegression;

/// <summary>What was measured, a row per patient, and how far the disease had progressed a year later.</summary>
internal sealed record Patients(Matrix<double> Features, Vector<double> Progression)
{
    public int Count => Progression.Count;

    /// <summary>The same patients, some noted with the decimal point one place off.</summary>
    public Patients WithSlips(int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        new Random(seed).Shuffle(order);
        Vector<double> slipped = Progression.Clone();
        foreach (int i in order[..count])
        {
            slipped[i] *= 10;
        }

        return this with { Progression = slipped };
    }
}
