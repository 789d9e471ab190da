using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace LossKit;

/// <summary>
/// Whether the parameters of a formula, and of those within it, are there and are what <c>T</c> holds.
/// </summary>
internal static class ParameterChecks
{
    /// <summary>Of <paramref name="formula"/>, for a loss in <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is missing, or out of range.</exception>
    public static void Check<T, TFormula>(TFormula formula) where TFormula : struct, IFormula
    {
        if (Fields<TFormula>.All.Length > 0)
        {
            Check<T>(typeof(TFormula), formula, Fields<TFormula>.All);
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "What is in a formula is one, too.")]
    private static void Check<T>(Type type, object formula, FieldInfo[] fields)
    {
        foreach (FieldInfo field in fields)
        {
            object value = field.GetValue(formula)!;
            if (value is not Parameter parameter)
            {
                Check<T>(field.FieldType, value, FieldsOf(field.FieldType));
            }
            else if (parameter.IsMissing)
            {
                string of = type.Name.Split('`')[0];
                throw new ArgumentOutOfRangeException(
                    NameOf(field), $"'{NameOf(field)}' of {of} must be given: use a constructor, not the default, of {of}.");
            }
            else
            {
                parameter.In<T>(NameOf(field));
            }
        }
    }

    // Asked of the interface, a compiler ahead of time keeps the fields of all that implement it.
    private static FieldInfo[] FieldsOf(IFormula formula) => FieldsOf(formula.GetType());

    /// <summary>The fields that are parameters or have some within.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "What is in a formula is one, too.")]
    private static FieldInfo[] FieldsOf([DynamicallyAccessedMembers(IFormula.Fields)] Type type) => type
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(field => field.FieldType == typeof(Parameter)
            || (field.FieldType is { IsValueType: true, IsPrimitive: false, IsEnum: false }
                && FieldsOf(field.FieldType).Length > 0))
        .ToArray();

    /// <summary>"delta" of a field _delta, of one made for a property Delta or of a constructor's own delta.</summary>
    public static string NameOf(FieldInfo field)
    {
        string name = field.Name.Split('>')[0].TrimStart('<', '_');
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private static class Fields<TFormula> where TFormula : struct, IFormula
    {
        public static readonly FieldInfo[] All = FieldsOf(default(TFormula));
    }
}
