using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection;
using System.Text.Json;

namespace LossKit.Conformance;

/// <summary>A loss of the name and parameters of a case.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Targets">The arrays that it takes as targets, in its order; null if the case's.</param>
internal sealed record FoundLoss(object Loss, string[]? Targets = null);

/// <summary>Finds the loss of a case among the public factory methods, by its name and parameters.</summary>
internal static class LossFinder
{
    private static readonly MethodInfo[] s_factories =
    [
        .. typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.IsGenericMethodDefinition && method.GetGenericArguments().Length == 1),
    ];

    /// <summary>
    /// The losses computed in <typeparamref name="T"/> that have the name and take all the parameters: several where
    /// one name is for losses that take different arrays.
    /// </summary>
    public static IEnumerable<FoundLoss> Find<T>(Case given) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (MethodInfo method in Factories<T>(given.Loss))
        {
            if (TryBind(method.GetParameters(), given, out object?[] arguments))
            {
                object loss = method.Invoke(
                    null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;
                foreach (FoundLoss found in Catalogue<T>.WithVariants(loss))
                {
                    yield return found;
                }
            }
        }
    }

    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(IFloatingPointIeee754<>))]
    private static IEnumerable<MethodInfo> Factories<T>(string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Refers to the table of all names, and so has the compiler make each factory's code ahead of time.
        _ = Loss.Parse<T>(nameof(Loss.SquaredError));
        return
        [
            .. s_factories.Where(factory => IsNamed(factory.Name, name))
                .Select(factory => factory.MakeGenericMethod(typeof(T))),
            .. typeof(Catalogue<T>).GetMethods(BindingFlags.Public | BindingFlags.Static)
                .Where(method => method.Name != nameof(Catalogue<T>.WithVariants) && IsNamed(method.Name, name)),
        ];
    }

    private static bool TryBind(
        ParameterInfo[] parameters, Case given, out object?[] arguments)
    {
        arguments = new object?[parameters.Length];
        int taken = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            ParameterInfo parameter = parameters[i];
            string? name = given.Parameters.Keys.FirstOrDefault(name => IsNamed(parameter.Name!, name));
            if (parameter.Name is "classes" or "dimension" or "intervals" && given.Dimensions.Length == 2)
            {
                arguments[i] = parameter.Name is "classes" ? given.Classes : given.Dimensions[1];
            }
            else if (parameter.Name is "classes" && given.Inputs.TryGetValue("thresholds", out double[]? thresholds))
            {
                arguments[i] = thresholds.Length + 1;
            }
            else if (parameter.Name is FieldNames.Shape)
            {
                arguments[i] = given.Dimensions;
            }
            else if (name is null && parameter.HasDefaultValue)
            {
                arguments[i] = parameter.DefaultValue;
            }
            else if (name is not null && TryConvert(given.Parameters[name], parameter.ParameterType, out arguments[i]))
            {
                taken++;
            }
            else
            {
                return false;
            }
        }

        return taken == given.Parameters.Count;
    }

    private static bool TryConvert(JsonElement given, Type type, out object? argument)
    {
        if (given.ValueKind == JsonValueKind.String && Named(type, given.GetString()!) is { } named)
        {
            argument = named;
            return true;
        }

        try
        {
            argument = given.Deserialize(type, CaseJson.Default);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            argument = null;
            return false;
        }
    }

    /// <summary>The one of a type's well-known instances, or of an enumeration's values, that a word stands for, or null.</summary>
    private static object? Named(Type type, string word) => type.IsEnum
        ? Enum.GetNames(type).Where(name => IsNamed(name, word)).Select(name => Enum.Parse(type, name)).FirstOrDefault()
        : type.GetProperties(BindingFlags.Public | BindingFlags.Static)
            .FirstOrDefault(property => property.PropertyType == type && IsNamed(property.Name, word))?.GetValue(null);

    // Case does not count, because a snake case name does not say how an acronym is written.
    private static bool IsNamed(string name, string snakeCase) =>
        name.Equals(snakeCase.Replace("_", null, StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
}
