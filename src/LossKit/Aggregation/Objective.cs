using System.Globalization;

namespace LossKit;

/// <summary>
/// What an optimiser minimises, at some parameters: the cost of the model plus what its parameters are penalised with.
/// </summary>
/// <remarks>
/// For several outputs of one model the cost is the weighted sum of theirs, by <see cref="TaskLoss{T, TTarget}"/>.
/// Unlike a <see cref="LossKit.Cost"/> it is a number of one model, not of some examples, and does not merge.
/// </remarks>
/// <param name="Cost">The mean loss, or the weighted sum of the tasks' mean losses.</param>
/// <param name="Penalty">As <see cref="Penalty{T}.AddGradient"/> returns it; sums of several are fine.</param>
public readonly record struct Objective(double Cost, double Penalty = 0)
{
    /// <summary>Cost plus penalty.</summary>
    public double Value => Cost + Penalty;

    /// <summary>Value, cost and penalty, for logs.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Value:G6} = cost {Cost:G6} + penalty {Penalty:G6}");
}
