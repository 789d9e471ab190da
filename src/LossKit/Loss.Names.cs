namespace LossKit;

// Losses by their names, for configurations and model cards.
public static partial class Loss
{
    /// <summary>
    /// The loss that a text names, such as <c>huber(delta=2).asymmetric(over=1, under=4)</c>: a factory and modifiers
    /// with their parameters. What <see cref="NamedMetric.ToString"/> of a loss says makes that loss again.
    /// </summary>
    /// <remarks>
    /// Parameters are given by name or in their order, and have their defaults otherwise; upper case, underscores and
    /// spaces do not count. Numbers are as in C#, lists as <c>[1, 2.5]</c>; a parameter may be <c>null</c> where the
    /// factory's may. Losses of other kinds are made by <see cref="Parse{T, TLoss}"/>. Short names in common use are
    /// known too, and become the full ones: <c>mse</c> or <c>l2</c>, <c>mae</c> or <c>l1</c>, <c>mape</c>,
    /// <c>smape</c>, <c>msle</c>, <c>pinball</c>, <c>bce</c> (of probabilities) and <c>bceWithLogits</c>; of other
    /// kinds <c>rmse</c>, <c>rmsle</c>, <c>ce</c> (of logits), <c>nll</c>, <c>kl</c>, <c>dice</c>, <c>iou</c>,
    /// <c>giou</c>, <c>diou</c>, <c>ciou</c> (of boxes), <c>softIou</c> (of regions), <c>rankNet</c>, <c>supCon</c>.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="text">The name.</param>
    /// <exception cref="FormatException">It names no loss of this kind; the message says why, and where.</exception>
    /// <exception cref="ArgumentException">The factory or modifier does not take a parameter's value.</exception>
    /// <exception cref="NotSupportedException">A modifier does not suit the loss.</exception>
    public static PointwiseLoss<T> Parse<T>(string text) where T : unmanaged, IFloatingPointIeee754<T> =>
        Parse<T, PointwiseLoss<T>>(text);

    /// <summary>The loss or metric of any kind that a text names.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TLoss">
    /// Its class, such as <c>RowLoss&lt;T, int&gt;</c>, or one that this is made from; <see cref="NamedMetric"/> is
    /// all.
    /// </typeparam>
    /// <inheritdoc cref="Parse{T}"/>
    public static TLoss Parse<T, TLoss>(string text)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLoss : NamedMetric => LossNames<T>.All.Parse<TLoss>(text);

    /// <summary>The loss with a name, as whose kind it was made.</summary>
    internal static TLoss Named<TLoss>(this TLoss loss, string name) where TLoss : NamedMetric
    {
        loss.Name = name;
        return loss;
    }
}
