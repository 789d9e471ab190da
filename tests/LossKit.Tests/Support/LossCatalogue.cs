using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>The targets that a loss is defined for.</summary>
public enum TargetKind
{
    Value,
    Probability,
    Sign,
}

/// <summary>A loss with particular parameters, in both precisions.</summary>
public abstract record LossInstance(string Name, Type Formula, TargetKind Targets)
{
    public abstract PointwiseLoss<T> Loss<T>() where T : unmanaged, IFloatingPointIeee754<T>;

    public override string ToString() => Name;
}

/// <summary>
/// Every public loss, with several values of its parameters: every property of <see cref="LossProperties{T}"/> runs
/// over all of them, and a test fails if a public formula is missing here.
/// </summary>
internal static class LossCatalogue
{
    private static readonly Dictionary<string, LossInstance> s_instances = new List<LossInstance>
    {
        Of("squared error", default(SquaredError)),
        Of("absolute error", default(AbsoluteError)),
        Of("Huber 1", new Huber(1)),
        Of("Huber 0.01", new Huber(0.01)),
        Of("Huber 1e6", new Huber(1e6)),
        Of("binary cross-entropy", new BinaryCrossEntropyLogits(), TargetKind.Probability),
        Of("binary cross-entropy, weight 7.5", new BinaryCrossEntropyLogits(7.5), TargetKind.Probability),
        Of("binary cross-entropy, weight 0", new BinaryCrossEntropyLogits(0), TargetKind.Probability),
        Of("binary cross-entropy, smoothing 0.1", new BinaryCrossEntropyLogits(1, 0.1), TargetKind.Probability),
        Of("binary cross-entropy, both", new BinaryCrossEntropyLogits(3, 1), TargetKind.Probability),
        Of("focal 2", new BinaryFocalLogits(), TargetKind.Probability),
        Of("focal 0", new BinaryFocalLogits(0), TargetKind.Probability),
        Of("focal 0.5, share 0.25", new BinaryFocalLogits(0.5, 0.25), TargetKind.Probability),
        Of("focal 5, share 1", new BinaryFocalLogits(5, 1), TargetKind.Probability),
        Of("hinge", new Margin<Hinge>(default), TargetKind.Sign),
        Of("asymmetric squared error", new Asymmetric<SquaredError>(default, 1, 10)),
        Of("asymmetric Huber", new Asymmetric<Huber>(new(0.5), 3, 0)),
        Of("scaled absolute error", new Scaled<AbsoluteError>(default, 0.25)),
        Of("sum", new Sum<Huber, SquaredError>(new(2), default)),
        Of("sum of sums", SumOfSums, TargetKind.Probability),
    }.ToDictionary(instance => instance.Name);

    public static IEnumerable<LossInstance> All => s_instances.Values;

    public static TheoryData<string> Names => new(s_instances.Keys);

    private static Sum<Sum<Asymmetric<Huber>, BinaryCrossEntropyLogits>, Scaled<BinaryFocalLogits>> SumOfSums =>
        new(new(new(new(1), 1, 10), new(2)), new(new(2), 0.5));

    public static LossInstance Get(string name) => s_instances[name];

    private static Instance<TFormula> Of<TFormula>(
        string name, TFormula formula, TargetKind targets = TargetKind.Value)
        where TFormula : struct, IPointwiseFormula => new(name, formula, targets);

    private sealed record Instance<TFormula>(string Name, TFormula Value, TargetKind Targets)
        : LossInstance(Name, typeof(TFormula), Targets)
        where TFormula : struct, IPointwiseFormula
    {
        public override PointwiseLoss<T> Loss<T>() => LossKit.Loss.FromFormula<T, TFormula>(Value);

        public override string ToString() => Name;
    }
}
