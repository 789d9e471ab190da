namespace LossKit.Internals.Pointwise;

/// <summary>
/// A formula that is best evaluated by another kernel than its own: part by part, or in a simpler form.
/// </summary>
internal interface IChoosesKernel
{
    Kernel<T> Kernel<T>() where T : unmanaged, IFloatingPointIeee754<T>;
}
