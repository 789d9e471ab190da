namespace LossKit.TorchSharp.Tests;

/// <summary>What does not fit is said by argument, what was given and what was expected.</summary>
public sealed class ErrorTests
{
    public static TheoryData<string, string, string> Wrong => new()
    {
        { "float for double", "prediction", "'prediction' is of Float32: expected Float64, as the loss takes it." },
        {
            "double for float", "prediction",
            "'prediction' is of Float64: expected Float32, Float16 or BFloat16, as the loss takes it."
        },
        {
            "integers for numbers", "target",
            "'target' is of Int64: expected Float32, Float16 or BFloat16, as the loss takes it."
        },
        { "numbers for labels", "target", "'target' is of Float32: expected Int64 or Int32." },
        {
            "integers for weights", "weight",
            "'weight' is of Int64: expected Float32, Float16 or BFloat16, as the loss takes it."
        },
        { "a label too large", "target", "'target' has 4294967296 in row 1: expected an integer of 32 bits." },
        { "meta", "prediction", "'prediction' is on the device meta and has no numbers: expected some." },
        { "sparse", "target", "'target' is sparse: expected a dense tensor, as to_dense() makes it." },
        { "other shape", "target", "'target' is [4]: expected [3], as 'prediction' is [3]." },
        { "other shape, as many", "target", "'target' is [3, 2]: expected [2, 3], as 'prediction' is [2, 3]." },
        { "no target", "target", "'target' is left out: expected [3], as 'prediction' is [3]." },
        { "broadcast", "target", "'target' is [1]: expected [3], as 'prediction' is [3]." },
        {
            "classes first", "prediction",
            "'prediction' is [2, 5]: expected 2 as its last axis, as many as an example has."
        },
        {
            "classes of images first", "prediction",
            "'prediction' is [3, 2, 4, 5]: expected 2 as its last axis, as many as an example has, as "
            + "permute(0, 2, 3, 1) makes it."
        },
        { "no classes", "prediction", "'prediction' is []: expected 2 as its last axis, as many as an example has." },
        { "labels of a row too many", "target", "'target' is [6]: expected [5], as 'prediction' is [5, 2]." },
        { "probabilities of columns", "target", "'target' is [5]: expected [5, 2], as 'prediction' is [5, 2]." },
        { "planar", "prediction", "'prediction' is [5, 2]: expected 2 as its first axis, as many as an example has." },
        { "planar targets", "target", "'target' is [5, 2]: expected [2, 5], as 'prediction' is [5]." },
        { "a target of none", "target", "'target' is [5]: expected none, the loss takes no targets." },
        { "weights of entries", "weight", "'weight' is [5, 2]: expected [5], as 'prediction' is [5, 2]." },
        { "no weights", "weight", "'weight' is [0]: expected [3], as 'prediction' is [3]." },
        {
            "weights of labels", "weight",
            "'weight' is [4]: expected [5] or [5, 2], as 'prediction' is [5, 2]."
        },
    };

    [TorchTheory, MemberData(nameof(Wrong))]
    public void Calls_that_do_not_fit(string what, string parameter, string message)
    {
        using DisposeScope scope = NewDisposeScope();
        Action call = () => Call(what);
        call.Should().Throw<ArgumentException>().WithMessage($"{message}*").WithParameterName(parameter);
    }

