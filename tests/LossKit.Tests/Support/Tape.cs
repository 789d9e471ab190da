namespace LossKit.Tests.Support;

/// <summary>
/// A number that remembers what it was made of: definitions in plain arithmetic are differentiated by it, one step
/// after the other, from the end.
/// </summary>
internal sealed class Number
{
    private readonly Number[] _from;
    private readonly double[] _slopes;
    private bool _isListed;

    private Number(double value, Number[] from, double[] slopes)
    {
        Value = value;
        _from = from;
        _slopes = slopes;
    }

    public double Value { get; }

    /// <summary>The derivative of what <see cref="Differentiate"/> was called of.</summary>
    public double Gradient { get; private set; }

    /// <summary>The same with all terms positive: what rounding errors are relative to.</summary>
    public double Size { get; private set; }

    public static implicit operator Number(double value) => new(value, [], []);

    public static Number operator +(Number a, Number b) => new(a.Value + b.Value, [a, b], [1, 1]);

    public static Number operator -(Number a, Number b) => new(a.Value - b.Value, [a, b], [1, -1]);

    public static Number operator -(Number a) => new(-a.Value, [a], [-1]);

    public static Number operator *(Number a, Number b) => new(a.Value * b.Value, [a, b], [b.Value, a.Value]);

    public static Number operator /(Number a, Number b) =>
        new(a.Value / b.Value, [a, b], [1 / b.Value, -a.Value / b.Value / b.Value]);

    public static Number Square(Number a) => a * a;

    public static Number Exp(Number a) => new(Math.Exp(a.Value), [a], [Math.Exp(a.Value)]);

    /// <summary>The root of 0 has the derivative 0.</summary>
    public static Number Sqrt(Number a) =>
        new(Math.Sqrt(a.Value), [a], [a.Value == 0 ? 0 : 0.5 / Math.Sqrt(a.Value)]);

    /// <summary>max(0, a), with the derivative 0 at 0.</summary>
    public static Number PositivePart(Number a) => new(Math.Max(0, a.Value), [a], [a.Value > 0 ? 1 : 0]);

    public static Number Softplus(Number a) =>
        new(GroupReference.Softplus(a.Value), [a], [1 / (1 + Math.Exp(-a.Value))]);

    /// <summary>A function of one number with its derivative there.</summary>
    public static Number Of(Number a, double value, double slope) => new(value, [a], [slope]);

    public static Number Sum(params IEnumerable<Number> terms)
    {
        Number[] all = [.. terms];
        return new(all.Sum(term => term.Value), all, [.. all.Select(_ => 1.0)]);
    }

    /// <summary>log Σ eᵃ; −∞ of nothing.</summary>
    public static Number LogSumExp(params IEnumerable<Number> terms)
    {
        Number[] all = [.. terms];
        double log = GroupReference.LogSumExp(all.Select(term => term.Value));
        return new(log, all, [.. all.Select(term => Math.Exp(term.Value - log))]);
    }

    public static Number Dot(Number[] a, Number[] b) => new(
        a.Zip(b, (x, y) => x.Value * y.Value).Sum(),
        [.. a, .. b],
        [.. b.Select(y => y.Value), .. a.Select(x => x.Value)]);

    public static Number SquaredDistance(Number[] a, Number[] b)
    {
        double[] gaps = [.. a.Zip(b, (x, y) => x.Value - y.Value)];
        return new(
            gaps.Sum(gap => gap * gap),
            [.. a, .. b],
            [.. gaps.Select(gap => 2 * gap), .. gaps.Select(gap => -2 * gap)]);
    }

    /// <summary>Divided by the norm, at least 1e-12.</summary>
    public static Number[] Normalized(Number[] row)
    {
        Number norm = Sqrt(Dot(row, row));
        norm = norm.Value < 1e-12 ? 1e-12 : norm;
        return [.. row.Select(x => x / norm)];
    }

    /// <summary>The derivatives of this number with respect to all that it was made of.</summary>
    public void Differentiate()
    {
        List<Number> order = [];
        Stack<(Number Of, bool IsDone)> left = new([(this, false)]);
        while (left.TryPop(out (Number Of, bool IsDone) next))
        {
            if (next.IsDone)
            {
                order.Add(next.Of);
            }
            else if (!next.Of._isListed)
            {
                next.Of._isListed = true;
                left.Push((next.Of, true));
                foreach (Number from in next.Of._from)
                {
                    left.Push((from, false));
                }
            }
        }

        (Gradient, Size) = (1, 1);
        foreach (Number number in Enumerable.Reverse(order))
        {
            for (int k = 0; k < number._from.Length; k++)
            {
                if (number._slopes[k] != 0)
                {
                    number._from[k].Gradient += number.Gradient * number._slopes[k];
                    number._from[k].Size += number.Size * Math.Abs(number._slopes[k]);
                }
            }
        }
    }
}
