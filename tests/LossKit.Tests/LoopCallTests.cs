using System.Diagnostics;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>
/// No loop of any engine calls anything, as what the JIT compiler says of it shows. A lane's operator that is not
/// inlined makes a loop ten times as slow and changes no result.
/// </summary>
[Trait("Category", "Kernels")]
public sealed partial class LoopCallTests
{
    /// <summary>What takes rows, frames or steps to the loops, or takes them one at a time itself.</summary>
    private static readonly string[] s_drivers =
    [
        "ProgramKernel.Run", "ProgramKernel.Select", "ProgramKernel.Complete", "PerRow.Fill", "LabelKernel.Write",
        "FrameSoftmax.Run", "LogitEmissions.Begin", "LogitEmissions.Write", "LatticePaths.Forward",
        "LatticePaths.Backward", "TagPaths.SetScores", "TagPaths.Forward", "TagPaths.Backward", "NestedSums.AddUp",
        "NestedSums.Differentiate", "NestedSums.DifferentiateTwice",
    ];

    /// <summary>What has to be in the listing: each engine's loops, and each function's.</summary>
    private static readonly string[] s_seen =
    [
        "FormulaKernel.Loop", "Softmax.Exponentials", "Softmax.Merge", "TrueClassProgram.Losses",
        "CrossEntropyProgram.Sums", "DivergenceProgram.Totals", "DivergenceProgram.Terms",
        "DivergenceProgram.Derivatives", "ZLossProgram.Formula", "BestRivalProgram.Best", "MarginsProgram.Loop",
        "OnLogProbability", "TupleProgram.Loop", "FisherProgram.Loop", "ExplicitTupleProgram.Loop",
        "ExplicitTupleProgram.Expect", "FoldProgram.Sums",
        "FoldProgram.Derivatives", "PairProgram.Pairs", "SoftRankProgram.Differentiate", "MatrixTile.Sum",
        "NestedSums.FindPeaks", "LatticeKernel.Forward", "LatticeKernel.Backward", "DenseKernel.Run",
        "DenseKernel.AddShares", "WindowLoops.Merge",
        "WindowLoops.Losses", "WindowLoops.Spread", "WindowLoops.Halve", "FeatureKernel.Pixels", "Fourier.Loop",
        "FrequencyKernel.Weigh", .. EngineCalls<float>.Functions,
    ];

    private static readonly Lazy<HashSet<string>> s_optimized = new(() =>
        [.. typeof(Loss).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(method => method.MethodImplementationFlags.HasFlag((MethodImplAttributes)512))
            .Select(method => $"{method.DeclaringType!.Name.Split('`')[0]}.{method.Name}")]);

    // Without registers long functions outgrow, one number at a time, what the JIT compiler inlines into a method.
    [WidthFact(128)]
    public async Task No_loop_calls_anything()
    {
        string file = Path.GetTempFileName();
        try
        {
            List<Method> methods = [.. Read(await Listing(file)).Where(method => IsLoop(method.Title))];
            foreach (string number in (string[])["float", "double"])
            {
                s_seen.Should().OnlyContain(name => methods.Exists(
                    method => method.Name == name
                        ? method.Title.Contains(number) || name.StartsWith("NestedSums") || name.StartsWith("DenseKernel")
                        : method.Title.Contains(name) && method.Title.Contains(number)));
            }

            methods.Where(method => method.Calls.Count > 0 && !IsExcepted(method))
                .Select(method => $"{method.Title}: {string.Join("; ", method.Calls.Distinct())}")
                .Should().BeEmpty("loops call nothing");
        }
        finally
        {
            File.Delete(file);
        }
    }

    // A single number is scaled by the runtime's own function, and the Hessian of boxes is
    // what outgrows the 512 variables that the JIT compiler inlines into a method. Some formulas leave a part of theirs
    // out on purpose, since they would, too.
    private static bool IsExcepted(Method method) =>
        (method.Title.Contains("ScalarLane") && method.Calls.TrueForAll(call => Scaling().IsMatch(call)))
        || (method.Title.Contains("Formulas.Box") && method.Title.Contains("Jet2"))
        || method.Calls.TrueForAll(call => MeantToBeCalled().IsMatch(call));

