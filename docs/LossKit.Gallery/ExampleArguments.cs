using System.Reflection;

namespace LossKit.Gallery;

/// <summary>What examples give for parameters: what is usual, else something that shows what the parameter does.</summary>
internal static class ExampleArguments
{
    private const int Classes = 3;

    /// <summary>By the name of a parameter, or, where that is not enough, of the factory and its parameter.</summary>
    private static readonly Dictionary<string, object> s_arguments = new()
    {
        ["a"] = 1.0,
        ["alpha"] = 0.5,
        ["cap"] = 2.0,
        ["classCounts"] = new double[] { 60, 30, 10 },
        ["classes"] = Classes,
        ["components"] = 2,
        ["costs"] = new double[] { 0, 1, 3, 1, 0, 3, 40, 40, 0 },
        ["cutoffs"] = new int[] { 1 },
        ["dataRange"] = 1.0,
        ["degrees"] = 4.0,
        ["degreesOfFreedom"] = 4.0,
        ["dimension"] = 2,
        ["dimensions"] = new int[] { 1, 2 },
        ["expectile"] = 0.8,
        ["falseNegative"] = 10.0,
        ["falsePositive"] = 1.0,
        ["groups"] = new int[] { 0, 0, 1 },
        ["intervals"] = 3,
        ["k"] = 2,
        ["layerChannels"] = new int[] { 2 },
        ["layerPixels"] = new int[] { 4 },
        ["levelWeights"] = new double[] { 1, 0.5 },
        ["members"] = 3,
        ["p"] = 1.5,
        ["period"] = 24.0,
        ["quantile"] = 0.8,
        ["quantiles"] = new double[] { 0.1, 0.5, 0.9 },
        ["scale"] = 1.0,
        ["tasks"] = 3,
        ["variance"] = 1.0,
        ["AdaptiveSoftmax.dimension"] = 4,
        ["DenoisingScoreMatching.dimension"] = 2,
        // Four numbers are an image of two by two, of which five scales could not be made.
        ["MsSsim.scaleWeights"] = new double[] { 0.5, 0.5 },
    };

    public static object? Of(string factory, ParameterInfo parameter) =>
        s_arguments.TryGetValue($"{factory}.{parameter.Name}", out object? argument) ? argument
        : parameter.HasDefaultValue ? parameter.DefaultValue
        : s_arguments.TryGetValue(parameter.Name!, out argument) ? argument
        : OfType(parameter.ParameterType);

    private static object? OfType(Type type) =>
        type == typeof(double) ? 1.0
        : type == typeof(int) ? Classes
        : type == typeof(IReadOnlyList<double>) ? new double[] { 1, 1, 1 }
        : type == typeof(IReadOnlyList<int>) ? new int[] { 1 }
        : type.IsEnum ? Enum.GetValues(type).GetValue(0)
        : null;
}
