using System.Reflection;
using ILGPU.Frontend;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR.Values;

namespace LossKit.Gpu.Compiler;

/// <summary>
/// Tells ILGPU's compiler what to make of the calls that the library's arithmetic has and it does not know: fused
/// multiplication and addition, and 2ˣ.
/// </summary>
internal static class CompiledForms
{
    // An intrinsic of one argument whose result is that argument, as far as it is of the result's type already.
    private static readonly MethodInfo s_single = Conversion(typeof(float));
    private static readonly MethodInfo s_double = Conversion(typeof(double));

    static CompiledForms()
    {
        RemappedIntrinsics.AddRemapping(
            typeof(MathF).GetMethod(nameof(MathF.FusedMultiplyAdd))!,
            (ref InvocationContext context) => MultiplyAdd(ref context, s_single));
        RemappedIntrinsics.AddRemapping(
            typeof(Math).GetMethod(nameof(Math.FusedMultiplyAdd))!,
            (ref InvocationContext context) => MultiplyAdd(ref context, s_double));
        RemappedIntrinsics.AddRemapping(
            typeof(float).GetMethod(nameof(float.Exp2))!, (ref InvocationContext context) => Exp2(ref context, s_single));
    }

    /// <summary>Makes sure that the compiler has been told.</summary>
    public static void Ensure()
    {
    }

    private static void MultiplyAdd(ref InvocationContext context, MethodInfo result)
    {
        context[0] = context.Builder.CreateArithmetic(
            context.Location, context[0], context[1], context[2], TernaryArithmeticKind.MultiplyAdd);
        context.Method = result;
    }

    private static void Exp2(ref InvocationContext context, MethodInfo result)
    {
        context[0] = context.Builder.CreateArithmetic(context.Location, context[0], UnaryArithmeticKind.Exp2F);
        context.Method = result;
    }

    private static MethodInfo Conversion(Type type) => typeof(ILGPU.Half).GetMethods()
        .First(method => method.Name is "op_Implicit" or "op_Explicit" && method.ReturnType == type);
}
