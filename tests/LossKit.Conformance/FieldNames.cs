namespace LossKit.Conformance;

/// <summary>The fields of a case that the code speaks of, but for the arrays of <see cref="Bindings{T}"/>.</summary>
internal static class FieldNames
{
    public const string Predictions = "predictions";
    public const string Shape = "shape";
    public const string Weights = "weights";
    public const string Value = "value";
    public const string PerSample = "per_sample";
    public const string Counted = "counted";
    public const string Gradient = "gradient";
    public const string Hessian = "hessian";
    public const string SubCenters = "sub_centers";

    /// <summary>The arrays that have a row for each class.</summary>
    public static readonly string[] Prototypes = ["prototypes", "proxies"];

    /// <summary>The derivative with respect to an array.</summary>
    public static string Of(string derivative, string array) =>
        array == Predictions ? derivative : $"{derivative}_{array}";

    /// <summary>Whether an array says which numbers of others belong together or count.</summary>
    public static bool IsStructure(string array) =>
        array is "mask" or "groups" or "input_lengths" or "target_lengths" or "item_weights";
}
