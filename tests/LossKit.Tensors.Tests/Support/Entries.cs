using System.Numerics.Tensors;

namespace LossKit.Tensors.Tests.Support;

/// <summary>A tensor of some layout, and its entries one by one, found by plain arithmetic with indices.</summary>
internal sealed class Entries<T> where T : unmanaged, IEquatable<T>
{
    private readonly nint[] _lengths;
    private readonly nint[] _strides;
    private readonly int _start;
    private readonly T _nobodys;

    /// <param name="lengths">The shape.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="entries">The entries in row-major order.</param>
    /// <param name="nobodys">What stands where there is no entry.</param>
    public Entries(nint[] lengths, Layout layout, T[] entries, T nobodys = default)
    {
        _lengths = lengths;
        _strides = new nint[lengths.Length];
        _nobodys = nobodys;
        nint step = layout == Layout.Spread ? 3 : 1;
        for (int i = 0; i < lengths.Length; i++)
        {
            int axis = layout == Layout.Reversed ? i : lengths.Length - 1 - i;
            // A single entry has no next one, which a tensor insists on.
            _strides[axis] = lengths[axis] == 1 ? 0 : step;
            step *= lengths[axis] + (layout == Layout.Corner ? 2 : 0);
        }

        _start = layout is Layout.Spread or Layout.Corner ? 1 : 0;
        Array = new T[_start + (int)step];
        System.Array.Fill(Array, nobodys);
        for (int i = 0; i < entries.Length; i++)
        {
            Array[Place(i)] = entries[i];
        }
    }

    public T[] Array { get; }

    public TensorSpan<T> Tensor => new(Array, _start, _lengths, _strides);

    /// <summary>The entries in row-major order.</summary>
    public T[] InOrder =>
    [
        .. Enumerable.Range(0, (int)_lengths.Aggregate((nint)1, (a, b) => a * b)).Select(i => Array[Place(i)]),
    ];

    /// <summary>What is beside the entries has stayed what it was.</summary>
    public bool IsUntouchedBeside()
    {
        HashSet<nint> places = [.. Enumerable.Range(0, InOrder.Length).Select(Place)];
        return Enumerable.Range(0, Array.Length).All(i => places.Contains(i) || Array[i].Equals(_nobodys));
    }

    private nint Place(int index)
    {
        nint place = _start;
        for (int axis = _lengths.Length - 1; axis >= 0; axis--)
        {
            place += index % _lengths[axis] * _strides[axis];
            index /= (int)_lengths[axis];
        }

        return place;
    }
}
