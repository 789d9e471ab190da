using System.Reflection;

namespace LossKit.Gpu.Benchmarks;

/// <summary>Every pointwise loss that the library makes of its default parameters.</summary>
internal static class Factories
{
    public static IEnumerable<(string Name, PointwiseLoss<T> Loss)> Of<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (MethodInfo method in typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static))
        {
            if (method.IsGenericMethodDefinition
                && method.GetGenericArguments().Length == 1
                && method.ReturnType is { IsGenericType: true } type
                && type.GetGenericTypeDefinition() == typeof(PointwiseLoss<,>)
                && method.GetParameters().All(parameter => parameter.IsOptional || parameter.ParameterType == typeof(double)))
            {
                object?[] arguments =
                [
                    .. method.GetParameters().Select(parameter => parameter.IsOptional ? parameter.DefaultValue : 0.5),
                ];
                yield return (method.Name, (PointwiseLoss<T>)method.MakeGenericMethod(typeof(T)).Invoke(null, arguments)!);
            }
        }
    }
}
