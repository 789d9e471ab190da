namespace LossKit.Gallery;

/// <summary>One number of an example that goes from one value to another: what a picture is drawn along.</summary>
/// <param name="Label">What the number is.</param>
/// <param name="From">Its least value.</param>
/// <param name="To">Its largest.</param>
internal sealed record Slice(string Label, double From, double To)
{
    /// <summary>Which numbers of the batch are functions of it.</summary>
    public required IReadOnlyList<Move> Moves { get; init; }

    /// <summary>Where the loss has no derivative, on this axis.</summary>
    public IReadOnlyList<double> Kinks { get; init; } = [];

    /// <summary>A number of an array that is the axis itself.</summary>
    public static Slice Along(string array, int index, string label, double from, double to) =>
        new(label, from, to) { Moves = [new(array, index, "x", "1.0")] };

    /// <summary>Two numbers of an array that are a point on the circle of radius 1.</summary>
    public static Slice Around(string array, int row, string label, double from = -Math.PI, double to = Math.PI) =>
        new(label, from, to)
        {
            Moves =
            [
                new(array, 2 * row, "Math.Cos(x)", "-Math.Sin(x)"),
                new(array, 2 * row + 1, "Math.Sin(x)", "Math.Cos(x)"),
            ],
        };
}

/// <summary>A number of a batch as a function of x.</summary>
/// <param name="Array">The array that it is in.</param>
/// <param name="Index">Where in it.</param>
/// <param name="Value">An expression of x.</param>
/// <param name="Slope">Its derivative.</param>
internal sealed record Move(string Array, int Index, string Value, string Slope);
