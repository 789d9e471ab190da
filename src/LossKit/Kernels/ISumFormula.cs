using System.Numerics;

namespace LossKit.Kernels;

/// <summary>A formula that is a sum, and so can be evaluated part by part.</summary>
internal interface ISumFormula
{
    PointwiseKernel<T> KernelOfParts<T>() where T : unmanaged, IFloatingPointIeee754<T>;
}
