using System.Globalization;
using System.Reflection;

namespace LossKit.Gallery;

/// <summary>A method that makes a loss or a metric, with its documentation and an instance.</summary>
internal sealed class Factory
{
    private static readonly MethodInfo[] s_methods =
    [
        .. typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => !method.Name.Contains("From", StringComparison.Ordinal) && method.Name != nameof(LossKit.Loss.Parse))
            .OrderBy(method => method.MetadataToken),
    ];

    private readonly MethodInfo _method;
    private readonly object?[] _arguments;

    private Factory(MethodInfo method)
    {
        _method = method;
        _arguments = [.. method.GetParameters().Select(parameter => ExampleArguments.Of(method.Name, parameter))];
        Documentation = new(method);
        Loss = method.MakeGenericMethod(typeof(double)).Invoke(
            null, BindingFlags.DoNotWrapExceptions, binder: null, _arguments, CultureInfo.InvariantCulture)!;
    }

    /// <summary>The names of all, before any is made.</summary>
    public static IReadOnlySet<string> Names { get; } = s_methods.Select(method => method.Name).ToHashSet();

    /// <summary>All of the library, in its order.</summary>
    public static IReadOnlyList<Factory> All => field ??= [.. s_methods.Select(method => new Factory(method))];

    public string Name => _method.Name;

    public IReadOnlyList<ParameterInfo> Parameters => _method.GetParameters();

    public FactoryDocumentation Documentation { get; }

    /// <summary>A loss of doubles by the example's arguments.</summary>
    public object Loss { get; }

    /// <summary>What is known of the loss; null if nothing is.</summary>
    public LossFacts? Facts => (LossFacts?)Loss.GetType().GetProperty(nameof(LossFacts)[4..])?.GetValue(Loss);

    /// <summary>The formula that the loss was made with, if it says.</summary>
    public object? Formula => Loss.GetType().GetProperty(nameof(Formula))?.GetValue(Loss);

    /// <summary>The type that an example declares: that of which the loss is, without its formula.</summary>
    public string TypeText
    {
        get
        {
            string name = _method.ReturnType.Name.Split('`')[0];
            bool hasTargets = name == nameof(RowLoss<,>);
            string target = hasTargets ? $", {CodeText.OfType(_method.ReturnType.GenericTypeArguments[1])}" : "";
            return $"{name}<double{target}>";
        }
    }

    /// <summary>The call that makes it, with the arguments that an example gives.</summary>
    public string CallText
    {
        get
        {
            IEnumerable<string> given = Parameters
                .Zip(_arguments)
                .Where(pair => !pair.First.HasDefaultValue || !Equals(pair.First.DefaultValue, pair.Second))
                .Select(pair => $"{CodeText.Identifier(pair.First.Name!)}: {CodeText.Of(pair.Second)}");
            return $"Loss.{Name}<double>({string.Join(", ", given)})";
        }
    }

    /// <summary>The batch of an <see cref="IBatchMetric{T, TBatch}"/> by name; null if it is none.</summary>
    public string? BatchName => Loss.GetType().GetInterfaces()
        .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IBatchMetric<,>))
        .Select(type => type.GenericTypeArguments[1].Name.Split('`')[0])
        .FirstOrDefault();
}
