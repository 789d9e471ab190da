using System.Runtime.CompilerServices;

namespace LossKit.TorchSharp.Internals;

// Here, because TorchSharp has a type of that name as well.
using BFloat16 = HalfPrecision.BFloat16;

/// <summary>Which tensors hold which numbers, and what is said of tensors that hold others.</summary>
internal static class TensorTypes
{
    /// <summary>What labels are stored in.</summary>
    public const string Integers = "Int64 or Int32";

    /// <summary>The type of torch for a type of .NET.</summary>
    public static ScalarType Of<TNumber>() where TNumber : unmanaged =>
        typeof(TNumber) == typeof(float) ? ScalarType.Float32
        : typeof(TNumber) == typeof(double) ? ScalarType.Float64
        : typeof(TNumber) == typeof(Half) ? ScalarType.Float16
        : typeof(TNumber) == typeof(BFloat16) ? ScalarType.BFloat16
        : typeof(TNumber) == typeof(int) ? ScalarType.Int32
        : typeof(TNumber) == typeof(long) ? ScalarType.Int64
        : ScalarType.Bool;

    /// <summary>Whether numbers of 16 bits are stored.</summary>
    public static bool IsHalf(ScalarType type) => type is ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>The shape as it is written.</summary>
    public static string Text(ReadOnlySpan<long> shape)
    {
        DefaultInterpolatedStringHandler text = new(2, shape.Length);
        text.AppendLiteral("[");
        for (int axis = 0; axis < shape.Length; axis++)
        {
            text.AppendLiteral(axis > 0 ? ", " : "");
            text.AppendFormatted(shape[axis]);
        }

        text.AppendLiteral("]");
        return text.ToStringAndClear();
    }

    /// <summary>A tensor whose memory can be read, here or after it has been copied.</summary>
    public static void CheckReadable(Tensor tensor, string name)
    {
        if (tensor.device_type == DeviceType.META)
        {
            throw new ArgumentException($"'{name}' is on the device meta and has no numbers: expected some.", name);
        }

        if (tensor.is_sparse)
        {
            throw new ArgumentException($"'{name}' is sparse: expected a dense tensor, as to_dense() makes it.", name);
        }
    }

    public static ArgumentException WrongType(string name, ScalarType given, string expected) =>
        Refusal(name, $"'{name}' is of {given}: expected {expected}.");

    /// <summary>What is thrown where an argument of the caller's caller does not fit.</summary>
    public static ArgumentException Refusal(string name, string message) => new(message, name);
}
