namespace LossKit;

/// <summary>
/// A loss or metric that says how it was made, such as <c>Huber(delta=2).Asymmetric(over=1, under=4)</c>: what
/// <see cref="Loss.Parse{T, TLoss}"/> makes it of again.
/// </summary>
public abstract class NamedMetric
{
    private protected NamedMetric()
    {
    }

    /// <summary>Which factory has made it of what, and what was made of that.</summary>
    internal string? Name { get; set; }

    /// <summary>
    /// The factory with its parameters and the modifiers with theirs, in any culture the same. Precision and number of
    /// threads are left out: they do not change what the loss is. A formula of your own is named by its
    /// <c>ToString</c>, or by its type and fields if it has none; <see cref="Loss.Parse{T, TLoss}"/> does not know it.
    /// </summary>
    public override string ToString() => Name ?? base.ToString()!;

    /// <summary>The name of what a modifier, which is the caller, makes of this loss.</summary>
    internal string Then([CallerMemberName] string modifier = "") => $"{this}.{Made(modifier)}";

    /// <inheritdoc cref="Then(string)"/>
    internal string Then(CallText arguments, [CallerMemberName] string modifier = "") =>
        $"{this}.{Made(arguments, modifier)}";
}
