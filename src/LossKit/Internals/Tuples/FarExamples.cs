using System.Runtime.InteropServices;

namespace LossKit.Internals.Tuples;

/// <summary>
/// Examples of a scale-free formula whose loss is NaN because something on the way was out of range: each is evaluated
/// once more in a unit in which its largest number is about a million.
/// </summary>
/// <remarks>Not in the loop of all examples, where looking for them would cost more than some losses.</remarks>
internal static class FarExamples<T, TProgram>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TProgram : struct, ITupleProgram
{
    // Products of four such numbers are in range, and so are those of rather small parts of them.
    private const int ExponentOfLargest = 20;

    /// <summary>Gives examples of a block with a loss of NaN their results; says whether there are any.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Mend(
        in TProgram program, in TupleInputs<T> inputs, in TupleResults<T> results, int count, int order) => order switch
        {
            0 => Mend<ScalarLane<T>>(program, inputs, results, count),
            1 => Mend<Jet<ScalarLane<T>>>(program, inputs, results, count),
            _ => Mend<Jet2<ScalarLane<T>>>(program, inputs, results, count),
        };

    private static bool Mend<TJet>(
        in TProgram program, in TupleInputs<T> inputs, in TupleResults<T> results, int count)
        where TJet : struct, IJet<TJet, ScalarLane<T>>
    {
        int predictions = program.Predictions;
        int numbers = predictions + program.Targets;
        Span<T> example = stackalloc T[numbers];
        Span<T> derivatives = stackalloc T[2 * predictions];
        T loss = T.Zero;
        TupleInputs<T> scaled = new()
        {
            Predictions = ref example[0],
            Targets = ref example[predictions],
            Weights = ref example[0],
            Pitch = 1,
        };
        TupleResults<T> ofScaled = new()
        {
            Losses = ref loss,
            Slopes = ref derivatives[0],
            Curvatures = ref derivatives[predictions],
            Pitch = 1,
        };
        bool isAny = false;
        for (int i = 0; i < count; i++)
        {
            ref T lossOfBlock = ref Unsafe.Add(ref results.Losses, i);
            if (!T.IsNaN(lossOfBlock))
            {
                continue;
            }

            Gather(in inputs.Predictions, inputs.Pitch, i, example[..predictions]);
            Gather(in inputs.Targets, inputs.Pitch, i, example[predictions..]);
            T largest = Largest(example);
            if (!T.IsFinite(largest) || largest == T.Zero)
            {
                continue;
            }

            int exponent = T.ILogB(largest) - ExponentOfLargest;
            Scale(example, -exponent);
            program.RunInOtherUnits<T, ScalarLane<T>, TJet>(scaled, ofScaled, 1);
            isAny = true;
            lossOfBlock = loss;
            if (TJet.Order > 0)
            {
                Scale(derivatives[..predictions], -exponent);
                Scatter(derivatives[..predictions], ref results.Slopes, results.Pitch, i);
            }

            if (TJet.Order > 1)
            {
                Scale(derivatives[predictions..], -2 * exponent);
                Scatter(derivatives[predictions..], ref results.Curvatures, results.Pitch, i);
            }
        }

        return isAny;
    }

    /// <summary>The largest absolute number; NaN if there is one.</summary>
    private static T Largest(ReadOnlySpan<T> example)
    {
        T largest = T.Zero;
        foreach (T number in example)
        {
            largest = T.MaxMagnitude(largest, T.Abs(number));
        }

        return largest;
    }

    private static void Scale(Span<T> numbers, int exponent)
    {
        foreach (ref T number in numbers)
        {
            number = T.ScaleB(number, exponent);
        }
    }

    private static void Gather(ref readonly T columns, nuint pitch, int example, Span<T> numbers)
    {
        for (int k = 0; k < numbers.Length; k++)
        {
            numbers[k] = Unsafe.Add(ref Unsafe.AsRef(in columns), (nuint)k * pitch + (nuint)example);
        }
    }

    private static void Scatter(ReadOnlySpan<T> numbers, ref T columns, nuint pitch, int example)
    {
        for (int k = 0; k < numbers.Length; k++)
        {
            Unsafe.Add(ref columns, (nuint)k * pitch + (nuint)example) = numbers[k];
        }
    }
}