    private static bool IsLoop(string title)
    {
        string name = NameOf(title);
        return !s_drivers.Contains(name) && s_optimized.Value.Contains(name);
    }

    private static async Task<string[]> Listing(string file)
    {
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList =
            {
                "vstest",
                typeof(LoopCallTests).Assembly.Location,
                $"--TestCaseFilter:FullyQualifiedName~{nameof(EngineCallTests)}",
            },
            Environment =
            {
                ["DOTNET_JitStdOutFile"] = file,

                // Recompiled in the background, methods would be listed in the middle of others.
                ["DOTNET_TieredCompilation"] = "0",
                ["DOTNET_JitDisasm"] = "LossKit.Internals*:*",
            },
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, printed);
        return await File.ReadAllLinesAsync(file);
    }

    /// <summary>Fully optimised methods, and what they call between a label and a jump back to it.</summary>
    private static IEnumerable<Method> Read(string[] lines)
    {
        int[] starts = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith("; Assembly listing"))];
        for (int k = 0; k < starts.Length; k++)
        {
            string title = lines[starts[k]]["; Assembly listing for method ".Length..];
            if (!title.EndsWith("(FullOpts)"))
            {
                continue;
            }

            string[] body = lines[starts[k]..(k + 1 < starts.Length ? starts[k + 1] : lines.Length)];
            Dictionary<string, int> labels = [];
            bool[] isLoop = new bool[body.Length];
            for (int i = 0; i < body.Length; i++)
            {
                Match jump = Jump().Match(body[i]);
                if (Label().Match(body[i]) is { Success: true } label)
                {
                    labels[label.Groups[1].Value] = i;
                }
                else if (jump.Success && labels.TryGetValue(jump.Groups[1].Value, out int back))
                {
                    isLoop.AsSpan(back, i - back).Fill(true);
                }
            }

            yield return new(title, NameOf(title), [.. body.Where((line, i) => isLoop[i] && Call().IsMatch(line))
                .Select(line => line.Trim())]);
        }
    }

    private static string NameOf(string title)
    {
        Match name = Name().Match(title);
        return $"{name.Groups[1].Value}.{name.Groups[2].Value}";
    }

    [GeneratedRegex(@":(Censored|Between|Digamma|GammaExcess|LogTail|Steepness|Apart|Unlike|Angle)\[|UniqueSoftmaxProgram:\w+\[|NdcgLoss2Change:Of\[|AtTarget`1\+\w+\[.*\]:Of\[|Mixture`1\[.*:\.ctor\(")]
    private static partial Regex MeantToBeCalled();

    // The type's last name, with its arguments left out, and the method's.
    [GeneratedRegex(@"^(?:\w+\.)*(\w+)(?:`\d+)?(?:\[.*?\])?:(\w+)[\[(]")]
    private static partial Regex Name();

    [GeneratedRegex(@"System\.MathF?:(?:ScaleB|ILogB)\(")]
    private static partial Regex Scaling();

    [GeneratedRegex(@"^(G_M\d+_IG\d+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\s+j\w+\s+(?:SHORT )?(G_M\d+_IG\d+)")]
    private static partial Regex Jump();

    // Not what throws, and not what asks whether a collection is due.
    [GeneratedRegex(@"^\s+(?:call|tail\.jmp)\s(?!.*(?:RNGCHKFAIL|FAIL_FAST|POLL_GC|THROW|Throw))")]
    private static partial Regex Call();

    private sealed record Method(string Title, string Name, List<string> Calls);
}

/// <summary>Every engine once, and every function of lanes.</summary>
[Trait("Category", "Kernels")]
public sealed class EngineCallTests
{
    [Fact]
    public void Engines_run_on_singles() => EngineCalls<float>.Run();

    [Fact]
    public void Engines_run_on_doubles() => EngineCalls<double>.Run();
}

