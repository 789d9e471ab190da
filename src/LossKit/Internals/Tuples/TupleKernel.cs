using System.Runtime.InteropServices;

namespace LossKit.Internals.Tuples;

/// <summary>
/// The loops behind every loss of tuples: blocks of examples are brought into columns in L1 and differentiated in one
/// direction at a time, a loop each.
/// </summary>
/// <remarks>
/// A jet with a derivative for each prediction would outgrow what the JIT compiler is willing to inline; in one
/// direction most of a formula has a derivative of 0 and is compiled without. All of a block is read before any of it
/// is written: outputs may stand in place of inputs. Examples beyond the last have weight 0.
/// </remarks>
internal sealed class TupleKernel<T, TFormula> : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, ITupleFormula
{
    private readonly TFormula _formula;

    public TupleKernel(TFormula formula)
    {
        ParameterChecks.Check<T, TFormula>(formula);
        TupleLayout<T, TFormula>.Check();
        _formula = formula;
    }

    private static int Block => TupleLayout<T, TFormula>.Block;

    public override int NumbersOfExample(in Batch<T> batch) => TupleLayout<T, TFormula>.Inputs;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width) =>
        width switch
        {
            LaneWidth.Vector512 => Run<Vector512Lane<T>>(batch, order),
            LaneWidth.Vector => Run<VectorLane<T>>(batch, order),
            _ => Run<ScalarLane<T>>(batch, order),
        };

    private CompensatedSum Run<TLane>(in Batch<T> batch, DerivativeOrder order)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> => order switch
        {
            DerivativeOrder.Value => Run<TLane, TLane>(batch),
            DerivativeOrder.Gradient => Run<TLane, Jet<TLane>>(batch),
            _ => Run<TLane, Jet2<TLane>>(batch),
        };

    [SkipLocalsInit]
    private CompensatedSum Run<TLane, TJet>(in Batch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        _ = stackalloc byte[AlignedStack.Rest(stackalloc byte[AlignedStack.Line])];
        Span<T> block = stackalloc T[TupleLayout<T, TFormula>.Numbers(TJet.Order)];
        ref T start = ref MemoryMarshal.GetReference(block);
        block.Slice(TupleLayout<T, TFormula>.Weights, Block).Fill(T.One);
        CompensatedSum sum = default;
        int length = batch.Length;
        for (int first = 0; first < length; first += Block)
        {
            int count = Math.Min(Block, length - first);
            int padded = (count + TLane.Count - 1) / TLane.Count * TLane.Count;
            TupleInputs<T> inputs = Inputs<TLane>(batch, first, count, padded, block);
            Loop<TLane, TJet, First>(_formula, default, inputs, ref start, 0, (nuint)padded);
            if (TJet.Order > 0)
            {
                RunOthers<TLane, TJet>(inputs, ref start, (nuint)padded);
            }

            TupleOutputs<T, TLane> outputs = new(
                batch,
                first,
                count,
                block.Slice(TupleLayout<T, TFormula>.Losses, padded),
                block.Slice(TupleLayout<T, TFormula>.Factors, padded),
                Block);
            if (default(TFormula) is not IPropagatesNaN)
            {
                outputs.PropagateNaN(in inputs.Predictions, inputs.Pitch, TFormula.Predictions);
                outputs.PropagateNaN(in inputs.Targets, inputs.Pitch, TFormula.Targets);
            }

            sum += outputs.Sum(in inputs.Weights);
            if (!batch.Losses.IsEmpty)
            {
                outputs.StoreLosses();
            }

            if (TJet.Order > 0)
            {
                outputs.Store(block[TupleLayout<T, TFormula>.Slopes..], batch.Gradient, TFormula.Predictions);
            }

            if (TJet.Order > 1)
            {
                outputs.Store(block[TupleLayout<T, TFormula>.Curvatures..], batch.Hessian, TFormula.Predictions);
            }
        }

        return sum;
    }

    /// <summary>The columns of a block: in the batch itself if they are there and end with a whole lane.</summary>
    private static TupleInputs<T> Inputs<TLane>(
        in Batch<T> batch, int first, int count, int padded, Span<T> block)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        bool isWhole = count == padded;
        Span<T> predictions = block;
        Span<T> targets = block[TupleLayout<T, TFormula>.Targets..];
        Span<T> weights = block.Slice(TupleLayout<T, TFormula>.Weights, Block);
        TupleInputs<T> inputs = new()
        {
            Predictions = ref MemoryMarshal.GetReference(predictions),
            Targets = ref MemoryMarshal.GetReference(targets),
            Weights = ref MemoryMarshal.GetReference(weights),
            Pitch = (nuint)(batch.Pitch > 0 && isWhole ? batch.Pitch : Block),
        };
        if (isWhole && (batch.Pitch > 0 || TFormula.Predictions == 1))
        {
            inputs.Predictions = ref batch.Predictions[first];
        }
        else
        {
            TupleColumns<T, TLane>.Load(
                batch.Predictions, TFormula.Predictions, batch.Pitch, first, predictions, Block, count);
        }

        if (isWhole && TFormula.Targets > 0 && (batch.Pitch > 0 || TFormula.Targets == 1))
        {
            inputs.Targets = ref batch.Targets[first];
        }
        else
        {
            TupleColumns<T, TLane>.Load(batch.Targets, TFormula.Targets, batch.Pitch, first, targets, Block, count);
        }

        if (isWhole && !batch.Weights.IsEmpty)
        {
            inputs.Weights = ref batch.Weights[first];
        }
        else
        {
            if (!batch.Weights.IsEmpty)
            {
                TupleColumns<T, TLane>.Copy(batch.Weights.Slice(first, count), weights);
            }

            weights[count..padded].Clear();
        }

        return inputs;
    }

    private void RunOthers<TLane, TJet>(in TupleInputs<T> inputs, ref T start, nuint padded)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        if (TFormula.Predictions > 1)
        {
            Loop<TLane, TJet, Second>(_formula, default, inputs, ref start, 1, padded);
        }

        if (TFormula.Predictions > 2)
        {
            Loop<TLane, TJet, Third>(_formula, default, inputs, ref start, 2, padded);
        }

        if (TFormula.Predictions > 3)
        {
            Loop<TLane, TJet, Fourth>(_formula, default, inputs, ref start, 3, padded);
        }

        for (int k = 4; k < TFormula.Predictions; k++)
        {
            Loop<TLane, TJet, Later>(_formula, new(k), inputs, ref start, k, padded);
        }
    }

    // Its own root for the JIT compiler, as the pointwise loop is, and with nothing in it but the formula, which so has
    // all of the budget for itself.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TLane, TJet, TDirection>(
        in TFormula given, TDirection direction, in TupleInputs<T> inputs, ref T start, int column, nuint padded)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TDirection : struct, IDirection
    {
        TFormula formula = given;
        TupleInputs<T> columns = inputs;
        ref T losses = ref Unsafe.Add(ref start, TupleLayout<T, TFormula>.Losses);
        ref T slopes = ref Unsafe.Add(ref start, TupleLayout<T, TFormula>.Slopes + column * Block);
        ref T curvatures = ref Unsafe.Add(ref start, TupleLayout<T, TFormula>.Curvatures + column * Block);
        for (nuint i = 0; i < padded; i += (nuint)TLane.Count)
        {
            TJet loss = formula.Loss<TJet, TupleExample<T, TFormula, TLane, TJet, TDirection>>(
                new(in columns, i, direction));
            if (typeof(TDirection) == typeof(First))
            {
                TLane.Store(TJet.Value(loss), ref losses, i);
            }

            if (typeof(TJet) != typeof(TLane))
            {
                TLane.Store(TJet.First(loss), ref slopes, i);
            }

            if (typeof(TJet) == typeof(Jet2<TLane>))
            {
                TLane.Store(TJet.Second(loss), ref curvatures, i);
            }
        }
    }
}
