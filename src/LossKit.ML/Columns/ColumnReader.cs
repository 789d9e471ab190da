using Microsoft.ML;
using Microsoft.ML.Data;

namespace LossKit.ML.Columns;

/// <summary>The numbers that a column has in the row where the cursor is, read once a row.</summary>
internal abstract class ColumnReader(string name, DataViewType type)
{
    public string Name => name;

    public DataViewType Type => type;

    /// <summary>How many numbers there are in a row; null if there is one by itself, in no vector.</summary>
    public int? Size { get; private protected init; }

    /// <summary>Whether the row has none: a key whose value is missing.</summary>
    public bool IsMissing { get; private protected set; }

    public static ColumnReader Of(DataViewRow row, DataViewSchema.Column column)
    {
        string name = column.Name;
        switch (column.Type)
        {
            case VectorDataViewType { IsKnownSize: true, ItemType: not KeyDataViewType } vector:
                return System.Type.GetTypeCode(vector.ItemType.RawType) switch
                {
                    TypeCode.Boolean => new VectorReader<bool>(row, column, vector.Size, flag => flag ? 1 : 0),
                    TypeCode.Single => new VectorReader<float>(row, column, vector.Size, number => number),
                    TypeCode.Double => new VectorReader<double>(row, column, vector.Size, number => number),
                    TypeCode.Int32 => new VectorReader<int>(row, column, vector.Size, number => number),
                    _ => throw Refused(name, column.Type),
                };
            case KeyDataViewType or NumberDataViewType or BooleanDataViewType:
                return System.Type.GetTypeCode(column.Type.RawType) switch
                {
                    TypeCode.Boolean => new ScalarReader<bool>(row, column, flag => flag ? 1 : 0),
                    TypeCode.Single => new ScalarReader<float>(row, column, number => number),
                    TypeCode.Double => new ScalarReader<double>(row, column, number => number),
                    TypeCode.SByte => new ScalarReader<sbyte>(row, column, number => number),
                    TypeCode.Int16 => new ScalarReader<short>(row, column, number => number),
                    TypeCode.Int32 => new ScalarReader<int>(row, column, number => number),
                    TypeCode.Int64 => new ScalarReader<long>(row, column, number => number),
                    TypeCode.Byte => new ScalarReader<byte>(row, column, number => number),
                    TypeCode.UInt16 => new ScalarReader<ushort>(row, column, number => number),
                    TypeCode.UInt32 => new ScalarReader<uint>(row, column, number => number),
                    TypeCode.UInt64 => new ScalarReader<ulong>(row, column, number => number),
                    _ => throw Refused(name, column.Type),
                };
            default:
                throw Refused(name, column.Type);
        }
    }

    /// <summary>Goes to the row where the cursor is.</summary>
    public abstract void Read(long row);

    /// <summary>Writes the numbers of the row, each a pitch after the one before.</summary>
    public abstract void CopyTo<TTarget, TEncoding>(Span<TTarget> destination, int pitch, long row)
        where TEncoding : struct, IEncoding<TTarget>;

    private static ArgumentException Refused(string name, DataViewType type) => Refusal.Of(
        $"The column '{name}' is {type}: expected a number, a Boolean or a key, or a vector of numbers or Booleans "
        + "whose size is fixed.");
}

/// <summary>A column of one number a row. Keys count from 1, and classes from 0.</summary>
internal abstract class ScalarReader(string name, DataViewType type) : ColumnReader(name, type)
{
    /// <summary>The number of the row; NaN if it is missing.</summary>
    public double Number { get; private protected set; }

    /// <summary>
    /// Whether it is another one than that of the last row which had one, to the last bit of its own type.
    /// </summary>
    public bool HasChanged { get; private protected set; }

    public override void CopyTo<TTarget, TEncoding>(Span<TTarget> destination, int pitch, long row) =>
        destination[0] = TEncoding.Encode(Number, Name, row);
}

/// <inheritdoc/>
internal sealed class ScalarReader<TRaw>(DataViewRow row, DataViewSchema.Column column, Func<TRaw, double> convert)
    : ScalarReader(column.Name, column.Type)
    where TRaw : struct
{
    private readonly ValueGetter<TRaw> _getter = row.GetGetter<TRaw>(column);
    private readonly bool _isKey = column.Type is KeyDataViewType;
    private TRaw? _last;

    public override void Read(long row)
    {
        TRaw raw = default;
        _getter(ref raw);
        double number = convert(raw);
        IsMissing = _isKey && number == 0;
        Number = IsMissing ? double.NaN : _isKey ? number - 1 : number;
        HasChanged = !IsMissing && (_last is not TRaw last || !EqualityComparer<TRaw>.Default.Equals(raw, last));
        _last = IsMissing ? _last : raw;
    }
}

/// <summary>A column of a vector a row, dense or sparse.</summary>
internal sealed class VectorReader<TItem> : ColumnReader
{
    private readonly ValueGetter<VBuffer<TItem>> _getter;
    private readonly Func<TItem, double> _convert;
    private VBuffer<TItem> _items;

    public VectorReader(DataViewRow row, DataViewSchema.Column column, int size, Func<TItem, double> convert)
        : base(column.Name, column.Type)
    {
        _getter = row.GetGetter<VBuffer<TItem>>(column);
        _convert = convert;
        Size = size;
    }

    public override void Read(long row)
    {
        _getter(ref _items);
        if (_items.Length != Size)
        {
            throw Refusal.Of(
                FormattableString.Invariant($"The column '{Name}' has {_items.Length} numbers in row {row} of the ")
                + FormattableString.Invariant($"data: expected {Size}, as its type says."));
        }
    }

    public override void CopyTo<TTarget, TEncoding>(Span<TTarget> destination, int pitch, long row)
    {
        ReadOnlySpan<TItem> items = _items.GetValues();
        ReadOnlySpan<int> indices = _items.GetIndices();
        if (!_items.IsDense)
        {
            TTarget zero = TEncoding.Encode(0, Name, row);
            for (int i = 0; i < Size; i++)
            {
                destination[i * pitch] = zero;
            }
        }

        for (int i = 0; i < items.Length; i++)
        {
            int index = _items.IsDense ? i : indices[i];
            destination[index * pitch] = TEncoding.Encode(_convert(items[i]), Name, row);
        }
    }
}
