using System.Numerics;
using System.Runtime.InteropServices;

namespace LossKit.Tests.Support;

/// <summary>Arrays of numbers, and tensors of them.</summary>
internal static class Numbers
{
    /// <summary>Numbers between −4 and 4.</summary>
    public static T[] Random<T>(int count, int seed) where T : IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(8 * random.NextDouble() - 4))];
    }

    /// <summary>Integers from 0 on.</summary>
    public static int[] Labels(int count, int classes, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))];
    }

    /// <summary>What is 1 or 0.</summary>
    public static T[] Bits<T>(int count, int seed) where T : INumber<T> =>
        [.. Labels(count, 2, seed).Select(T.CreateChecked)];

    /// <summary>A tensor with a copy of the numbers, of one axis if nothing is said.</summary>
    public static Tensor Of<T>(T[] numbers, params long[] shape) where T : unmanaged
    {
        using Tensor flat = numbers switch
        {
            float[] floats => tensor(floats),
            double[] doubles => tensor(doubles),
            int[] labels => tensor(Array.ConvertAll(labels, label => (long)label)),
            bool[] bits => tensor(bits),
            _ => throw new NotSupportedException(),
        };
        return flat.reshape(shape.Length == 0 ? [numbers.Length] : shape);
    }

    /// <summary>The same, of something that is learnt.</summary>
    public static Tensor Learnt<T>(T[] numbers, params long[] shape) where T : unmanaged =>
        Of(numbers, shape).requires_grad_();

    /// <summary>One number, whose memory holds its negative.</summary>
    public static Tensor Negative(double number) =>
        tensor(new System.Numerics.Complex[] { new(0, -number) }).conj().imag;

    /// <summary>All numbers, the last axis varying fastest.</summary>
    public static T[] In<T>(Tensor? tensor) where T : unmanaged
    {
        tensor.Should().NotBeNull();
        using Tensor contiguous = tensor!.detach().contiguous();
        return MemoryMarshal.Cast<byte, T>(contiguous.bytes).ToArray();
    }

    /// <summary>The one number of a tensor.</summary>
    public static double One(Tensor tensor)
    {
        tensor.ndim.Should().Be(0);
        return tensor.dtype == ScalarType.Float64 ? tensor.item<double>() : tensor.item<float>();
    }

    /// <summary>By how much the numbers may differ that are computed in two ways.</summary>
    public static double Tolerance<T>() => typeof(T) == typeof(float) ? 2e-6 : 1e-13;

    public static void ShouldBeNearly<T>(this T[] actual, T[] expected, double? tolerance = null)
        where T : IFloatingPointIeee754<T>
    {
        actual.Should().HaveSameCount(expected);
        double largest = expected.Select(double.CreateTruncating).Select(Math.Abs).Append(1e-300).Max();
        for (int i = 0; i < actual.Length; i++)
        {
            double.CreateTruncating(actual[i]).Should().BeApproximately(
                double.CreateTruncating(expected[i]), largest * (tolerance ?? Tolerance<T>()), "that is entry {0}", i);
        }
    }
}
