using System.Globalization;

namespace LossKit.Gallery;

/// <summary>
/// The batch of an example, as code: batches are structs of spans, which reflection cannot hand over, and what a page
/// shows is then what has been run.
/// </summary>
internal sealed record ExampleBatch
{
    /// <summary>Arrays that the example declares: name and all that follows it.</summary>
    public required IReadOnlyList<ExampleArray> Arrays { get; init; }

    /// <summary>The struct that holds them; null if they are handed over one by one.</summary>
    public string? Struct { get; init; }

    /// <summary>Properties of the struct that are no arrays.</summary>
    public IReadOnlyList<(string Property, string Value)> Properties { get; init; } = [];

    /// <summary>What comes after the arrays if they are handed over one by one.</summary>
    public string After { get; init; } = "";

    /// <summary>The arrays that the loss is differentiated with respect to.</summary>
    public required IReadOnlyList<string> Differentiated { get; init; }

    /// <summary>The property of the gradients that receives second derivatives, if the struct has one.</summary>
    public string? Hessian { get; init; }

    public required Slice Slice { get; init; }

    /// <summary>The declarations of the batch, a line each.</summary>
    public IEnumerable<string> Declarations =>
        Struct is null
            ? Arrays.Select(array => array.Declaration)
            :
            [
                .. Arrays.Select(array => array.Declaration),
                $"{Struct}<double> batch = new()",
                "{",
                .. Arrays.Select(array => $"    {array.Property} = {array.Name},"),
                .. Properties.Select(property => $"    {property.Property} = {property.Value},"),
                "};",
            ];

    /// <summary>What the loss is called with.</summary>
    public string Inputs => Struct is null
        ? string.Join(", ", Arrays.Select(array => array.Name).Concat(After.Length > 0 ? [After] : []))
        : "batch";
}

/// <summary>An array of an example.</summary>
/// <param name="Property">The property of a batch that it is; its name begins with a small letter.</param>
/// <param name="Type">Of its entries.</param>
/// <param name="Value">What it is made by.</param>
internal sealed record ExampleArray(string Property, string Type, string Value)
{
    public string Name => char.ToLowerInvariant(Property[0]) + Property[1..];

    public string Declaration => $"{Type}[] {Name} = {Value};";

    /// <summary>Whether there are more numbers than anyone wants to read.</summary>
    public bool IsLong => Value.Contains("Enumerable", StringComparison.Ordinal);

    public static ExampleArray Numbers(string property, params IEnumerable<double> numbers) =>
        new(property, "double", CodeText.Of(numbers));

    public static ExampleArray Integers(string property, params IEnumerable<int> numbers) =>
        new(property, "int", CodeText.Of(numbers));

    /// <summary>Many numbers, as a formula of their index i.</summary>
    public static ExampleArray Many(string property, int count, string formula) => new(
        property, "double", string.Create(CultureInfo.InvariantCulture, $"[.. Enumerable.Range(0, {count}).Select(i => {formula})]"));
}
