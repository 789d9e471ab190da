using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orleans;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace LossKit.Orleans.Serialization;

/// <summary>
/// Writes numbers as their bytes: Orleans writes each number of an array by itself, with a header, which takes longer
/// and more bytes.
/// </summary>
[RegisterSerializer]
internal sealed class NumbersCodec<T> : IFieldCodec<Numbers<T>> where T : unmanaged
{
    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, Numbers<T> value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ReferenceCodec.MarkValueField(writer.Session);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(value.Memory.Span);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(Numbers<T>), WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)bytes.Length);
        writer.Write(bytes);
    }

    public Numbers<T> ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        uint length = reader.ReadVarUInt32();
        if (length % Unsafe.SizeOf<T>() != 0)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"{length} bytes are no whole {typeof(T).Name} numbers of {Unsafe.SizeOf<T>()} bytes each."));
        }

        if (length == 0)
        {
            return default;
        }

        T[] numbers = GC.AllocateUninitializedArray<T>((int)(length / Unsafe.SizeOf<T>()));
        reader.ReadBytes(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return new(numbers);
    }
}

/// <summary>Nobody writes to the memory, so that within a silo nobody needs another.</summary>
[RegisterCopier]
internal sealed class NumbersCopier<T> : ShallowCopier<Numbers<T>> where T : unmanaged;
