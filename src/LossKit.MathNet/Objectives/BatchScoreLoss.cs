using System.Buffers;
using System.Runtime.InteropServices;
using LossKit.MathNet.Storage;
using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>Scores that are one of the inputs of a batch.</summary>
/// <remarks>No Hessian: what couples the scores of a batch is not told of.</remarks>
internal sealed class BatchScoreLoss<TBatch, TGradients>(
    IBatchLoss<double, TBatch, TGradients> loss,
    Func<ReadOnlySpan<double>, TBatch> batch,
    Func<Span<double>, TGradients> gradients,
    int outputs,
    Vector<double>? weights) : ScoreLoss
    where TBatch : struct, allows ref struct
    where TGradients : struct, allows ref struct
{
    // A NaN that no computation makes, in each place of the gradient that nothing is written to.
    private static readonly double s_unwritten = BitConverter.UInt64BitsToDouble(0x7FFC_4C6F_7373_4B69);

    private readonly EntryOrder _order = outputs == 1 ? EntryOrder.ColumnMajor : EntryOrder.RowMajor;
    private readonly double[]? _weights = weights?.ToArray();

    public override int Outputs => outputs;

    public override bool HasGradient => true;

    public override Cost Value(Matrix<double> scores, ReadOnlySpan<double> others)
    {
        using MatrixEntries<double> entries = MatrixEntries<double>.Input(scores, _order);
        return loss.Value(batch(entries.Span), _weights);
    }

    public override Cost ValueAndGradient(Matrix<double> scores, Span<double> others)
    {
        using MatrixEntries<double> entries = MatrixEntries<double>.Input(scores, _order);
        Span<double> numbers = entries.Span;

        // What such a loss writes lies apart from what it reads.
        double[] rented = ArrayPool<double>.Shared.Rent(numbers.Length);
        Span<double> gradient = rented.AsSpan(0, numbers.Length);
        try
        {
            gradient.Fill(s_unwritten);
            Cost cost = loss.ValueAndGradient(batch(numbers), gradients(gradient), _weights);
            CheckIsWritten(gradient, nameof(gradients));
            gradient.CopyTo(numbers);
            entries.WriteBack();
            return cost;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private void CheckIsWritten(ReadOnlySpan<double> gradient, string name)
    {
        int place = MemoryMarshal.Cast<double, ulong>(gradient).IndexOf(BitConverter.DoubleToUInt64Bits(s_unwritten));
        if (place >= 0)
        {
            throw new ArgumentException(
                $"'{name}' makes a place in which 'loss' writes no gradient of the scores of row {place / Outputs}: "
                + "expected all of what it is given, as the gradient of what 'batch' makes of the scores.",
                name);
        }
    }
}
