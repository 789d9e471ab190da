using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LossKit.TorchSharp.Internals;

namespace LossKit.TorchSharp;

/// <summary>
/// The tensors of one call of <see cref="BatchTensorLoss{T, TBatch, TGradients}.forward"/> as the spans that a batch is
/// made of, and memory for the gradients of those that ask for one.
/// </summary>
/// <remarks>
/// A contiguous tensor on the CPU that holds <typeparamref name="T"/> is read in place. All others are copied: strided
/// ones, those on another device, and numbers of 16 bits, which become floats. The spans are those of the call, and
/// must not be kept. A tensor may have at most 2 GiB.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TensorSpans<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly bool _wantsGradients;
    private readonly List<Tensor> _copies = [];
    private readonly List<Tensor> _inputs = [];
    private readonly List<Tensor> _gradients = [];
    private readonly List<(Tensor Tensor, string Name)> _differentiable = [];
    private readonly List<int[]> _labels = [];

    /// <param name="wantsGradients">Whether any gradient is computed.</param>
    internal TensorSpans(bool wantsGradients) => _wantsGradients = wantsGradients;

    /// <summary>Whether any gradient was asked for, by a tensor that requires one.</summary>
    internal bool HasGradients => _inputs.Count > 0;

    /// <summary>Where the first tensor was that was read.</summary>
    internal Device? Device { get; private set; }

    /// <summary>
    /// The numbers of a tensor in the order of its axes, the last varying fastest; none if there is none.
    /// </summary>
    /// <param name="tensor">Of <typeparamref name="T"/> or, for a loss of float, of 16 bits.</param>
    /// <param name="name">What it is called in errors.</param>
    /// <exception cref="ArgumentException">It holds other numbers, or none that can be read.</exception>
    public ReadOnlySpan<T> Numbers(Tensor? tensor, [CallerArgumentExpression(nameof(tensor))] string name = "") =>
        Read<T>(tensor, name);

    /// <summary>Labels, lengths or other integers of a tensor; none if there is none.</summary>
    /// <param name="tensor">Of int64, whose numbers are copied into rented memory, or of int32.</param>
    /// <param name="name">What it is called in errors.</param>
    /// <exception cref="ArgumentException">
    /// It holds something else, or a number beyond the range of <see cref="int"/>.
    /// </exception>
    public ReadOnlySpan<int> Labels(Tensor? tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        if (tensor is null)
        {
            return default;
        }

        TensorTypes.CheckReadable(tensor, name);
        return tensor.dtype switch
        {
            ScalarType.Int32 => Read<int>(tensor, name),
            ScalarType.Int64 => Narrow(Read<long>(tensor, name), name),
            ScalarType other => throw TensorTypes.WrongType(name, other, TensorTypes.Integers),
        };
    }

    /// <summary>What is true of each entry of a tensor; none if there is none.</summary>
    /// <param name="tensor">Of bool.</param>
    /// <param name="name">What it is called in errors.</param>
    /// <exception cref="ArgumentException">It holds something else.</exception>
    public ReadOnlySpan<bool> Mask(Tensor? tensor, [CallerArgumentExpression(nameof(tensor))] string name = "") =>
        Read<bool>(tensor, name);

    /// <summary>
    /// Where the gradient with respect to a tensor goes; nothing if it requires none, or none is computed. It is 0
    /// until it is written, and adds up with others of the same tensor.
    /// </summary>
    /// <param name="tensor">What is differentiated with respect to; nothing if there is none.</param>
    public Span<T> Gradient(Tensor? tensor)
    {
        // Of a caller's, who may ask for more than the loss writes.
        Span<T> gradient = Gradient<T>(tensor);
        gradient.Clear();
        return gradient;
    }

    /// <summary>As <see cref="Numbers"/>, whatever the numbers are stored in.</summary>
    internal ReadOnlySpan<TNumber> Read<TNumber>(Tensor? tensor, string name) where TNumber : unmanaged
    {
        if (tensor is null)
        {
            return default;
        }

        TensorTypes.CheckReadable(tensor, name);
        ScalarType type = TensorTypes.Of<TNumber>();
        ScalarType given = tensor.dtype;
        if (given != type && !(type == ScalarType.Float32 && TensorTypes.IsHalf(given)))
        {
            string others = type == ScalarType.Float32 ? ", Float16 or BFloat16" : "";
            throw TensorTypes.WrongType(name, given, $"{type}{others}, as the loss takes it");
        }

        if (tensor.numel() * Unsafe.SizeOf<TNumber>() > int.MaxValue)
        {
            throw new ArgumentException(
                $"'{name}' has {tensor.numel()} numbers of {Unsafe.SizeOf<TNumber>()} bytes: expected at most 2 GiB.",
                name);
        }

        Device ??= tensor.device;
        if (Wants(tensor))
        {
            _differentiable.Add((tensor, name));
        }

        // As the imaginary part of a conjugate, a tensor may be one whose memory holds the numbers' negatives.
        bool isInPlace = given == type
            && tensor.device_type == DeviceType.CPU
            && tensor.is_contiguous()
            && !tensor.is_neg();
        return MemoryMarshal.Cast<byte, TNumber>((isInPlace ? tensor : Copy(tensor, type)).bytes);
    }

    /// <summary>Targets, which are labels or of the type of the predictions.</summary>
    internal ReadOnlySpan<TTarget> Targets<TTarget>(Tensor? target, string name) where TTarget : unmanaged =>
        typeof(TTarget) == typeof(int)
            ? MemoryMarshal.Cast<int, TTarget>(Labels(target, name))
            : MemoryMarshal.Cast<T, TTarget>(Numbers(target, name));

    /// <summary>Whether there is to be a gradient with respect to a tensor.</summary>
    private bool Wants(Tensor tensor) => _wantsGradients && tensor.requires_grad;

    /// <summary>
    /// As <see cref="Gradient(Tensor?)"/>, whatever the numbers are stored in, and with any numbers until it is
    /// written.
    /// </summary>
    internal Span<TNumber> Gradient<TNumber>(Tensor? tensor) where TNumber : unmanaged
    {
        if (tensor is null || !Wants(tensor))
        {
            return default;
        }

        Tensor gradient = empty(tensor.shape, TensorTypes.Of<TNumber>(), CPU);
        _inputs.Add(tensor);
        _gradients.Add(gradient);
        return MemoryMarshal.Cast<byte, TNumber>(gradient.bytes);
    }

    /// <summary>
    /// Refuses a tensor that requires a gradient and has been read more often than there are gradients for it: without
    /// a word it would stay as it is, or get a part of its gradient.
    /// </summary>
    internal void CheckGradients()
    {
        List<Tensor> left = [.. _inputs];
        foreach ((Tensor tensor, string name) in _differentiable)
        {
            int place = left.FindIndex(input => ReferenceEquals(input, tensor));
            if (place < 0)
            {
                string again = _inputs.Exists(input => ReferenceEquals(input, tensor)) ? " where it is read again" : "";
                throw new ArgumentException(
                    $"'{name}' requires a gradient, but there is none with respect to it{again}: expected a tensor "
                    + "that does not, as detach() makes it.",
                    name);
            }

            left.RemoveAt(place);
        }
    }

    /// <summary>The value where the first tensor was, with a history if there are gradients.</summary>
    internal Tensor Result(Tensor value, double factor = 1, long? axis = null)
    {
        if (Device is { type: not DeviceType.CPU } device)
        {
            value = Moved(value, device);
        }

        if (!HasGradients)
        {
            return value;
        }

        for (int i = 0; i < _inputs.Count; i++)
        {
            if (_inputs[i].device_type != DeviceType.CPU)
            {
                _gradients[i] = Moved(_gradients[i], _inputs[i].device);
            }
        }

        Outcome outcome = new(value, [.. _gradients]) { Factor = factor, Axis = axis };
        _gradients.Clear();
        return GradientFunction.Of(outcome, _inputs);
    }

    /// <summary>Gives everything back that was needed for the call alone.</summary>
    internal void Free()
    {
        _copies.ForEach(copy => copy.Dispose());
        _gradients.ForEach(gradient => gradient.Dispose());
        _labels.ForEach(labels => ArrayPool<int>.Shared.Return(labels));
        _copies.Clear();
        _gradients.Clear();
        _labels.Clear();
    }

    private static Tensor Moved(Tensor tensor, Device device)
    {
        using (tensor)
        {
            return tensor.to(device);
        }
    }

    private Tensor Copy(Tensor tensor, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor copy = tensor.detach().to(type, CPU).contiguous().resolve_neg().MoveToOuterDisposeScope();
        _copies.Add(copy);
        return copy;
    }

    private ReadOnlySpan<int> Narrow(ReadOnlySpan<long> numbers, string name)
    {
        int[] rented = ArrayPool<int>.Shared.Rent(numbers.Length);
        _labels.Add(rented);
        long lost = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            rented[i] = (int)numbers[i];
            lost |= rented[i] ^ numbers[i];
        }

        return lost == 0 ? rented.AsSpan(0, numbers.Length) : throw TooLarge(numbers, name);
    }

    private static ArgumentException TooLarge(ReadOnlySpan<long> numbers, string name)
    {
        int row = 0;
        while (numbers[row] is >= int.MinValue and <= int.MaxValue)
        {
            row++;
        }

        return new($"'{name}' has {numbers[row]} in row {row}: expected an integer of 32 bits.", name);
    }
}
