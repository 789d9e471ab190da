namespace LossKit.Internals.Guards;

/// <summary>The checks of padded sequences, all of as many frames, of which the first few count.</summary>
internal static class SequenceChecks
{
    /// <summary>How many frames every sequence has, counted or not.</summary>
    /// <param name="name">The numbers of all frames.</param>
    /// <param name="numbers">How many there are.</param>
    /// <param name="ofFrame">How many a frame has.</param>
    /// <param name="inputLengths">One a sequence.</param>
    public static int Frames(string name, int numbers, long ofFrame, ReadOnlySpan<int> inputLengths)
    {
        int sequences = inputLengths.Length;
        long ofFrames = sequences * ofFrame;
        return ofFrames == 0 && numbers == 0 ? 0
            : ofFrames > 0 && numbers % ofFrames == 0 ? (int)(numbers / ofFrames)
            : throw BatchChecks.Refusal(
                name,
                $"'{name}' has {numbers} entries, but must have a multiple of {ofFrames}: 'inputLengths' has "
                + $"{sequences} sequences, and each of their frames {ofFrame} entries.");
    }

    /// <summary>No sequence is longer than what there is.</summary>
    public static void Lengths(ReadOnlySpan<int> inputLengths, int frames)
    {
        for (int n = 0; n < inputLengths.Length; n++)
        {
            if ((uint)inputLengths[n] > (uint)frames)
            {
                throw BatchChecks.Refusal(
                    "inputLengths",
                    $"inputLengths[{n}] is {inputLengths[n]}, but must be between 0 and {frames}, the frames of each "
                    + "sequence.");
            }
        }
    }

    /// <summary>The numbers of the frames that count; the first that is no score is told with its place.</summary>
    /// <param name="name">The numbers of all frames.</param>
    /// <param name="numbers">As many for each sequence.</param>
    /// <param name="classes">How many classes a row has.</param>
    /// <param name="rows">How many rows a frame has.</param>
    /// <param name="inputLengths">One a sequence.</param>
    public static void Numbers<T>(
        string name, ReadOnlySpan<T> numbers, int classes, int rows, ReadOnlySpan<int> inputLengths)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int ofFrame = classes * rows;
        for (int n = 0; n < inputLengths.Length; n++)
        {
            int start = n * (numbers.Length / inputLengths.Length);
            for (int i = 0; i < inputLengths[n] * ofFrame; i++)
            {
                if (!Domain.Logits.Contains(double.CreateTruncating(numbers[start + i])))
                {
                    string place = rows > 1 ? $"place {i % ofFrame / classes}, " : "";
                    EntryChecks.Throw(
                        name,
                        start + i,
                        numbers[start + i],
                        Domain.Logits,
                        $", of sequence {n}, frame {i / ofFrame}, {place}class {i % classes},");
                }
            }
        }
    }

    /// <summary>A target's labels are classes, and none of them means no label.</summary>
    public static void Labels(ReadOnlySpan<int> labels, int first, int sequence, int classes, int? blank)
    {
        for (int k = 0; k < labels.Length; k++)
        {
            if ((uint)labels[k] >= (uint)classes || labels[k] == blank)
            {
                string expected = labels[k] == blank
                    ? $"that is the blank, and a target must hold others of the {classes} classes only"
                    : $"but must be one of the {classes} classes, from 0 on";
                throw BatchChecks.Refusal(
                    nameof(labels),
                    $"labels[{first + k}], label {k} of sequence {sequence}, is {labels[k]}: {expected}.");
            }
        }
    }
}
