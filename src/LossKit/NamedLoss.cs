namespace LossKit;

/// <summary>
/// A loss that says how it was made, such as <c>Huber(delta=2).Asymmetric(over=1, under=4)</c>: what
/// <see cref="Loss.Parse{T}"/> and the <c>Parse</c> of the other classes of losses make it of again.
/// </summary>
public abstract class NamedLoss
{
    private protected NamedLoss()
    {
    }

    /// <summary>Which factory has made it of what, and what was made of that.</summary>
    internal string? Name { get; set; }

    /// <summary>
    /// The factory with its parameters and the modifiers with theirs, in any culture the same. Precision and number of
    /// threads are left out: they do not change what the loss is.
    /// </summary>
    public override string ToString() => Name ?? OwnName ?? base.ToString()!;

    /// <summary>What it is called if no factory has made it.</summary>
    private protected virtual string? OwnName => null;

    /// <summary>The name of what a modifier, which is the caller, makes of this loss.</summary>
    internal string Then([CallerMemberName] string modifier = "") => $"{this}.{Made(modifier)}";

    /// <inheritdoc cref="Then(string)"/>
    internal string Then(CallText arguments, [CallerMemberName] string modifier = "") =>
        $"{this}.{Made(arguments, modifier)}";
}
