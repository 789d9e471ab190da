using System.Reflection;
using System.Runtime.CompilerServices;

namespace LossKit.MathNet.Tests;

/// <summary>Nothing becomes public, changes or disappears unseen: each package has a list of what is public.</summary>
public sealed class PublicApiTests
{
    private const string Variable = "LOSSKIT_PUBLIC_API";

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The packages that stand beside the tests, whichever project these are compiled in.</summary>
    public static TheoryData<string> Packages =>
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "LossKit*.dll")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => Directory.Exists(Path.Combine(Root(), "src", name))),
    ];

    [Theory, MemberData(nameof(Packages))]
    public void The_public_surface_is_the_listed_one(string package)
    {
        Assembly assembly = Assembly.Load(package);
        string path = Path.Combine(Root(), "src", package, "PublicApi.txt");
        string[] actual = [.. assembly.GetExportedTypes().OrderBy(Name, StringComparer.Ordinal).SelectMany(Lines)];
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            File.WriteAllLines(path, actual);
        }

        string[] listed = File.ReadAllLines(path);
        (actual.Except(listed).Select(line => $"+ {line}"))
            .Concat(listed.Except(actual).Select(line => $"- {line}"))
            .Should().BeEmpty(
                $"{path} is to be the public surface: if the change is meant, run this test with {Variable}=1");
    }

    /// <summary>A type with its members; each line stands for itself.</summary>
    private static IEnumerable<string> Lines(Type type)
    {
        string name = Name(type);
        string[] bases =
        [
            .. Enumerable.Repeat(type.BaseType, 1).OfType<Type>()
                .Where(parent => parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
                .Concat(type.GetInterfaces()
                    .Except(type.BaseType?.GetInterfaces() ?? [])
                    .Where(part => part.IsVisible)
                    .OrderBy(Name, StringComparer.Ordinal))
                .Select(Name),
        ];
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        return type.GetMembers(Declared).Select(Text).OfType<string>().Order(StringComparer.Ordinal)
            .Select(member => $"{name}.{member}")
            .Prepend($"{kind} {name}{(bases.Length == 0 ? "" : $" : {string.Join(", ", bases)}")}");
    }

    private static string? Text(MemberInfo member) => member switch
    {
        ConstructorInfo made when IsVisible(made) => $"new{Parameters(made)}",
        MethodInfo method when IsVisible(method) && (!method.IsSpecialName || IsOperator(method)) =>
            $"{Static(method)}{method.Name}{Generic(method.GetGenericArguments())}{Parameters(method)}"
            + $" : {Name(method.ReturnType)}",
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors =>
            $"{Static(accessors[0])}{property.Name} : {Name(property.PropertyType)} "
            + string.Join(", ", accessors.Select(accessor => accessor.Name.Split('_')[0])),
        FieldInfo { IsSpecialName: false } field when field.IsPublic || field.IsFamily =>
            $"{field.Name}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "")} : {Name(field.FieldType)}",
        EventInfo happening => $"event {happening.Name}",
        _ => null,
    };

    private static MethodInfo[] Accessors(PropertyInfo property) => [.. property.GetAccessors(true).Where(IsVisible)];

    private static bool IsOperator(MethodInfo method) => method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Static(MethodInfo method) => method.IsStatic ? "static " : "";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Parameters(MethodBase method) => $"({string.Join(", ", method.GetParameters().Select(Text))})";

    private static string Text(ParameterInfo parameter) => $"{Name(parameter.ParameterType)} {parameter.Name}"
        + (parameter.HasDefaultValue ? FormattableString.Invariant($" = {parameter.DefaultValue ?? "default"}") : "");

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.HasElementType)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : type.IsByRef ? "&" : "*");
        }

        return type.IsNested
            ? $"{Name(type.DeclaringType!)}.{type.Name}"
            : $"{type.Namespace}.{type.Name.Split('`')[0]}{Generic(type.GetGenericArguments())}";
    }

    private static string Generic(Type[] arguments) =>
        arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Name))}>";

    private static string Root([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