internal static class EngineCalls<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Count = 512;

    private static readonly T[] s_numbers = Numbers(i => (i % 97 + 1) / 100.0);
    private static readonly T[] s_targets = Numbers(i => i % 3 == 0 ? 1 : 0);
    private static readonly int[] s_labels = [.. Enumerable.Range(0, Count).Select(i => i % 4)];
    private static readonly T[] s_gradient = new T[8 * Count];
    private static readonly T[] s_hessian = new T[8 * Count];

    public static IEnumerable<string> Functions =>
    [
        nameof(PowOf), nameof(AtanOf), nameof(ErfOf), nameof(CdfOf), nameof(LogCdfOf), nameof(LogGammaOf),
        nameof(DigammaOf), nameof(SinOf), nameof(CosOf),
    ];

    public static void Run()
    {
        Run(Loss.Huber<T>());
        Run(Loss.BinaryCrossEntropyLogits<T>());
        Run(Loss.QualityFocal<T>(1.5));
        Run(Loss.Varifocal<T>());
        Run<PowOf>();
        Run<AtanOf>();
        Run<ErfOf>();
        Run<CdfOf>();
        Run<LogCdfOf>();
        Run<LogGammaOf>();
        Run<DigammaOf>();
        Run<SinOf>();
        Run<CosOf>();
        foreach (int classes in (int[])[8, 256])
        {
            Run(Loss.SoftmaxCrossEntropy<T>(classes), classes);
            Run(Loss.SoftmaxCrossEntropy<T>(classes, labelSmoothing: 0.1), classes);
            Run(Loss.MulticlassFocal<T>(classes), classes);
            Run(Loss.MulticlassFocal<T>(classes).WithProbabilityTargets(), classes, s_targets);
            Run(
                Loss.EvidentialClassification<T>(classes, EvidentialForm.Digamma, EvidenceActivation.Softplus),
                classes);
            Run(Loss.CrammerSinger<T>(classes), classes);
            Run(Loss.MulticlassHinge<T>(classes), classes);
            Run(Loss.NegativeLogLikelihood<T>(classes), classes);
            Run(Loss.ZLoss<T>(classes), classes);
            Run(Loss.MultilabelMargin<T>(classes), classes, s_targets);
            Run(Loss.MultilabelSoftMargin<T>(classes), classes, s_targets);
            Run(Loss.DistributionFocal<T>(classes), classes, s_targets);
            Run(Loss.ForwardKl<T>(classes), classes, s_targets);
            Run(Loss.SkewForwardKl<T>(classes), classes, s_targets);
            Run(Loss.SkewReverseKl<T>(classes), classes, s_targets);
            Run(Loss.GeneralizedJsd<T>(classes), classes, s_targets);
            Run(Loss.NegativeEntropy<T>(classes), classes, s_targets);
        }

        Run(Loss.NormalNll<T>());
        Run(Loss.NormalNll<T>().WithFisherHessian());
        Run(Loss.GammaNll<T>().WithFisherHessian());
        Run(Loss.DirichletNll<T>(3).WithFisherHessian());
        Run(Loss.VonMisesNll<T>().WithFisherHessian());
        Run(Loss.Huber<T>().AsymmetricPerExample());
        Run(Loss.Poisson<T>().AsymmetricPerExample());
        Run(Loss.Poisson<T>().WithExposure());
        Run(Loss.ExpectedClassCostPerExample<T>(3));
        Run(Loss.ExpectedCost<T>(1, 2));
        Run(Loss.GammaNll<T>());
        Run(Loss.StudentTNllDegrees<T>());
        Run(Loss.StudentTNllDegrees<T>(Link.Identity));
        Run(Loss.ZeroInflatedPoissonNll<T>());
        Run(Loss.NegativeBinomialNll<T>());
        Run(Loss.DirichletNll<T>(3));
        Run(Loss.VonMisesNll<T>());
        Run(Loss.MixtureDensityNll<T>(2));
        Run(Loss.MultivariateGaussianNll<T>(2));
        Run(Loss.QuantileVector<T>([0.1, 0.9], crossing: 1));
        Run(Loss.CrpsEnsemble<T>(3));
        Run(Loss.EnergyScore<T>(2, 2));
        Run(Loss.BoxGiou<T>());
        Run(Loss.BoxCiou<T>());
        Run(Loss.BoxSiou<T>());
        Run(Loss.FromTupleFormula<T, ClippedPolicy>(new(0.2, 0.2, 3, 0.1)));
        Run(Loss.Dpo<T>());
        Run(Loss.WeibullSurvival<T>());
        foreach (SurvivalDistribution distribution in Enum.GetValues<SurvivalDistribution>())
        {
            Run(Loss.Aft<T>(distribution));
            Run(Loss.AftLocationScale<T>(distribution));
        }

        foreach (int length in (int[])[8, 256])
        {
            Run(Loss.SoftDice<T>(), Groups.OfWidth(length));
            Run(Loss.PairwiseLogistic<T>(), Groups.OfWidth(length));
            Run(
                Loss.LambdaRank<T>(LambdaWeighting.NdcgLoss2Plus, scoreNormalization: true, gradientNormalization: true),
                Groups.OfWidth(length));
            Run(Loss.SoftmaxRanking<T>(), Groups.OfWidth(length));
            Run(Loss.Poly1SoftmaxRanking<T>(), Groups.OfWidth(length));
            Run(Loss.UniqueSoftmax<T>(), Groups.OfWidth(length));
            Run(Loss.ApproxNdcg<T>(), Groups.OfWidth(length));
        }

        ReadOnlySpan<T> numbers = s_numbers.AsSpan(0, Count);
        ReadOnlySpan<T> targets = s_targets.AsSpan(0, Count);
        Loss.InfoNce<T>(8).ValueAndGradient(
            new() { First = numbers, Second = targets },
            new() { First = s_gradient.AsSpan(0, Count), Second = s_hessian.AsSpan(0, Count) });
        ViewGradients<T> ofViews = new() { First = s_gradient.AsSpan(0, Count), Second = s_hessian.AsSpan(0, Count) };
        foreach (CorrelationLoss<T> loss in (CorrelationLoss<T>[])[Loss.BarlowTwins<T>(8), Loss.VicReg<T>(8)])
        {
            loss.ValueAndGradient(new() { First = numbers, Second = targets }, ofViews);
        }

        Loss.DecoupledContrastive<T>(8).ValueAndGradient(new() { First = numbers, Second = targets }, ofViews);
        Loss.SigLip<T>(8).ValueAndGradient(
            new() { Queries = numbers, Keys = targets }, new() { Queries = s_gradient.AsSpan(0, Count) });
        Loss.NPairs<T>(8).ValueAndGradient(
            new() { Queries = numbers, Keys = targets, Labels = s_labels.AsSpan(0, Count / 8) },
            new() { Queries = s_gradient.AsSpan(0, Count) });
        Loss.Angular<T>(8).ValueAndGradient(
            new() { Embeddings = numbers, Labels = s_labels.AsSpan(0, Count / 8) },
            new() { Embeddings = s_gradient.AsSpan(0, Count) });
        Loss.LinearCrossEntropy<T>(1100, 1).WithScratch(1).ValueAndGradient(
            new() { Hidden = numbers[..4], Prototypes = s_numbers.AsSpan(0, 1100), Labels = [1, 1, 2, 3] },
            new() { Hidden = s_gradient.AsSpan(0, 4) });
        foreach (PrototypeLoss<T> loss in (PrototypeLoss<T>[])
        [
            Loss.ArcFace<T>(4, 2, subCenters: 2),
            Loss.CosFace<T>(8, 2),
            Loss.SphereFace<T>(8, 2, featureNorm: true),
            Loss.ProxyNca<T>(8, 2),
            Loss.ProxyAnchor<T>(8, 2),
        ])
        {
            loss.ValueAndGradient(
                new() { Hidden = numbers[..8], Prototypes = s_numbers.AsSpan(0, 16), Labels = [1, 1, 2, 3] },
                new() { Hidden = s_gradient.AsSpan(0, 8), Prototypes = s_hessian.AsSpan(0, 16) });
        }

        Loss.Cox<T>().ValueAndGradient(
            new() { Risks = numbers, Times = numbers, Events = [.. s_labels.Select(label => label % 2)] },
            new() { Risks = s_gradient.AsSpan(0, Count) });
        Loss.ListMle<T>().ValueAndGradient(
            new() { Scores = numbers, Relevances = targets, Lengths = [Count] },
            new() { Scores = s_gradient.AsSpan(0, Count) });
        foreach (SegmentationLoss<T> loss in (SegmentationLoss<T>[])
            [Loss.GeneralizedDice<T>(2), Loss.LovaszSoftmax<T>(2), Loss.Boundary<T>(2)])
        {
            loss.ValueAndGradient(
                new() { Predictions = numbers, Targets = targets, Pixels = Count / 4 },
                new() { Predictions = s_gradient.AsSpan(0, Count) });
        }

        foreach (ImageLoss<T> loss in (ImageLoss<T>[])
            [
                Loss.MsSsim<T>(1, [0.5, 0.5], window: 3), Loss.TotalVariation<T>(VariationForm.Isotropic),
                Loss.GradientDifference<T>(), Loss.NegativePsnr<T>(1), Loss.FocalFrequency<T>(1.5), Loss.GramStyle<T>(),
                Loss.FeatureDistance<T>([8], [Count / 8], normalize: true),
            ])
        {
            loss.ValueAndGradient(
                new()
                {
                    Predictions = numbers,
                    Targets = loss.ToString().StartsWith("TotalVariation", StringComparison.Ordinal) ? [] : targets,
                    Channels = 1,
                    Height = 8,
                    Width = Count / 8,
                },
                new() { Predictions = s_gradient.AsSpan(0, Count) });
        }

        Loss.DiscreteTimeHazard<T>(8).ValueAndGradient(
            new() { Predictions = numbers, Intervals = s_labels.AsSpan(0, Count / 8), Events = new int[Count / 8] },
            new() { Predictions = s_gradient.AsSpan(0, Count) });
        Loss.PiecewiseConstantHazard<T>(8).ValueAndGradient(
            new()
            {
                Predictions = numbers,
                Intervals = s_labels.AsSpan(0, Count / 8),
                Events = new int[Count / 8],
                Fractions = targets[..(Count / 8)],
            },
            new() { Predictions = s_gradient.AsSpan(0, Count) });
        Loss.Ctc<T>(8).ValueAndGradient(
            new() { Logits = numbers, InputLengths = [Count / 8], Labels = [1, 1, 2, 3, 4], TargetLengths = [5] },
            new() { Logits = s_gradient.AsSpan(0, Count) });
        Loss.Crf<T>(8).ValueAndGradient(
            new()
            {
                Emissions = numbers,
                Transitions = targets[..64],
                InputLengths = [Count / 8],
                Labels = s_labels.AsSpan(0, Count / 8),
            },
            new() { Emissions = s_gradient.AsSpan(0, Count), Transitions = s_hessian.AsSpan(0, 64) });
        Loss.Crf<T>(8).Decode(
            new() { Emissions = numbers, Transitions = targets[..64], InputLengths = [Count / 8] }, new int[Count / 8]);
        Loss.SoftDtw<T>().ValueAndGradient(
            new() { First = numbers[..200], Second = targets[..100], FirstLengths = [200], SecondLengths = [100] },
            new() { First = s_gradient.AsSpan(0, 200) });
    }

    private static T[] Numbers(Func<int, double> of) =>
        [.. Enumerable.Range(0, 8 * Count).Select(i => T.CreateChecked(of(i)))];

    private static void Run<TFunction>() where TFunction : struct, IPointwiseFormula =>
        Run(Loss.FromFormula<T, TFunction>(default));

    private static void Run(PointwiseLoss<T> loss)
    {
        ReadOnlySpan<T> numbers = s_numbers.AsSpan(0, Count);
        ReadOnlySpan<T> targets = s_targets.AsSpan(0, Count);
        loss.Value(numbers, targets);
        loss.ValueAndGradient(numbers, targets, s_gradient.AsSpan(0, Count), weights: targets);
        loss.ValueGradientAndHessian(numbers, targets, s_gradient.AsSpan(0, Count), s_hessian.AsSpan(0, Count));
    }

    private static void Run(RowLoss<T, int> loss, int classes) => Run(loss, classes, s_labels);

    private static void Run<TTarget>(RowLoss<T, TTarget> loss, int classes, TTarget[] targets)
        where TTarget : unmanaged
    {
        ReadOnlySpan<T> numbers = s_numbers.AsSpan(0, 8 * classes);
        ReadOnlySpan<TTarget> labels = targets.AsSpan(0, 8 * loss.Shape.Targets);
        Span<T> gradient = s_gradient.AsSpan(0, 8 * classes);
        loss.Value(numbers, labels);
        loss.ValueAndGradient(numbers, labels, gradient);
        loss.ValueGradientAndHessian(numbers, labels, gradient, s_hessian.AsSpan(0, 8 * classes));
    }

    private static void Run(TupleLoss<T> loss)
    {
        ReadOnlySpan<T> numbers = s_numbers.AsSpan(0, Count * loss.Predictions);
        ReadOnlySpan<T> targets = s_numbers.AsSpan(0, Count * loss.Targets);
        Span<T> gradient = s_gradient.AsSpan(0, Count * loss.Predictions);
        loss.Value(numbers, targets);
        loss.ValueAndGradient(numbers, targets, gradient);
        loss.ValueGradientAndHessian(numbers, targets, gradient, s_hessian.AsSpan(0, Count * loss.Predictions));
    }

    private static void Run(GroupedLoss<T> loss, Groups groups)
    {
        ReadOnlySpan<T> numbers = s_numbers.AsSpan(0, Count);
        ReadOnlySpan<T> targets = s_targets.AsSpan(0, Count);
        loss.Value(numbers, targets, groups);
        loss.ValueAndGradient(numbers, targets, groups, s_gradient.AsSpan(0, Count));
        loss.ValueGradientAndHessian(
            numbers, targets, groups, s_gradient.AsSpan(0, Count), s_hessian.AsSpan(0, Count));
    }

    private readonly struct PowOf : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane x, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Pow(x, 1.5);
    }

    private readonly struct AtanOf : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane x, TLane target) where TLane : struct, ILane<TLane> =>
            LossKit.Formulas.Functions.Atan(x);
    }

    private readonly struct ErfOf : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane x, TLane target) where TLane : struct, ILane<TLane> =>
            LossKit.Formulas.Functions.Erf(x);
    }

    private readonly struct CdfOf : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane x, TLane target) where TLane : struct, ILane<TLane> =>
            LossKit.Formulas.Functions.NormalCdf(x);
    }

    private readonly struct LogCdfOf : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane x, TLane target) where TLane : struct, ILane<TLane> =>
            LossKit.Formulas.Functions.LogNormalCdf(x);
    }

    private readonly struct LogGammaOf : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane x, TLane target) where TLane : struct, ILane<TLane> =>
            LossKit.Formulas.Functions.LogGamma(x);
    }

    private readonly struct DigammaOf : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane x, TLane target) where TLane : struct, ILane<TLane> =>
            LossKit.Formulas.Functions.Digamma(x);
    }

    private readonly struct SinOf : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane x, TLane target) where TLane : struct, ILane<TLane> =>
            LossKit.Formulas.Functions.Sin(x);
    }

    private readonly struct CosOf : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane x, TLane target) where TLane : struct, ILane<TLane> =>
            LossKit.Formulas.Functions.Cos(x);
    }
}
