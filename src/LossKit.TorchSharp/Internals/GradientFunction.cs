using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace LossKit.TorchSharp.Internals;

/// <summary>
/// Hands a loss, whose value and gradients are known, to autograd: the backward pass multiplies the gradients by what
/// comes from above.
/// </summary>
[SuppressMessage("Performance", "CA1812", Justification = "Made by its base class.")]
internal sealed class GradientFunction : autograd.SingleTensorFunction<GradientFunction>
{
    /// <summary>
    /// What the last backward pass of this thread returned. Torch has references of its own as soon as the call is
    /// over; where there is no dispose scope, nobody else would dispose of these before the garbage collector.
    /// </summary>
    [ThreadStatic]
    private static List<Tensor?>? s_returned;

    public override string Name => "LossKit";

    /// <summary>
    /// The value as a tensor with a history. Takes over the value and the gradients, and disposes of them.
    /// </summary>
    public static Tensor Of(Outcome outcome, List<Tensor> inputs)
    {
        DisposeReturned();
        try
        {
            return apply([outcome, .. inputs]);
        }
        finally
        {
            outcome.Dispose();
        }
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Outcome outcome = (Outcome)vars[0];
        ctx.set_materialize_grads(false);
        ctx.save_for_backward(outcome.Gradients);
        ctx.save_data(nameof(Outcome), outcome);
        return outcome.Value;
    }

    /// <remarks>
    /// Native code calls this, and an exception would end the process. What cannot be answered gets numbers without a
    /// dimension instead, which torch refuses as gradients, or NaN if that is what the input is, too.
    /// </remarks>
    [SuppressMessage("Design", "CA1031", Justification = "No exception may leave this method.")]
    public override List<Tensor?> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        DisposeReturned();
        Outcome outcome = (Outcome)ctx.get_data(nameof(Outcome));
        using DisposeScope scope = NewDisposeScope();
        List<Tensor?> results = [null];
        try
        {
            results.AddRange(grad_output.IsInvalid ? outcome.Gradients.Select(Tensor? (_) => null)
                : is_grad_enabled() ? Refusals(outcome) : Scaled(ctx.get_saved_variables(), grad_output, outcome));
        }
        catch (Exception)
        {
            results = [null, .. Refusals(outcome)];
        }

        foreach (Tensor? result in results)
        {
            result?.MoveToOuterDisposeScope();
        }

        grad_output.Dispose();
        return s_returned = results;
    }

    private static IEnumerable<Tensor> Scaled(List<Tensor> gradients, Tensor upstream, Outcome outcome)
    {
        if (outcome.Axis is long axis)
        {
            upstream = upstream.unsqueeze(axis);
        }

        if (upstream.ndim > 0 || upstream.device_type != DeviceType.CPU || upstream.is_neg())
        {
            Tensor scales = upstream.mul(outcome.Factor);
            return gradients.Select(gradient => gradient.mul(scales));
        }

        // Nearly always 1, and then nothing has to be copied.
        double scale = outcome.Factor * (upstream.dtype == ScalarType.Float64
            ? MemoryMarshal.Read<double>(upstream.bytes)
            : MemoryMarshal.Read<float>(upstream.bytes));
        return scale == 1 ? gradients : gradients.Select(gradient => gradient.mul(scale));
    }

    private static IEnumerable<Tensor> Refusals(Outcome outcome) =>
        outcome.Gradients.Select(_ => tensor(float.NaN));

    private static void DisposeReturned()
    {
        s_returned?.ForEach(gradient => gradient?.Dispose());
        s_returned = null;
    }
}
