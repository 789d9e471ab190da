using System.Runtime.InteropServices;

namespace LossKit.TorchSharp.Tests;

/// <summary>No tensor is left behind, whatever happens to a call, and nothing of the batch's size is copied.</summary>
public sealed class MemoryTests
{
    private static readonly TensorLoss<float, int> s_loss = Loss.SoftmaxCrossEntropy<float>(4).ToTorch();

    [TorchFact]
    public void A_dispose_scope_has_everything()
    {
        using (NewDisposeScope())
        {
            // Disposes of what an earlier backward pass without a scope returned.
            s_loss.forward(Numbers.Learnt(Numbers.Random<float>(12, 0), 3, 4), Numbers.Of(Numbers.Labels(3, 4, 0)));
        }

        long before = CountWithoutGarbage();
        for (int i = 0; i < 20; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = Numbers.Learnt(Numbers.Random<float>(12, i), 3, 4);
            s_loss.forward(x, Numbers.Of(Numbers.Labels(3, 4, i))).backward();
            (s_loss.forward(x * 2, Numbers.Of(Numbers.Labels(3, 4, i))) * 3).backward();
        }

        Tensor.TotalCount.Should().Be(before);
    }

    [TorchFact]
    public void Without_a_scope_only_what_is_returned_has_to_be_disposed_of()
    {
        using Tensor x = Numbers.Of(Numbers.Random<float>(12, 1), 3, 4).requires_grad_();
        using Tensor strided = Numbers.Of(Numbers.Random<float>(12, 1), 4, 3);
        using Tensor labels = Numbers.Of(Numbers.Labels(3, 4, 1));
        using TensorLoss<float, int> losses = Loss.SoftmaxCrossEntropy<float>(4).ToTorch(nn.Reduction.None);
        Step();
        long before = CountWithoutGarbage();
        for (int i = 0; i < 50; i++)
        {
            Step();
        }

        // The one that the last backward pass returned is still there until the next.
        Tensor.TotalCount.Should().BeInRange(before - 1, before + 1);

        void Step()
        {
            using (Tensor value = s_loss.forward(x, labels))
            {
                value.backward();
            }

            using (Tensor value = s_loss.forward(x, labels))
            {
            }

            using (Tensor view = strided.t())
            using (Tensor value = s_loss.forward(view, labels))
            {
            }

            using (Tensor each = losses.forward(x, labels))
            using (Tensor sum = each.sum())
            {
                sum.backward();
            }
        }
    }

    [TorchFact]
    public void A_call_that_fails_leaves_nothing()
    {
        using Tensor x = Numbers.Of(Numbers.Random<float>(12, 1), 3, 4).requires_grad_();
        using Tensor labels = Numbers.Of<int>([0, 1, 4]);
        long before = CountWithoutGarbage();
        foreach (nn.Reduction reduction in Enum.GetValues<nn.Reduction>())
        {
            using TensorLoss<float, int> loss = Loss.SoftmaxCrossEntropy<float>(4).ToTorch(reduction);
            Action call = () => loss.forward(x, labels);
            call.Should().Throw<ArgumentException>().WithMessage("The label of row 2 is 4*");
        }

        Tensor.TotalCount.Should().Be(before);
    }

    [TorchFact]
    public void A_loss_may_outlive_the_scope_of_its_forward_pass()
    {
        using Tensor x = Numbers.Of<float>([1, 2]).requires_grad_();
        Tensor value;
        using (NewDisposeScope())
        {
            value = Loss.SquaredError<float>().ToTorch(nn.Reduction.Sum).forward(x, zeros(2)).MoveToOuterDisposeScope();
        }

        using (value)
        {
            value.backward();
        }

        using Tensor gradient = x.grad!;
        Numbers.In<float>(gradient).Should().Equal(2, 4);
    }

    [TorchFact]
    public void Contiguous_tensors_are_read_in_place()
    {
        using DisposeScope scope = NewDisposeScope();
        Watching watching = new();
        Tensor x = Numbers.Learnt(Numbers.Random<double>(6, 1));
        Tensor y = Numbers.Of(Numbers.Random<double>(6, 2));
        Tensor w = Numbers.Of(Numbers.Random<double>(6, 3));
        watching.ToTorch().forward(x, y, w);
        watching.Seen.Should().Equal(Address(x), Address(y), Address(w));

        // Part of another tensor's memory.
        watching.ToTorch().forward(x.narrow(0, 2, 3), y.narrow(0, 0, 3), w.narrow(0, 3, 3));
        watching.Seen.Should().Equal(Address(x) + 16, Address(y), Address(w) + 24);
    }

    [TorchFact]
    public void A_call_allocates_nothing_of_the_size_of_a_batch()
    {
        long ofFew = OfRows(8);
        long ofMany = OfRows(8_000);
        ofMany.Should().BeLessThan(ofFew + 200);

        static long OfRows(int rows)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = Numbers.Learnt(Numbers.Random<float>(4 * rows, 1), rows, 4);
            Tensor y = Numbers.Of(Numbers.Labels(rows, 4, 1));
            return Allocations.Of(() => s_loss.forward(x, y).backward());
        }
    }

    /// <summary>Without what other tests have left, which may be collected at any time.</summary>
    private static long CountWithoutGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private static nint Address(Tensor tensor) => Address<byte>(tensor.bytes);

    private static unsafe nint Address<T>(ReadOnlySpan<T> span) where T : unmanaged
    {
        fixed (T* first = &MemoryMarshal.GetReference(span))
        {
            return (nint)first;
        }
    }

    /// <summary>Notes where its inputs lie.</summary>
    private sealed class Watching : ILoss<double, double>
    {
        public nint[] Seen { get; private set; } = [];

        public Shape Shape => new(1, 1);

        public Cost Value(
            ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights = default) =>
            throw new NotSupportedException();

        public Cost PerExample(
            ReadOnlySpan<double> predictions,
            ReadOnlySpan<double> targets,
            Span<double> losses,
            ReadOnlySpan<double> weights = default) =>
            throw new NotSupportedException();

        public Cost ValueAndGradient(
            ReadOnlySpan<double> predictions,
            ReadOnlySpan<double> targets,
            Span<double> gradient,
            ReadOnlySpan<double> weights = default,
            Reduction reduction = Reduction.Mean)
        {
            Seen = [Address(predictions), Address(targets), Address(weights)];
            return Loss.SquaredError<double>().ValueAndGradient(predictions, targets, gradient, weights, reduction);
        }
    }
}