    [TorchFact]
    public void Rows_that_are_no_rows()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = zeros(8, 6);
        Tensor other = zeros(6, 8);
        Tensor labels = zeros([8], ScalarType.Int64);
        Fails("embeddings", "'embeddings' is [6, 8]: expected [rows, 6].", () =>
            Loss.SupervisedContrastive<float>(6).ToTorch().forward(other, labels));
        Fails("embeddings", "'embeddings' is [48]: expected [rows, 6].", () =>
            Loss.SupervisedContrastive<float>(6).ToTorch().forward(zeros(48), labels));
        Fails("second", "'second' is [6, 8]: expected [rows, 6].", () =>
            Loss.NtXent<float>(6).ToTorch().forward(rows, other));
        Fails("keys", "'keys' is [6, 8]: expected [rows, 6].", () =>
            Loss.Clip<float>(6).ToTorch().forward(rows, other));
        Fails("negatives", "'negatives' is [6, 8]: expected [rows, 6].", () =>
            Loss.Triplet<float>(6).ToTorch().forward(rows, rows, other));
        Fails("first", "'first' is [6, 8]: expected [rows, 6].", () =>
            Loss.Contrastive<float>(6).ToTorch().forward(other, rows, labels));
        Fails("prototypes", "'prototypes' is [6, 8]: expected [rows, 6].", () =>
            Loss.LinearCrossEntropy<float>(8, 6).ToTorch().forward(rows, other, labels));
    }

    [TorchFact]
    public void Groups_that_are_no_groups()
    {
        using DisposeScope scope = NewDisposeScope();
        GroupedTensorLoss<float, float> loss = Loss.PairwiseLogistic<float>().ToTorch();
        Fails("prediction", "'prediction' is []: expected the entries of a group as its last axis.", () =>
            loss.forward(tensor(1f), tensor(1f)));
        Fails("target", "'target' is [6, 2]: expected [2, 6], as 'prediction' is [2, 6].", () =>
            loss.forward(zeros(2, 6), zeros(6, 2)));
        Fails("weight", "'weight' is [6]: expected [2], as 'prediction' is [2, 6].", () =>
            loss.forward(zeros(2, 6), zeros(2, 6), zeros(6)));
        Fails("target", "'target' is [5]: expected [6], as 'prediction' is [6].", () =>
            loss.forward(zeros(6), zeros(5), (int[])[2, 4], null));
        Fails("weight", "'weight' is [6]: expected [2], as there are 2 groups.", () =>
            loss.forward(zeros(6), zeros(6), (int[])[2, 4], zeros(6)));
        Fails("groups", "'groups' has 5 entries in 2 groups, but 'predictions' has 6.", () =>
            loss.forward(zeros(6), zeros(6), (int[])[2, 3], null));
        Fails(
            "lengths",
            "'lengths' were given to a loss without a reduction: expected Mean or Sum, or groups of one width as the "
            + "last axis.",
            () => Loss.PairwiseLogistic<float>().ToTorch(nn.Reduction.None)
                .forward(zeros(6), zeros(6), (int[])[2, 4], null));
    }

    [TorchFact]
    public void A_gradient_that_a_batch_does_not_mention()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor risks = zeros(3).requires_grad_();
        Tensor times = arange(3, dtype: ScalarType.Float32);
        Tensor events = ones([3], ScalarType.Int64);
        Fails(
            "risks",
            "'risks' requires a gradient, but there is none with respect to it: expected a tensor that does not, as "
            + "detach() makes it.",
            () => Loss.Cox<float>().ToTorch().forward(
                batch => new()
                {
                    Risks = batch.Numbers(risks),
                    Times = batch.Numbers(times),
                    Events = batch.Labels(events),
                },
                gradient => new() { Risks = gradient.Gradient(times) }));
        Fails("events", "'events' is of Int64: expected Bool, as the loss takes it.", () =>
            Loss.Cox<float>().Value(batch =>
            {
                _ = batch.Mask(events);
                return default;
            }));
    }

    [TorchFact]
    public void Targets_of_pairs_that_are_of_the_other_type()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = zeros(8, 5);
        Fails("target", "'target' is of Float32: expected Int64 or Int32.", () =>
            Loss.CosineEmbedding<float>(5).ToTorch().forward(rows, rows, ones(8)));
        Fails("target", "'target' is of Int64: expected Float32.", () =>
            Loss.CoSent<float>(5).ToTorch().forward(rows, rows, ones([8], ScalarType.Int64)));

        // What the loss says of the target that it has been given stays as it is.
        Fails("labels", "The label of pair 0 is 3, but must be 1 or -1.", () =>
            Loss.CosineEmbedding<float>(5).ToTorch().forward(rows, rows, full([8], 3, ScalarType.Int64)));
    }

    [TorchFact]
    public void Losses_that_cannot_be()
    {
        Fails("reduction", "'reduction' must be Mean, Sum or None.", () =>
            Loss.Huber<float>().ToTorch((nn.Reduction)7));
        Fails(
            "reduction",
            "'reduction' is None, but the rows of a batch may share a gradient: expected Mean or Sum.",
            () => Loss.Triplet<float>(3).ToTorch(nn.Reduction.None));
        Fails("loss", "*", () => ((ILoss<float, float>)null!).ToTorch());
        Fails(null, "Targets are of Int64: expected Single, or Int32 for labels.", () => new Odd().ToTorch());
    }

    private static Tensor Call(string what)
    {
        Tensor three = zeros(3);
        Tensor rows = zeros(5, 2);
        TensorLoss<float, float> squared = Loss.SquaredError<float>().ToTorch();
        TensorLoss<float, int> softmax = Loss.SoftmaxCrossEntropy<float>(2).ToTorch();
        switch (what)
        {
            case "float for double":
                return Loss.SquaredError<double>().ToTorch().forward(three, three);
            case "double for float":
                return squared.forward(zeros(3, ScalarType.Float64), three);
            case "integers for numbers":
                return squared.forward(three, zeros(3, ScalarType.Int64));
            case "numbers for labels":
                return softmax.forward(rows, zeros(5));
            case "integers for weights":
                return squared.forward(three, three, ones(3, ScalarType.Int64));
            case "a label too large":
                return softmax.forward(rows, tensor(new long[] { 0, 1L << 32, 0, 0, 1 }));
            case "meta":
                return squared.forward(zeros(3, device: META), three);
            case "sparse":
                return squared.forward(three, sparse_coo_tensor(zeros([1, 1], ScalarType.Int64), ones(1), [3]));
            case "other shape":
                return squared.forward(three, zeros(4));
            case "other shape, as many":
                return squared.forward(zeros(2, 3), zeros(3, 2));
            case "no target":
                return squared.forward(three, null!);
            case "broadcast":
                return squared.forward(three, zeros(1));
            case "classes first":
                return softmax.forward(zeros(2, 5), zeros([5], ScalarType.Int64));
            case "classes of images first":
                return softmax.forward(zeros(3, 2, 4, 5), zeros([3, 4, 5], ScalarType.Int64));
            case "no classes":
                return softmax.forward(tensor(1f), zeros([5], ScalarType.Int64));
            case "labels of a row too many":
                return softmax.forward(rows, zeros([6], ScalarType.Int64));
            case "probabilities of columns":
                return Loss.SoftmaxCrossEntropy<float>(2).WithProbabilityTargets().ToTorch().forward(rows, zeros(5));
            case "planar":
                return Loss.NormalNll<float>().Planar().ToTorch().forward(rows, zeros(5));
            case "planar targets":
                return Loss.QuantilePerExample<float>().Planar().ToTorch().forward(zeros(5), rows);
            case "a target of none":
                return Loss.BradleyTerry<float>().ToTorch().forward(rows, zeros(5));
            case "weights of entries":
                return softmax.forward(rows, zeros([5], ScalarType.Int64), ones(5, 2));
            case "no weights":
                return squared.forward(three, three, zeros(0));
            default:
                return Loss.Hinge<float>().OverRows(2).ToTorch().forward(rows, rows, ones(4));
        }
    }

    private static void Fails(string? parameter, string message, Func<object> call)
    {
        Action act = () => call();
        ArgumentException error = act.Should().Throw<ArgumentException>().WithMessage($"{message}*").Which;
        error.ParamName.Should().Be(parameter);
    }

    private sealed class Odd : ILoss<float, long>
    {
        public Shape Shape => new(1, 1);

        public Cost Value(
            ReadOnlySpan<float> predictions, ReadOnlySpan<long> targets, ReadOnlySpan<float> weights = default) =>
            default;

        public Cost PerExample(
            ReadOnlySpan<float> predictions,
            ReadOnlySpan<long> targets,
            Span<float> losses,
            ReadOnlySpan<float> weights = default) => default;

        public Cost ValueAndGradient(
            ReadOnlySpan<float> predictions,
            ReadOnlySpan<long> targets,
            Span<float> gradient,
            ReadOnlySpan<float> weights = default,
            Reduction reduction = Reduction.Mean) => default;
    }
}
