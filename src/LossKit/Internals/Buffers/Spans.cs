namespace LossKit.Internals.Buffers;

/// <summary>Arithmetic on whole spans that is not a loss.</summary>
internal static class Spans
{
    /// <summary><paramref name="sum"/> += <paramref name="other"/>.</summary>
    public static void Add<T>(Span<T> sum, ReadOnlySpan<T> other)
        where T : unmanaged, IFloatingPointIeee754<T> => AddScaled(sum, T.One, other);

    /// <summary><paramref name="numbers"/> *= <paramref name="factor"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<T>(Span<T> numbers, T factor)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (new Vector<T>(numbers[i..]) * factor).CopyTo(numbers[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] *= factor;
        }
    }

    /// <summary><paramref name="numbers"/> *= <paramref name="factors"/>, one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T>(Span<T> numbers, ReadOnlySpan<T> factors)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (new Vector<T>(numbers[i..]) * new Vector<T>(factors[i..])).CopyTo(numbers[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] *= factors[i];
        }
    }

    /// <summary><paramref name="sum"/> += <paramref name="factor"/> · <paramref name="other"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled<T>(Span<T> sum, T factor, ReadOnlySpan<T> other)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= sum.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (new Vector<T>(sum[i..]) + new Vector<T>(other[i..]) * factor).CopyTo(sum[i..]);
        }

        for (; i < sum.Length; i++)
        {
            sum[i] += factor * other[i];
        }
    }

    /// <summary><paramref name="result"/> = <paramref name="left"/> − <paramref name="right"/>.</summary>
    public static void Subtract<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T> => ScaledDifference(T.One, left, right, result);

    /// <summary>
    /// <paramref name="result"/> = <paramref name="factor"/> · (<paramref name="left"/> − <paramref name="right"/>).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScaledDifference<T>(T factor, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            ((new Vector<T>(left[i..]) - new Vector<T>(right[i..])) * factor).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = factor * (left[i] - right[i]);
        }
    }

    /// <summary>
    /// <paramref name="result"/> += <paramref name="factor"/> · (<paramref name="left"/> − <paramref name="right"/>).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaledDifference<T>(T factor, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (new Vector<T>(result[i..]) + (new Vector<T>(left[i..]) - new Vector<T>(right[i..])) * factor)
                .CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] += factor * (left[i] - right[i]);
        }
    }

    /// <summary>
    /// <paramref name="result"/> = <paramref name="a"/> · <paramref name="left"/> + <paramref name="b"/> ·
    /// <paramref name="right"/>, in double, because the two may cancel; or that is added to it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine<T>(
        double a, ReadOnlySpan<T> left, double b, ReadOnlySpan<T> right, Span<T> result, bool adds = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; typeof(T) == typeof(double) && i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<double> sum = new Vector<T>(left[i..]).As<T, double>() * a + new Vector<T>(right[i..]).As<T, double>() * b;
            Store(sum.As<double, T>(), result[i..], adds);
        }

        for (; typeof(T) == typeof(float) && i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector.Widen(
                new Vector<T>(left[i..]).As<T, float>(), out Vector<double> leftLow, out Vector<double> leftHigh);
            Vector.Widen(
                new Vector<T>(right[i..]).As<T, float>(), out Vector<double> rightLow, out Vector<double> rightHigh);
            Vector<float> sum = Vector.Narrow(leftLow * a + rightLow * b, leftHigh * a + rightHigh * b);
            Store(sum.As<float, T>(), result[i..], adds);
        }

        for (; i < result.Length; i++)
        {
            T sum = T.CreateTruncating(
                a * double.CreateTruncating(left[i]) + b * double.CreateTruncating(right[i]));
            result[i] = adds ? result[i] + sum : sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(Vector<T> sum, Span<T> result, bool adds) =>
            (adds ? sum + new Vector<T>(result) : sum).CopyTo(result);
    }

    /// <summary>start, start + 1, start + 2, …</summary>
    public static void Enumerate<TNumber>(Span<TNumber> numbers, int start = 0) where TNumber : INumberBase<TNumber>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = TNumber.CreateTruncating(start + i);
        }
    }

    /// <summary>Integers as numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Convert<T>(ReadOnlySpan<int> integers, Span<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int k = 0;
        for (; typeof(T) == typeof(float) && k <= numbers.Length - Vector<int>.Count; k += Vector<int>.Count)
        {
            Vector.ConvertToSingle(new Vector<int>(integers[k..])).As<float, T>().CopyTo(numbers[k..]);
        }

        for (; k < numbers.Length; k++)
        {
            numbers[k] = typeof(T) == typeof(float) ? (T)(object)(float)integers[k] : (T)(object)(double)integers[k];
        }
    }

    /// <summary>How many numbers are above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountPositive<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = 0;
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> isPositive = Vector.GreaterThan(new Vector<T>(numbers[i..]), Vector<T>.Zero);
            count += Vector.CountWhereAllBitsSet(isPositive);
        }

        for (; i < numbers.Length; i++)
        {
            count += numbers[i] > T.Zero ? 1 : 0;
        }

        return count;
    }

    /// <summary>How many numbers are not 0, NaN included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountNotZero<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int zeros = 0;
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            zeros += Vector.Count(new Vector<T>(numbers[i..]), T.Zero);
        }

        return numbers.Length - zeros - numbers[i..].Count(T.Zero);
    }

    /// <summary>
    /// Where, from <paramref name="start"/> on, the first number stands that is not 0; their length if none does.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int NextNotZero<T>(ReadOnlySpan<T> numbers, int start)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = start;
        while (i <= numbers.Length - Vector<T>.Count && new Vector<T>(numbers[i..]) == Vector<T>.Zero)
        {
            i += Vector<T>.Count;
        }

        while (i < numbers.Length && numbers[i] == T.Zero)
        {
            i++;
        }

        return i;
    }

    /// <summary><paramref name="result"/> = <paramref name="numbers"/> + <paramref name="shift"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Shift<T>(ReadOnlySpan<T> numbers, T shift, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> all = Vector.Create(shift);
        int i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (new Vector<T>(numbers[i..]) + all).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = numbers[i] + shift;
        }
    }

    /// <summary>How far numbers are below 1, in place; 0 of larger ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromOne<T>(Span<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> number = new(numbers[i..]);
            Vector<T> isLarger = Vector.GreaterThan(number, Vector<T>.One);
            Vector.ConditionalSelect(isLarger, Vector<T>.Zero, Vector<T>.One - number).CopyTo(numbers[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] = numbers[i] > T.One ? T.Zero : T.One - numbers[i];
        }
    }

    /// <summary>Square roots, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sqrt<T>(Span<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector.SquareRoot(new Vector<T>(numbers[i..])).CopyTo(numbers[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] = T.Sqrt(numbers[i]);
        }
    }

    /// <summary>
    /// <paramref name="slopes"/> by their <paramref name="distances"/>, as <see cref="Distances.Force"/> has it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forces<T>(Span<T> slopes, ReadOnlySpan<T> distances)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= slopes.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> slope = new(slopes[i..]);
            Vector<T> distance = new(distances[i..]);
            Vector<T> isLeft = Vector.Equals(slope, Vector<T>.Zero)
                | (Vector.Equals(distance, Vector<T>.Zero) & Vector.Equals(slope, slope));
            Vector.ConditionalSelect(isLeft, Vector<T>.Zero, slope / distance).CopyTo(slopes[i..]);
        }

        for (; i < slopes.Length; i++)
        {
            slopes[i] = Distances.Force(slopes[i], distances[i]);
        }
    }

    /// <summary>The sum of a few numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Sum<T>(ReadOnlySpan<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> lanes = Vector<T>.Zero;
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            lanes += new Vector<T>(numbers[i..]);
        }

        T sum = Vector.Sum(lanes);
        for (; i < numbers.Length; i++)
        {
            sum += numbers[i];
        }

        return sum;
    }

    /// <summary>The largest of some numbers; NaN if the first is, else NaN is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Largest<T>(ReadOnlySpan<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = numbers[0];
        foreach (T number in numbers)
        {
            largest = number > largest ? number : largest;
        }

        return largest;
    }

    /// <summary>The largest absolute value, 0 of none; NaN may be left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T LargestSize<T>(ReadOnlySpan<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> sizes = Vector<T>.Zero;
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            sizes = Vector.MaxNative(Vector.Abs(new Vector<T>(numbers[i..])), sizes);
        }

        T largest = T.Zero;
        for (int k = 0; k < Vector<T>.Count; k++)
        {
            largest = T.MaxNative(sizes[k], largest);
        }

        for (; i < numbers.Length; i++)
        {
            largest = T.MaxNative(T.Abs(numbers[i]), largest);
        }

        return largest;
    }

    /// <summary>The smallest of the numbers above <paramref name="bound"/>, or infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T SmallestAbove<T>(ReadOnlySpan<T> numbers, T bound)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> bounds = Vector.Create(bound);
        Vector<T> infinity = Vector.Create(T.PositiveInfinity);
        Vector<T> least = infinity;
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> some = new(numbers[i..]);
            least = Vector.MinNative(
                Vector.ConditionalSelect(Vector.GreaterThan(some, bounds), some, infinity), least);
        }

        T smallest = T.PositiveInfinity;
        for (int k = 0; k < Vector<T>.Count; k++)
        {
            smallest = T.MinNative(smallest, least[k]);
        }

        for (; i < numbers.Length; i++)
        {
            smallest = numbers[i] > bound && numbers[i] < smallest ? numbers[i] : smallest;
        }

        return smallest;
    }

    /// <summary>Where <paramref name="number"/> stands first; 0 if it does not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexOf<T>(ReadOnlySpan<T> numbers, T number) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> all = Vector.Create(number);
        int i = 0;
        while (i <= numbers.Length - Vector<T>.Count && !Vector.EqualsAny(new Vector<T>(numbers[i..]), all))
        {
            i += Vector<T>.Count;
        }

        for (; i < numbers.Length; i++)
        {
            if (numbers[i] == number)
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>Of lengths, in whole.</summary>
    public static int Sum(ReadOnlySpan<int> lengths)
    {
        int sum = 0;
        foreach (int length in lengths)
        {
            sum += length;
        }

        return sum;
    }

    /// <summary>The first <paramref name="length"/> of the numbers, which are taken away from these.</summary>
    public static Span<T> Next<T>(ref Span<T> numbers, int length)
    {
        Span<T> next = numbers[..length];
        numbers = numbers[length..];
        return next;
    }
}
