namespace LossKit.Native;

internal static class Everything
{
    /// <summary>What both formats, and the packages beside the library, compute in this process.</summary>
    public static IEnumerable<Series> Computed() =>
        [.. Computed<float>.All, .. Computed<double>.All, .. Packages.All];
}
