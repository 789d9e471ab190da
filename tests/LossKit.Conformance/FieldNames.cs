namespace LossKit.Conformance;

/// <summary>The fields of a case that the code speaks of; gradients of named arrays begin like the gradient.</summary>
internal static class FieldNames
{
    public const string Predictions = "predictions";
    public const string Targets = "targets";
    public const string First = "first";
    public const string Second = "second";
    public const string Anchors = "anchors";
    public const string Positives = "positives";
    public const string Negatives = "negatives";
    public const string Queries = "queries";
    public const string Keys = "keys";
    public const string Labels = "labels";
    public const string Shape = "shape";
    public const string Mask = "mask";
    public const string Groups = "groups";
    public const string InputLengths = "input_lengths";
    public const string TargetLengths = "target_lengths";
    public const string Weights = "weights";
    public const string Value = "value";
    public const string PerSample = "per_sample";
    public const string Counted = "counted";
    public const string Gradient = "gradient";
    public const string Hessian = "hessian";

    /// <summary>The gradient with respect to a named array.</summary>
    public static string GradientOf(string input) => $"{Gradient}_{input}";

    /// <summary>The Hessian's diagonal with respect to a named array.</summary>
    public static string HessianOf(string input) => $"{Hessian}_{input}";

    /// <summary>The shape of an array that has one of its own.</summary>
    public static string ShapeOf(string input) => $"{Shape}_{input}";
}
