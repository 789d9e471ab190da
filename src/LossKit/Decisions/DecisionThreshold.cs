using System.Globalization;

namespace LossKit;

/// <summary>A threshold chosen on some examples.</summary>
/// <param name="Threshold">The least score decided positive.</param>
/// <param name="Cost">What deciding by it costs on these examples.</param>
public readonly record struct DecisionThreshold(double Threshold, Cost Cost)
{
    /// <summary>One line, for logs.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"threshold {Threshold:G6}, {Cost}");
}
