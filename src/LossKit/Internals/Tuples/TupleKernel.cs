using System.Runtime.InteropServices;

namespace LossKit.Internals.Tuples;

/// <summary>
/// What is around the loops of every loss of tuples: blocks of examples are brought into columns in L1, evaluated there
/// and brought back.
/// </summary>
/// <remarks>
/// All of a block is read before any of it is written: outputs may stand in place of inputs. Examples beyond the last
/// have weight 0.
/// </remarks>
internal sealed class TupleKernel<T, TProgram> : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TProgram : struct, ITupleProgram
{
    private readonly TProgram _program;
    private readonly TupleLayout _layout;

    public TupleKernel(TProgram program)
    {
        ParameterChecks.Check<T, TProgram>(program);
        _program = program;
        _layout = new(program.Predictions, program.Targets, program.Spare);
    }

    public override int NumbersOfExample(in Batch<T> batch) => _program.Predictions + _program.Targets;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width) =>
        LaneWidths.Of(width) switch
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
        int numbers = _layout.Numbers(TJet.Order);
        if (!_layout.IsOnStack)
        {
            using Rented<T> rented = new(numbers);
            return Run<TLane, TJet>(batch, rented.Span);
        }

        _ = stackalloc byte[AlignedStack.Rest(stackalloc byte[AlignedStack.Line])];
        return Run<TLane, TJet>(batch, stackalloc T[numbers]);
    }

    // Not inlined, or it would be twice in the method above.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private CompensatedSum Run<TLane, TJet>(in Batch<T> batch, Span<T> block)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        block.Slice(_layout.Weights, _layout.Block).Fill(T.One);
        TupleResults<T> results = new()
        {
            Losses = ref block[_layout.Losses],
            Spare = ref MemoryMarshal.GetReference(block[_layout.Spare..]),
            Slopes = ref MemoryMarshal.GetReference(block[_layout.Slopes..]),
            Curvatures = ref MemoryMarshal.GetReference(TJet.Order > 1 ? block[_layout.Curvatures..] : default),
            Pitch = (nuint)_layout.Block,
        };
        CompensatedSum sum = default;
        int length = batch.Length;

        // A loss of weight 0 is not in the sum, whatever it is.
        bool areReportedUnseen = !batch.Losses.IsEmpty && !batch.Weights.IsEmpty;
        for (int first = 0; first < length; first += _layout.Block)
        {
            int count = Math.Min(_layout.Block, length - first);
            int padded = (count + TLane.Count - 1) / TLane.Count * TLane.Count;
            TupleInputs<T> inputs = Inputs<TLane>(batch, first, count, padded, block);
            _program.Run<T, TLane, TJet>(inputs, results, (nuint)padded);
            TupleOutputs<T, TLane> outputs = new(
                batch,
                first,
                count,
                block.Slice(_layout.Losses, padded),
                block.Slice(_layout.Factors, padded),
                _layout.Block);
            if (!TProgram.PropagatesNaN)
            {
                outputs.PropagateNaN(in inputs.Predictions, inputs.Pitch, _program.Predictions);
                outputs.PropagateNaN(in inputs.Targets, inputs.Pitch, _program.Targets);
            }

            CompensatedSum ofBlock = outputs.Sum(in inputs.Weights);
            if (TProgram.IsScaleFree
                && (double.IsNaN(ofBlock.Sum) || areReportedUnseen)
                && FarExamples<T, TProgram>.Mend(_program, inputs, results, count, TJet.Order))
            {
                ofBlock = outputs.Sum(in inputs.Weights);
            }

            sum += ofBlock;
            if (!batch.Losses.IsEmpty)
            {
                outputs.StoreLosses();
            }

            if (TJet.Order > 0)
            {
                outputs.Store(block[_layout.Slopes..], batch.Gradient, _program.Predictions);
            }

            if (TJet.Order > 1)
            {
                outputs.Store(block[_layout.Curvatures..], batch.Hessian, _program.Predictions);
            }
        }

        return sum;
    }

    /// <summary>The columns of a block: in the batch itself if they are there and end with a whole lane.</summary>
    private TupleInputs<T> Inputs<TLane>(
        in Batch<T> batch, int first, int count, int padded, Span<T> block)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        bool isWhole = count == padded;
        Span<T> predictions = block;
        Span<T> targets = block[_layout.Targets..];
        Span<T> weights = block.Slice(_layout.Weights, _layout.Block);
        TupleInputs<T> inputs = new()
        {
            Predictions = ref MemoryMarshal.GetReference(predictions),
            Targets = ref MemoryMarshal.GetReference(targets),
            Weights = ref MemoryMarshal.GetReference(weights),
            Pitch = (nuint)(batch.Pitch > 0 && isWhole ? batch.Pitch : _layout.Block),
        };
        if (isWhole && (batch.Pitch > 0 || _program.Predictions == 1))
        {
            inputs.Predictions = ref batch.Predictions[first];
        }
        else
        {
            TupleColumns<T, TLane>.Load(
                batch.Predictions, _program.Predictions, batch.Pitch, first, predictions, _layout.Block, count);
        }

        if (isWhole && _program.Targets > 0 && (batch.Pitch > 0 || _program.Targets == 1))
        {
            inputs.Targets = ref batch.Targets[first];
        }
        else
        {
            TupleColumns<T, TLane>.Load(batch.Targets, _program.Targets, batch.Pitch, first, targets, _layout.Block, count);
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
}
