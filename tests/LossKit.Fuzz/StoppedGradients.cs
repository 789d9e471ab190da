namespace LossKit.Fuzz;

/// <summary>
/// Losses of whose numbers some are constants to the gradient, by definition, and those that jump with an order: their
/// gradient is not the derivative of their value.
/// </summary>
internal static class StoppedGradients
{
    private static readonly string[] s_names =
    [
        "AsymmetricMultilabel", "BcoPair", "BoxCiou", "Cispo", "FocalFrequency", "Kto", "LambdaRank", "NormalNll",
        "SimSiam", "stopWeights=true",
    ];

    public static bool Has(NamedMetric loss)
    {
        string name = loss.ToString();
        return Array.Exists(s_names, part => name.Contains(part, StringComparison.Ordinal));
    }
}
