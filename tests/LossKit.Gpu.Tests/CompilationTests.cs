using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU.Runtime.Cuda;

namespace LossKit.Gpu.Tests;

/// <summary>
/// Every formula is compiled for CUDA and OpenCL, without a device: one that the compiler cannot take fails. By default
/// a formula is compiled for one of them, in one type and with both derivatives, by turns; with
/// <c>LOSSKIT_GPU_KERNELS=all</c> for both, in both types and every order.
/// </summary>
public sealed partial class CompilationTests
{
    private static readonly bool s_all = Environment.GetEnvironmentVariable("LOSSKIT_GPU_KERNELS") == "all";

    private static readonly (Type Number, Type Arithmetic)[] s_types =
        [(typeof(float), typeof(SingleArithmetic)), (typeof(double), typeof(DoubleArithmetic))];

    private static readonly Type[] s_orders = [typeof(OfHessian), typeof(OfGradient), typeof(OfValue)];

    // One instance of each formula: parameters are data.
    private static readonly string[] s_names =
        [.. LossCatalogue.All.DistinctBy(instance => instance.Formula).Select(instance => instance.Name)];

    public static TheoryData<string> Formulas => new(s_names);

    [Theory, MemberData(nameof(Formulas))]
    public void Every_pointwise_formula_compiles(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        int turn = Array.IndexOf(s_names, name);
        for (int i = 0; i < s_types.Length * s_orders.Length; i++)
        {
            (Type number, Type arithmetic) = s_types[i % 2];
            Type order = s_orders[i / 2];
            if (s_all || i == turn % 2)
            {
                Compile(
                    Kernel(typeof(PointwiseKernel), number, arithmetic, instance.Formula, order, typeof(Yes), typeof(No)),
                    toPtx: s_all || turn / 2 % 2 == 0,
                    toOpenCL: s_all || turn / 2 % 2 == 1);
            }
        }
    }

    [Theory]
    [InlineData(typeof(CrossEntropy), typeof(No))]
    [InlineData(typeof(CrossEntropy), typeof(Yes))]
    [InlineData(typeof(MulticlassFocal), typeof(No))]
    public void Every_formula_of_rows_compiles(Type formula, Type isSmoothed)
    {
        foreach ((Type number, Type arithmetic) in s_types)
        {
            foreach (Type order in s_all ? s_orders : s_orders[..1])
            {
                Compile(Kernel(typeof(SoftmaxKernel), number, arithmetic, formula, order, isSmoothed), true, s_all);
            }
        }
    }

    [Fact]
    public void What_surrounds_them_compiles()
    {
        foreach ((Type number, Type arithmetic) in s_types)
        {
            Compile(Kernel(typeof(WeightKernel), number, arithmetic), true, true);
            Compile(Kernel(typeof(LabelKernel), number, arithmetic), true, true);
        }
    }

    [Fact]
    public void A_pointwise_loop_reads_and_writes_by_quads_and_calls_nothing()
    {
        string ptx = Compilers.Ptx(
            Kernel(
                typeof(PointwiseKernel),
                typeof(float),
                typeof(SingleArithmetic),
                typeof(Huber),
                typeof(OfGradient),
                typeof(No),
                typeof(No)),
            CudaArchitecture.SM_90,
            CudaInstructionSet.ISA_80);

        ptx.Should().Contain("ld.global.v4.f32").And.Contain("st.global.v4.f32").And.NotContain("call");
    }

    // Its compiler brings constants to the right, and has NaN pass then: a clamped NaN would be the bound.
    [Fact]
    public void Of_constants_and_numbers_the_greater_is_NaN_where_it_is_on_a_processor()
    {
        string ptx = Compilers.Ptx(
            typeof(CompilationTests).GetMethod(nameof(Bounded), BindingFlags.NonPublic | BindingFlags.Static)!,
            CudaArchitecture.SM_80,
            CudaInstructionSet.ISA_70);

        Unordered().Count(ptx).Should().Be(1, "SelectGreater(0.25, x, …) is turned around");
        ptx.Should().Contain("testp.notanumber", "NaN is asked for there");
    }

    [Fact]
    public void A_formula_that_cannot_be_compiled_is_noticed()
    {
        MethodInfo kernel = Kernel(
            typeof(PointwiseKernel),
            typeof(float),
            typeof(SingleArithmetic),
            typeof(Throwing),
            typeof(OfValue),
            typeof(No),
            typeof(No));

        FluentActions.Invoking(() => Compile(kernel, true, false)).Should().Throw<Exception>();
    }

    private static void Bounded(ArrayView<float> numbers)
    {
        DeviceLane<float, SingleArithmetic> x = new() { Number = numbers[0] };
        numbers[1] = DeviceLane<float, SingleArithmetic>.AtLeast(x, 0.5).Number;
        numbers[2] = DeviceLane<float, SingleArithmetic>.PositivePart(x).Number;
        numbers[3] = DeviceLane<float, SingleArithmetic>.Max(x, 0.125).Number;
        numbers[4] = DeviceLane<float, SingleArithmetic>.SelectGreater(0.25, x, 1.0, 2.0).Number;
    }

    [GeneratedRegex(@"setp\.[gl][te]u\.f32")]
    private static partial Regex Unordered();

    private static MethodInfo Kernel(Type kernel, params Type[] arguments) =>
        kernel.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!.MakeGenericMethod(arguments);

    private static void Compile(MethodInfo kernel, bool toPtx, bool toOpenCL)
    {
        if (toPtx)
        {
            Compilers.Ptx(kernel, CudaArchitecture.SM_80, CudaInstructionSet.ISA_70).Should().Contain(".entry");
        }

        if (toOpenCL)
        {
            Compilers.OpenCL(kernel).Should().Contain("kernel");
        }
    }

    /// <summary>It asks for what no device has.</summary>
    private readonly struct Throwing : IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            new List<int>().Count > 0 ? prediction : target;
    }
}
