using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics.Tensors;

namespace LossKit.Tensors.Internals;

/// <summary>
/// The shape that the tensors of a call have in common, that of the examples, and where those that have several numbers
/// an example have an axis for them. All is checked before anything is read.
/// </summary>
internal readonly ref struct ExampleShape
{
    private readonly ReadOnlySpan<nint> _predictions;
    private readonly bool _predictionsHaveAxis;

    /// <summary>The axis of the numbers of an example, in tensors that have one.</summary>
    private readonly int _axis;

    private ExampleShape(ReadOnlySpan<nint> predictions, bool haveAxis, int axis)
    {
        // Axes of tensors that have the one of an example; a shape without it has one less.
        int rank = predictions.Length + (haveAxis ? 0 : 1);
        if (axis < -rank || axis >= rank)
        {
            throw new ArgumentOutOfRangeException(
                nameof(axis),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'axis' is {axis}, but 'predictions' is {Text(predictions)}: expected {-rank} to {rank - 1}."));
        }

        _predictions = predictions;
        _predictionsHaveAxis = haveAxis;
        _axis = axis < 0 ? axis + rank : axis;
    }

    /// <summary>That of predictions of which each example has some, on an axis if they are several.</summary>
    public static ExampleShape Of(ReadOnlySpan<nint> predictions, int each, int axis)
    {
        ExampleShape shape = new(predictions, each != 1, axis);
        return each == 1 || predictions[shape._axis] == each ? shape : throw new ArgumentException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"'predictions' is {Text(predictions)}: expected {each} at axis {shape._axis}, as many as the loss has "
                + $"classes, or other numbers of an example."),
            nameof(predictions));
    }

    /// <summary>That of predictions whose axis has the entries of a group, however many.</summary>
    public static ExampleShape OfGroups(ReadOnlySpan<nint> predictions, int axis, out int width)
    {
        if (predictions.IsEmpty)
        {
            throw new ArgumentException(
                "'predictions' has no axis: expected one at least, of the entries of a group.", nameof(predictions));
        }

        ExampleShape shape = new(predictions, haveAxis: true, axis);
        width = checked((int)predictions[shape._axis]);
        return width > 0 ? shape : throw new ArgumentException(
            $"'predictions' is {Text(predictions)}: expected a group of at least 1 at axis {shape._axis}.",
            nameof(predictions));
    }

    /// <summary>The predictions' view, by the axis that a <see cref="TensorView{T}"/> takes.</summary>
    public int AxisOfPredictions => _predictionsHaveAxis ? _axis : -1;

    /// <summary>The axis of another tensor with so many numbers an example, if its shape is right.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="lengths">Its lengths.</param>
    /// <param name="each">How many numbers an example has; none if there may be no such tensor.</param>
    public int AxisOf(string name, ReadOnlySpan<nint> lengths, int each) =>
        Axis(name, lengths, each > 1 ? each : null, isThere: each > 0);

    /// <summary>The axis of another tensor of entries of groups, if it is of the shape of the predictions.</summary>
    public int AxisOfEntries(string name, ReadOnlySpan<nint> lengths) =>
        Axis(name, lengths, _predictions[_axis], isThere: true);

    /// <summary>
    /// As <see cref="AxisOf"/>, of weights: one an example, or one for each of its losses if it has several.
    /// </summary>
    public int AxisOfWeights(ReadOnlySpan<nint> lengths, int losses)
    {
        bool isOfExamples = losses == 1 || lengths.Length < _predictions.Length;
        return lengths.IsEmpty ? -1 : AxisOf("weights", lengths, isOfExamples ? 1 : losses);
    }

    /// <param name="name">The argument.</param>
    /// <param name="lengths">Its lengths.</param>
    /// <param name="onAxis">The length of the axis of an example's numbers, if it has one.</param>
    /// <param name="isThere">Whether there is such a tensor.</param>
    private int Axis(string name, ReadOnlySpan<nint> lengths, nint? onAxis, bool isThere)
    {
        int rank = !isThere ? 0 : _predictions.Length - (_predictionsHaveAxis ? 1 : 0) + (onAxis is null ? 0 : 1);
        bool isRight = lengths.Length == rank;
        for (int axis = 0; axis < rank && isRight; axis++)
        {
            isRight = lengths[axis] == Expected(axis, onAxis);
        }

        if (!isRight)
        {
            ThrowShape(name, lengths, onAxis, rank);
        }

        return onAxis is null ? -1 : _axis;
    }

    private nint Expected(int axis, nint? onAxis)
    {
        if (axis == _axis && onAxis is nint length)
        {
            return length;
        }

        // Without the axis that this tensor has and predictions have not, or the other way round.
        int ofExamples = axis - (onAxis is not null && axis > _axis ? 1 : 0);
        return _predictions[ofExamples + (_predictionsHaveAxis && ofExamples >= _axis ? 1 : 0)];
    }

    [DoesNotReturn]
    private void ThrowShape(string name, ReadOnlySpan<nint> lengths, nint? onAxis, int rank)
    {
        nint[] expected = new nint[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            expected[axis] = Expected(axis, onAxis);
        }

        throw new ArgumentException(
            $"'{name}' is {Text(lengths)}, but 'predictions' is {Text(_predictions)}: expected {Text(expected)}.",
            name);
    }

    private static string Text(ReadOnlySpan<nint> lengths) => lengths.IsEmpty
        ? "empty"
        : string.Join('×', lengths.ToArray().Select(length => length.ToString(CultureInfo.InvariantCulture)));
}
