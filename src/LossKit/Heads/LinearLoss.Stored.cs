using System.Runtime.InteropServices;
using LossKit.HalfPrecision;
using LossKit.Internals.Storage;

namespace LossKit;

public sealed partial class LinearLoss<T>
{
    /// <summary>
    /// As the call of floats, of numbers of 16 bits, which are widened a row or a panel of prototypes at a time: of all
    /// of them there is never more than that, but for the gradient of hidden rows before it is rounded, and bias.
    /// </summary>
    internal Cost RunStored<TNumber>(
        Linear<TNumber> batch,
        StoredLinearGradients<TNumber> gradients,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        bool wantsLosses,
        Reduction reduction)
        where TNumber : unmanaged
    {
        Span<T> ofPrototypes = MemoryMarshal.Cast<float, T>(gradients.Prototypes);
        Span<T> ofBias = MemoryMarshal.Cast<float, T>(gradients.Bias);
        CheckLengths(batch, weights.Length, batch.Labels.Length);
        CheckGradients<TNumber>(batch, gradients.Hidden, ofPrototypes, ofBias, weights);
        if (wantsLosses)
        {
            BatchChecks.Length("losses", losses.Length, batch.Labels.Length, Things);
            CheckApart<T, TNumber>("losses", losses, batch);
            BatchChecks.Apart("losses", losses, "weights", weights);
        }

        using Rented<T> hidden = new(gradients.Hidden.Length);
        using Rented<T> bias = new(batch.Bias.Length);
        Source<T>.Stored(batch.Bias).CopyTo(0, bias.Span);
        Evaluation evaluation = new()
        {
            Loss = this,
            Hidden = Source<T>.Stored(batch.Hidden),
            Prototypes = Source<T>.Stored(batch.Prototypes),
            Bias = bias.Span,
            Labels = batch.Labels,
            Gradients = new()
            {
                Hidden = hidden.Span,
                Prototypes = ofPrototypes,
                Bias = ofBias,
            },
        };
        Cost cost = Run(evaluation, weights, losses, reduction, out _);
        NumberStorage<TNumber>.Narrow(MemoryMarshal.Cast<T, float>(hidden.Span), gradients.Hidden);
        return cost;
    }
}
