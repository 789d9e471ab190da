using System.Text.Json;
using System.Text.Json.Serialization;

namespace LossKit.Conformance;

/// <summary>One case: a loss with its parameters, what it is given and what it must return.</summary>
internal sealed record Case : IJsonOnDeserialized
{
    public required string Id { get; init; }

    public required string Loss { get; init; }

    [JsonConverter(typeof(ReductionName))]
    public required Reduction Reduction { get; init; }

    public Dictionary<string, JsonElement> Parameters { get; set; } = [];

    public Tolerance Tolerance { get; set; } = new();

    /// <summary>What the case is about.</summary>
    public string? Note { get; set; }

    /// <summary>All other fields, each a number or an array of numbers.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> OtherFields { get; set; } = [];

    /// <summary>The arrays given to the loss, by their names and in their order in the file.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, double[]> Inputs { get; private set; } = new Dictionary<string, double[]>();

    /// <summary>What the loss must return, by the names in the file; a single number is an array of one.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, double[]> Results { get; private set; } = new Dictionary<string, double[]>();

    /// <summary>The shape of the first array; empty if there is none.</summary>
    [JsonIgnore]
    public int[] Dimensions =>
        Array.ConvertAll(Inputs.GetValueOrDefault(FieldNames.Shape, []), length => (int)length);

    /// <summary>
    /// How many classes there are: those of the prototypes, each of which may have several, or of a row.
    /// </summary>
    [JsonIgnore]
    public int Classes => FieldNames.Prototypes.FirstOrDefault(Inputs.ContainsKey) is { } prototypes
        ? Inputs[prototypes].Length / Dimensions[1]
            / (Parameters.TryGetValue(FieldNames.SubCenters, out JsonElement number) ? number.GetInt32() : 1)
        : Dimensions[1];

    /// <summary>The arrays that have a gradient.</summary>
    [JsonIgnore]
    public IEnumerable<string> Differentiated =>
        Inputs.Keys.Where(array => Results.ContainsKey(FieldNames.Of(FieldNames.Gradient, array)));

    /// <summary>The other arrays, but for weights and shapes.</summary>
    [JsonIgnore]
    public IEnumerable<string> Constants => Inputs.Keys.Except(Differentiated).Where(
        name => name != FieldNames.Weights && !name.StartsWith(FieldNames.Shape, StringComparison.Ordinal));

    /// <summary>The loss with the names of its parameters.</summary>
    [JsonIgnore]
    public string Signature => With(Parameters.Keys);

    /// <summary>Whether float can hold all numbers of the case, however coarsely.</summary>
    [JsonIgnore]
    public bool FitsFloat => Inputs.Values.Concat(Results.Values).Concat(Parameters.Values.Select(Numbers))
        .All(numbers => numbers.All(IsInRangeOfFloat));

    /// <summary>The case with its inputs rounded to float.</summary>
    public Case RoundedToFloat() => this with
    {
        Inputs = Inputs.ToDictionary(
            input => input.Key, input => Array.ConvertAll(input.Value, number => (double)(float)number)),
    };

    /// <summary>Whether these are the arrays of the case, but for weights and shapes.</summary>
    /// <param name="differentiated">Those with a gradient, separated by spaces.</param>
    /// <param name="constants">Those without that must be there.</param>
    /// <param name="optional">Those without that may be there.</param>
    public bool Takes(string differentiated, string constants = "", string optional = "")
    {
        HashSet<string> left = [.. Constants];
        return Differentiated.ToHashSet().SetEquals(Names(differentiated))
            && Names(constants).All(left.Remove)
            && left.IsSubsetOf(Names(optional));

        static string[] Names(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The loss with its parameters.</summary>
    public override string ToString() =>
        With(Parameters.Select(parameter => $"{parameter.Key}={parameter.Value.GetRawText()}"));

    void IJsonOnDeserialized.OnDeserialized()
    {
        ILookup<bool, KeyValuePair<string, JsonElement>> isResult = OtherFields.ToLookup(field => IsResult(field.Key));
        Inputs = isResult[false].ToDictionary(field => field.Key, field => Numbers(field.Value));
        Results = isResult[true].ToDictionary(field => field.Key, field => Numbers(field.Value));
        if (Results.Count == 0)
        {
            throw new JsonException($"The case '{Id}' has no results.");
        }
    }

    private static bool IsResult(string field) =>
        field is FieldNames.Value or FieldNames.PerSample or FieldNames.Counted
        || field.StartsWith(FieldNames.Gradient, StringComparison.Ordinal)
        || field.StartsWith(FieldNames.Hessian, StringComparison.Ordinal);

    private static double[] Numbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.Deserialize(CaseJson.Default.DoubleArray)!,
        JsonValueKind.True or JsonValueKind.False => [],
        JsonValueKind.String when !IsNamedNumber(element) => [],
        _ => [element.Deserialize(CaseJson.Default.Double)],
    };

    private static bool IsNamedNumber(JsonElement word) => word.GetString() is "NaN" or "Infinity" or "-Infinity";

    // Below the smallest normal number digits are lost, if not the number itself.
    private static bool IsInRangeOfFloat(double number) =>
        !double.IsFinite(number) || number == 0 || float.IsNormal((float)number);

    private string With(IEnumerable<string> parameters) =>
        Parameters.Count == 0 ? Loss : $"{Loss}({string.Join(", ", parameters)})";
}
