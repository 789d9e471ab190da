using Toolbox;

namespace DigitEmbedding;

/// <summary>The held-out digits as a network sees them.</summary>
/// <param name="Outputs">What it makes of them.</param>
/// <param name="Accuracy">The share that is read right.</param>
internal sealed record Snapshot(LabelledRows Outputs, double Accuracy)
{
    public static Snapshot Of(Network network, Readout readout, LabelledRows train, LabelledRows test)
    {
        LabelledRows outputs = test.Through(network);
        return new(outputs, readout.Accuracy(train.Through(network), outputs));
    }
}
