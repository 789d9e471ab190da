namespace LossKit.Conformance;

/// <summary>The fields of a case that the code speaks of; gradients of named arrays begin like the gradient.</summary>
internal static class FieldNames
{
    public const string Predictions = "predictions";
    public const string Targets = "targets";
    public const string Labels = "labels";
    public const string Shape = "shape";
    public const string Weights = "weights";
    public const string Value = "value";
    public const string PerSample = "per_sample";
    public const string Gradient = "gradient";
    public const string Hessian = "hessian";
}
