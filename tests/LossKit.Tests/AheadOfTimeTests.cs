using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace LossKit.Tests;

/// <summary>
/// The library can be trimmed and compiled ahead of time, since it calls nothing that makes code at run time or asks
/// types for members that a trimmer may have removed. This asks the compiled assembly, in a second; the analyzers that
/// ask the source would take a third of the build's time.
/// </summary>
public sealed class AheadOfTimeTests
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_library_calls_nothing_that_needs_code_or_members_made_at_run_time()
    {
        List<string> calls = [.. CallsOf(typeof(Loss).Assembly)];

        calls.Should().HaveCountGreaterThan(100, "an assembly of which nothing was read proves nothing");
        calls.Where(call => call.Contains(" needs ")).Distinct().Should().BeEquivalentTo(
            ["System.Type.GetFields needs members looked up at run time"],
            "the fields of a formula are not removed, as the two callers say in their suppressions");
    }

    [Fact]
    public void Calls_that_do_are_seen() =>
        CallsOf(typeof(AheadOfTimeTests).Assembly).Should().Contain(call => call.Contains(" needs "));

    /// <summary>
    /// Parameters are checked and named by the fields of formulas and of what is in them, which a compiler ahead of time
    /// keeps of what is an <see cref="IFormula"/> only.
    /// </summary>
    [Fact]
    public void What_is_in_a_formula_is_a_formula()
    {
        Type[] formulas =
        [
            .. typeof(Loss).Assembly.GetTypes().Where(type => type.IsValueType && type.IsAssignableTo(typeof(IFormula))),
        ];
        formulas.Should().HaveCountGreaterThan(100);
        string.Join('\n', formulas.SelectMany(formula => formula.GetFields(Everything & ~BindingFlags.Static)
                .Where(field => !IsKept(field.FieldType))
                .Select(field => $"{field.FieldType} {field.Name} of {formula}")))
            .Should().BeEmpty();
    }

    private static bool IsKept(Type type) => type.IsGenericParameter
        ? type.GetGenericParameterConstraints().Any(constraint => constraint.IsAssignableTo(typeof(IFormula)))
        : !type.IsValueType || type.IsPrimitive || type.IsEnum || type.IsAssignableTo(typeof(IFormula))
            || type == typeof(Parameter)
            || type == typeof((Parameter, Parameter)); // made of others, which are checked

    private static IEnumerable<string> CallsOf(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        MetadataReader reader = file.GetMetadataReader();
        foreach (MemberReferenceHandle handle in reader.MemberReferences)
        {
            MemberReference reference = reader.GetMemberReference(handle);
            // What an attribute is given, its reader asks for.
            if (TypeOf(reader, reference.Parent) is { } type && !typeof(Attribute).IsAssignableFrom(type))
            {
                string name = reader.GetString(reference.Name);
                SignatureHeader header = reader.GetBlobReader(reference.Signature).ReadSignatureHeader();
                string? need = NeedOf(type) ?? type.GetMember(name, Everything)
                    .Where(member => member is not MethodInfo method || method.IsGenericMethod == header.IsGeneric)
                    .Select(NeedOf)
                    .FirstOrDefault(need => need is not null);
                yield return $"{type.FullName}.{name}{(need is null ? "" : $" needs {need}")}";
            }
        }
    }

    /// <summary>The type of another assembly whose member is meant, generic ones as defined.</summary>
    private static Type? TypeOf(MetadataReader reader, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeSpecification)
        {
            BlobReader signature = reader.GetBlobReader(
                reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
            if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            {
                return null;
            }
            _ = signature.ReadCompressedInteger();
            parent = signature.ReadTypeHandle();
        }
        if (parent.Kind != HandleKind.TypeReference)
        {
            return null;
        }
        TypeReference reference = reader.GetTypeReference((TypeReferenceHandle)parent);
        if (reference.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            return TypeOf(reader, reference.ResolutionScope)?.GetNestedType(reader.GetString(reference.Name), Everything);
        }
        if (reference.ResolutionScope.Kind != HandleKind.AssemblyReference)
        {
            return null;
        }
        string assembly = reader.GetString(
            reader.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name);
        string name = $"{reader.GetString(reference.Namespace)}.{reader.GetString(reference.Name)}";
        return Assembly.Load(assembly).GetType(name);
    }

    private static string? NeedOf(MemberInfo member) =>
        member.IsDefined(typeof(RequiresDynamicCodeAttribute), false) ? "dynamic code"
        : member.IsDefined(typeof(RequiresUnreferencedCodeAttribute), false) ? "code that nothing refers to"
        : member.IsDefined(typeof(DynamicallyAccessedMembersAttribute), false)
            || (member is MethodBase method && method.GetParameters()
                .Any(parameter => parameter.IsDefined(typeof(DynamicallyAccessedMembersAttribute), false)))
            ? "members looked up at run time"
        : null;
}
