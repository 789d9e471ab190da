namespace LossKit;

/// <summary>A loss of whole images, of which neighbouring pixels count together.</summary>
/// <remarks>
/// Losses and weights are one an image. An image of which the mask leaves nothing (of windows: no whole one) has a
/// loss of 0 and does not count. A NaN makes its image's loss and gradient NaN, and touches no other image. What an
/// image needs meanwhile is rented from the shared array pool: for windows four numbers a pixel of one channel, a
/// third more at several scales and one more with a mask, and ten a pixel of a slice of a volume; for frequencies six
/// a pixel of a channel; for Gram matrices two a number, and for features three with a mask; some thousands for
/// neighbours. Threads take whole images.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public class ImageLoss<T> : BatchLoss<T, Images<T>, ImageGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal ImageLoss(ImageKernel<T> kernel) => Kernel = kernel;

    private protected ImageKernel<T> Kernel { get; }

    private protected override string Things => "images";

    /// <summary>One an image.</summary>
    public override int Losses(Images<T> batch) => batch.Predictions.Length / ImageSize.Of(batch).Numbers;

    private protected override void Check(Images<T> batch, ReadOnlySpan<T> weights)
    {
        ImageSize size = ImageSize.Of(batch);
        int images = BatchChecks.Rows(
            "predictions", batch.Predictions.Length, size.Numbers, "channels × pixels", "an image");
        Kernel.Check(size);
        RefuseIf(!Kernel.HasTargets, "targets", batch.Targets.Length, "takes none");
        RefuseIf(!Kernel.TakesMask, "mask", batch.Mask.Length, "takes none");
        BatchChecks.Length(
            "targets", batch.Targets.Length, Kernel.HasTargets ? batch.Predictions.Length : 0, "numbers");
        BatchChecks.LengthIfGiven("mask", batch.Mask.Length, images * size.Pixels, "pixels");
        BatchChecks.LengthIfGiven("weights", weights.Length, images, Things);
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Images<T> batch)
    {
        BatchChecks.Apart(name, output, "predictions", batch.Predictions);
        BatchChecks.Apart(name, output, "targets", batch.Targets);
        BatchChecks.Apart(name, output, "mask", batch.Mask);
    }

    private protected override void CheckNumbers(Images<T> batch)
    {
        ImageSize size = ImageSize.Of(batch);
        for (int i = 0; i < batch.Predictions.Length; i++)
        {
            if (batch.Mask.IsEmpty || batch.Mask[i / size.Numbers * size.Pixels + i % size.Pixels])
            {
                EntryChecks.Number("predictions", i, batch.Predictions[i], Domain.Reals);
                if (Kernel.HasTargets)
                {
                    EntryChecks.Number("targets", i, batch.Targets[i], Domain.Reals);
                }
            }
        }
    }

    private protected override void CheckGradients(
        Images<T> batch, ImageGradients<T> gradients, ReadOnlySpan<T> weights) => CheckGradient(
            "gradients.Predictions", gradients.Predictions, "predictions", batch.Predictions.Length, batch, weights);

    private protected override Cost Run(
        Images<T> batch, ReadOnlySpan<T> weights, Span<T> losses, ImageGradients<T> gradients, Reduction reduction)
    {
        ImageSize size = ImageSize.Of(batch);
        int images = Losses(batch);
        using Rented<T> given = new(batch.Mask.IsEmpty ? 0 : images);
        int counted = images;
        for (int i = 0; i < given.Span.Length; i++)
        {
            bool counts = Kernel.Counts(size, batch.Mask.Slice(i * size.Pixels, size.Pixels));
            given.Span[i] = !counts ? T.Zero : weights.IsEmpty ? T.One : weights[i];
            counted -= counts ? 0 : 1;
        }

        Evaluation evaluation = new()
        {
            Kernel = Kernel,
            Batch = batch,
            Size = size,
            Images = images,
            Losses = counted,
            Gradient = gradients.Predictions,
        };
        return Calls<T>.Run(
            evaluation,
            given.Span.IsEmpty ? weights : given.Span,
            losses,
            gradients.Predictions.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient,
            reduction,
            Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required ImageKernel<T> Kernel { get; init; }

        public required Images<T> Batch { get; init; }

        public required ImageSize Size { get; init; }

        public required int Images { get; init; }

        /// <summary>The images that count.</summary>
        public required int Losses { get; init; }

        public required Span<T> Gradient { get; init; }

        public CompensatedSum Run(in Call<T> call)
        {
            Work work = new()
            {
                Kernel = Kernel,
                Batch = Batch,
                Size = Size,
                Call = call,
                Gradient = call.Order > DerivativeOrder.Value ? Gradient : default,
            };
            return Segments.Run(work, Images, Size.Numbers, call.Degree);
        }

        public void ClearDerivatives() => Gradient.Clear();
    }

    private readonly ref struct Work : ISegmentWork
    {
        public required ImageKernel<T> Kernel { get; init; }

        public required Images<T> Batch { get; init; }

        public required ImageSize Size { get; init; }

        public required Call<T> Call { get; init; }

        public required Span<T> Gradient { get; init; }

        public CompensatedSum Run(int start, int length)
        {
            CompensatedSum sum = default;
            for (int i = start; i < start + length; i++)
            {
                T weight = Call.WeightOf(i);
                Image<T> image = Image<T>.Of(Batch, Size, i);
                Span<T> gradient = Gradient.IsEmpty ? default : Gradient.Slice(i * Size.Numbers, Size.Numbers);
                if (weight == T.Zero && !(Call.Losses.Length > 0 && Kernel.Counts(Size, image.Mask)))
                {
                    // Not 0 times what may be NaN, nor what a mask has left nothing of.
                    gradient.Clear();
                    _ = Call.Keep(i, 0);
                    continue;
                }

                double loss = Kernel.Run(image, gradient);
                sum += Call.Keep(i, loss);
                Finish(gradient, image.Mask, double.IsNaN(loss) ? T.NaN : Call.Scale * weight);
            }

            return sum;
        }

        /// <summary>
        /// Multiplies the gradient; what is masked has none, whatever those around it made of it and are multiplied by.
        /// </summary>
        private static void Finish(Span<T> gradient, ReadOnlySpan<bool> mask, T scale)
        {
            if (scale == T.Zero)
            {
                gradient.Clear();
                return;
            }

            Spans.Scale(gradient, scale);
            for (int channel = 0; !mask.IsEmpty && channel < gradient.Length; channel += mask.Length)
            {
                for (int i = 0; i < mask.Length; i++)
                {
                    gradient[channel + i] = mask[i] ? gradient[channel + i] : T.Zero;
                }
            }
        }
    }
}
