namespace LossKit.TorchSharp.Internals;

/// <summary>What becomes of the losses of a call.</summary>
/// <param name="Kind">In torch's words.</param>
/// <param name="OverCount">Whether a mean is over how many losses count, whatever they weigh.</param>
internal readonly record struct Reductions(nn.Reduction Kind, bool OverCount)
{
    /// <summary>What the loss computes the gradient of.</summary>
    public Reduction OfGradient => Kind != nn.Reduction.Mean ? Reduction.Sum
        : OverCount ? Reduction.MeanOverCount : Reduction.Mean;

    /// <summary>What one loss of a sum counts in the result.</summary>
    public double Share(Cost cost)
    {
        double losses = Kind != nn.Reduction.Mean ? 1 : OverCount ? cost.Count : cost.Weight;
        return losses == 0 ? 0 : 1 / losses;
    }

    public double Of(Cost cost) => Kind != nn.Reduction.Mean ? cost.Sum
        : OverCount ? cost.Sum / cost.Count : cost.Mean;

    public static Reductions Checked(nn.Reduction reduction, bool overCount) => Enum.IsDefined(reduction)
        ? new(reduction, overCount)
        : throw new ArgumentOutOfRangeException(
            nameof(reduction), reduction, "'reduction' must be Mean, Sum or None.");
}
